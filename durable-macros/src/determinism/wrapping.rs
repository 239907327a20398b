//! What is put around expressions: calls into the runtime, at the places of the user's tokens.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

/// Lets a future through if it is durable.
pub(super) fn awaited(future: &Expr) -> TokenStream {
    let future = future.to_token_stream();
    let (first, last) = ends(&future);
    let (awaited, future) = (path_at(first, &quote!(Awaitable::awaited)), parenthesized(last, future));
    quote!(#awaited #future)
}

/// The same for macros that need more than to await it.
pub(super) fn awaited_as_block(future: &Expr) -> Expr {
    let (awaited, span) = (awaited(future), future.span());
    let (block, into) = (path_at(span, &quote!(Block::new)), at(span, quote!(::core::future::IntoFuture::into_future)));
    Expr::Verbatim(quote_spanned!(span=> #block(#into(#awaited))))
}

/// `check(Probe(value).probe()).probed()`, where an error underlines the value.
pub(super) fn probed(check: &TokenStream, probe: &TokenStream, value: TokenStream) -> Expr {
    let (first, last) = ends(&value);
    let (check, probe) = (ending_at(last, path_at(first, check)), path_at(first, probe));
    let (value, method) = (parenthesized(last, value), at(last, quote!(.probe())));
    let (probed, after) = (parenthesized(last, quote!(#probe #value #method)), at(last, quote!(.probed())));
    Expr::Verbatim(quote!(#check #probed #after))
}

/// Lets a value through if its order is the same everywhere.
pub(super) fn in_order(value: TokenStream) -> Expr {
    probed(&quote!(FixedOrder::fixed), &quote!(Order), value)
}

/// Something of the runtime at that place; the body imports its module under this name.
pub(super) fn path_at(span: Span, path: &TokenStream) -> TokenStream {
    at(span, quote!(__durable::#path))
}

/// The places of the first and the last token.
pub(super) fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut trees = tokens.clone().into_iter();
    let first = trees.next();
    let last = trees.last().or_else(|| first.clone());
    let close = |tree: TokenTree| match tree {
        TokenTree::Group(group) => group.span_close(),
        other => other.span(),
    };
    let open = |tree: TokenTree| match tree {
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    };
    (first.map_or_else(Span::call_site, open), last.map_or_else(Span::call_site, close))
}

/// A path that ends at that place: where it spans all of the value, an error does not point at it as well.
fn ending_at(span: Span, path: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = path.into_iter().collect();
    if let Some(last) = trees.last_mut() {
        last.set_span(span);
    }
    trees.into_iter().collect()
}

/// The tokens in parentheses at that place.
pub(super) fn parenthesized(span: Span, tokens: TokenStream) -> TokenTree {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    TokenTree::Group(group)
}

/// The same tokens at a place of the user's: an error there is about the user's code, and does not mention the macro.
pub(super) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let place = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            let mut placed = Group::new(group.delimiter(), at(span, group.stream()));
            placed.set_span(span);
            return TokenTree::Group(placed);
        }
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(place).collect()
}
