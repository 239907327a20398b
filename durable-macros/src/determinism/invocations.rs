//! Macros inside a body: what is known of them, and what their tokens show.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprLit, ExprPath, Lit, LitStr, Macro, Pat, Token,
    parse::{ParseStream, Parser},
    parse_quote,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::Visit,
    visit_mut::VisitMut,
};

use super::{
    body::Body,
    denied::{self, Instead, RANDOM, Refusal},
    imports::segments,
    wrapping::{awaited_as_block, path_at, probed},
};

const HIDES: Refusal = Refusal {
    does: "hides its code from the check",
    so: "it may do anything",
    instead: Instead::Other("put the code into a `#[deterministic]` function"),
};
const RACES: Refusal = Refusal {
    does: "picks a branch in an order that is not in the history",
    so: "a replay may pick another one",
    instead: Instead::Other("use `durable::select!`, with branches `pattern = future => expression,`"),
};

const POLLS: Refusal =
    Refusal { does: "polls in an order of its own", so: "a replay may see another one", instead: Instead::Other("") };

/// Macros of which the first text is a format.
const FORMATS: &[&str] = &[
    "format",
    "write",
    "writeln",
    "panic",
    "format_args",
    "bail",
    "anyhow",
    "ensure",
    "assert",
    "unreachable",
    "todo",
    "unimplemented",
    "eyre",
];
/// Macros whose tokens are not code, or are the compiler's.
const NO_CODE: &[&str] = &[
    "cfg",
    "concat",
    "stringify",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "line",
    "column",
    "file",
    "module_path",
    "compile_error",
];

impl Body<'_> {
    /// Checks an invocation, and rewrites the code in it.
    pub(super) fn invocation(&mut self, invocation: &mut Macro) {
        let names = segments(&invocation.path);
        let (resolved, _) = self.resolve(&names);
        let (Some(first), Some(last)) = (resolved.first(), names.last()) else { return };
        let last = last.as_str();
        let is_ours = first == "durable" || resolved.len() == 1 || self.is_runtime(first);
        let shown = format!("`{}!`", names.join("::"));
        match last {
            "println" | "eprintln" | "print" | "eprint" | "dbg" => {
                return self.refuse(&invocation.path, &shown, &denied::OUTPUT);
            }
            "thread_local" | "lazy_static" => return self.refuse(&invocation.path, &shown, &denied::GLOBAL),
            "nanoid" | "asm" | "global_asm" => return self.refuse(&invocation.path, &shown, &RANDOM),
            "addr_of" | "addr_of_mut" => return self.refuse(&invocation.path, &shown, &denied::ADDRESS),
            "include" => return self.refuse(&invocation.path, &shown, &HIDES),
            "select" | "select_biased" if !is_ours => return self.refuse(&invocation.path, &shown, &RACES),
            "join" | "try_join" | "try_join_all" if !is_ours => {
                return self.refuse(&invocation.path, &shown, &POLLS);
            }
            "assume_deterministic" => return,
            _ if NO_CODE.contains(&last) => return,
            _ => {}
        }
        if let Some(chain) = self.surroundings.sources.as_ref().and_then(|sources| sources.chain_of_macro(last)) {
            return self.refuse_chain(&invocation.path, &chain);
        }
        self.needs_rewriting |= matches!(last, "select" | "join" | "try_join");
        let rewritten = match last {
            "select" => self.select(&invocation.tokens),
            "matches" | "assert_matches" | "debug_assert_matches" => self.matches(&invocation.tokens),
            "vec" => self.repeated(&invocation.tokens),
            _ => None,
        };
        invocation.tokens = rewritten
            .or_else(|| self.expressions(last, &invocation.tokens))
            .unwrap_or_else(|| self.tokens(invocation.tokens.clone()));
    }

    fn is_runtime(&self, name: &str) -> bool {
        self.runtime.root.as_ref().and_then(|root| root.segments.first()).is_some_and(|first| first.ident == name)
    }

    /// `a, b, c`
    fn expressions(&mut self, name: &str, tokens: &TokenStream) -> Option<TokenStream> {
        let mut list = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()).ok()?;
        for expression in &mut list {
            match expression {
                Expr::Assign(assignment) if matches!(&*assignment.left, Expr::Path(_)) => {
                    self.visit_expr_mut(&mut assignment.right);
                }
                other => self.visit_expr_mut(other),
            }
        }
        if matches!(name, "join" | "try_join") {
            for future in &mut list {
                *future = awaited_as_block(future);
            }
        }
        if FORMATS.contains(&name) {
            self.shown(&mut list);
        }
        Some(list.to_token_stream())
    }

    /// `value; times`
    fn repeated(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let parser = |input: ParseStream<'_>| {
            let value: Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((value, input.parse::<Expr>()?))
        };
        let (mut value, mut times) = parser.parse2(tokens.clone()).ok()?;
        self.visit_expr_mut(&mut value);
        self.visit_expr_mut(&mut times);
        Some(quote!(#value; #times))
    }

    /// `value, pattern if guard`
    fn matches(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let parser = |input: ParseStream<'_>| {
            let value: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            let guard =
                if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse::<Expr>()?) } else { None };
            Ok((value, pattern, guard, input.parse::<TokenStream>()?))
        };
        let (mut value, pattern, mut guard, rest) = parser.parse2(tokens.clone()).ok()?;
        self.scope.visit_pat(&pattern);
        self.visit_expr_mut(&mut value);
        if let Some(guard) = &mut guard {
            self.visit_expr_mut(guard);
        }
        let guard = guard.map(|guard| quote!(if #guard));
        Some(quote!(#value, #pattern #guard #rest))
    }

    /// `pattern = future => expression,`
    fn select(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        type Branch = (Pat, Expr, Expr);
        let branch = |input: ParseStream<'_>| -> syn::Result<Branch> {
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            let future = input.parse()?;
            input.parse::<Token![=>]>()?;
            Ok((pattern, future, input.parse()?))
        };
        let parser = |input: ParseStream<'_>| {
            let mut branches = Vec::new();
            while !input.is_empty() {
                branches.push(branch(input)?);
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(branches)
        };
        let mut branches = parser.parse2(tokens.clone()).ok()?;
        let mut rewritten = TokenStream::new();
        for (pattern, future, handler) in &mut branches {
            self.scope.visit_pat(pattern);
            self.visit_expr_mut(future);
            *future = awaited_as_block(future);
            self.visit_expr_mut(handler);
            rewritten.extend(quote!(#pattern = #future => #handler,));
        }
        Some(rewritten)
    }

    /// `{:?}` of a hash map shows it in its order: the type of what may be shown so is checked.
    fn shown(&mut self, list: &mut Punctuated<Expr, Token![,]>) {
        let text = |expression: &Expr| match expression {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
            _ => None,
        };
        let Some((at, format)) = list.iter().enumerate().find_map(|(at, item)| Some((at, text(item)?))) else { return };
        let value = format.value().replace("{{", "").replace("}}", "");
        self.displayed(list, at, &format);
        if value.contains(":p}") || value.contains(":#p}") {
            return self.refuse(&format, "`{:p}`", &denied::ADDRESS);
        }
        // `{:1$?}` and the like need numbers as they are.
        if !value.contains("?}") || value.contains('$') {
            return;
        }
        let mut named = HashSet::new();
        for argument in list.iter_mut().skip(at + 1) {
            match argument {
                Expr::Assign(assignment) => {
                    named.insert(assignment.left.to_token_stream().to_string());
                    *assignment.right = shown_one(&assignment.right);
                }
                argument => *argument = shown_one(argument),
            }
        }
        for name in captured(&value) {
            if self.scope.locals.contains(&name) && named.insert(name.clone()) {
                capture(list, &name, &format);
            }
        }
    }

    /// Formatting a value of a type of the crate calls its method.
    fn displayed(&mut self, list: &Punctuated<Expr, Token![,]>, at: usize, format: &LitStr) {
        for argument in list.iter().skip(at + 1) {
            if let Some(ty) = self.own_type_of(argument) {
                self.own_method(argument, &ty, "fmt");
            }
        }
        for name in names_in(&format.value().replace("{{", "").replace("}}", "")) {
            let variable: Expr = match syn::parse_str::<Ident>(&name) {
                Ok(name) => parse_quote!(#name),
                Err(_) => continue,
            };
            if let Some(ty) = self.own_type_of(&variable) {
                self.own_method(format, &ty, "fmt");
            }
        }
    }

    /// Tokens of which nothing is known: paths that are called, `.await`, and `async` blocks are found all the same.
    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            let after_dot = at > 0 && is(trees.get(at - 1), '.');
            match tree {
                TokenTree::Group(group) => out.push(self.group(group)),
                TokenTree::Ident(ident) if ident == "await" && after_dot => {
                    self.awaits_in_macros = true;
                    let awaited = Ident::new("awaited_durably", ident.span());
                    out.extend(quote_spanned!(ident.span()=> #awaited().#ident));
                }
                TokenTree::Ident(ident) if ident == "async" => {
                    let moves = matches!(trees.get(at + 1), Some(TokenTree::Ident(next)) if next == "move");
                    let body = at + 1 + usize::from(moves);
                    if let Some(TokenTree::Group(group)) = trees.get(body)
                        && group.delimiter() == Delimiter::Brace
                    {
                        let (body_tokens, moves) = (self.tokens(group.stream()), moves.then(|| quote!(move)));
                        let block = path_at(ident.span(), &quote!(Block::new));
                        out.extend(quote_spanned!(ident.span()=> #block(async #moves { #body_tokens })));
                        at = body;
                    } else {
                        out.push(tree.clone());
                    }
                }
                TokenTree::Ident(_) if !after_dot => {
                    let end = self.path_in_tokens(&trees, at);
                    out.extend(trees.get(at..end).unwrap_or_default().iter().cloned());
                    at = end - 1;
                }
                tree => out.push(tree.clone()),
            }
            at += 1;
        }
        out.into_iter().collect()
    }

    fn group(&mut self, group: &Group) -> TokenTree {
        let mut rewritten = Group::new(group.delimiter(), self.tokens(group.stream()));
        rewritten.set_span(group.span());
        TokenTree::Group(rewritten)
    }

    /// Checks the path that begins there, and says where it ends.
    fn path_in_tokens(&mut self, trees: &[TokenTree], start: usize) -> usize {
        let mut names = Vec::new();
        let mut end = start;
        while let Some(TokenTree::Ident(ident)) = trees.get(end) {
            names.push(ident.clone());
            end += 1;
            if !(is(trees.get(end), ':') && is(trees.get(end + 1), ':')) {
                break;
            }
            if !matches!(trees.get(end + 2), Some(TokenTree::Ident(_))) {
                break;
            }
            end += 2;
        }
        let arguments = match trees.get(end) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Some(usize::from(!group.stream().is_empty()))
            }
            _ => None,
        };
        let is_macro = is(trees.get(end), '!');
        let is_variable = start > 0 && is(trees.get(start - 1), '$');
        if is_macro || is_variable || names.len() == 1 && arguments.is_none() {
            return end;
        }
        let path = quote!(#(#names)::*);
        if let Ok(path) = syn::parse2::<ExprPath>(path) {
            let names = segments(&path.path);
            let (resolved, _) = self.resolve(&names);
            // A single name may be a word of the macro's own language.
            let own = self.surroundings.sources.as_ref().is_some_and(|sources| sources.has_function(&resolved));
            if names.len() > 1 || own || resolved.len() > 1 {
                self.path(&path, &names, arguments);
            }
        }
        end
    }
}

/// Shows a variable that the format captures as an argument of its own.
fn capture(list: &mut Punctuated<Expr, Token![,]>, name: &str, format: &LitStr) {
    let name = Ident::new(name, format.span());
    let value = shown_one(&parse_quote!(#name));
    list.push(parse_quote!(#name = #value));
}

/// Lets a value be shown if its order is the same everywhere.
fn shown_one(value: &Expr) -> Expr {
    probed(&quote!(FixedOrder::fixed), &quote!(Shown), quote_spanned!(value.span()=> &(#value)))
}

fn is(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// All variables that a format captures.
fn names_in(format: &str) -> Vec<String> {
    let parts = format.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(part, _)| part.split(':').next().unwrap_or_default().to_owned()).collect()
}

/// The variables that a format captures to show them with `{:?}`.
fn captured(format: &str) -> Vec<String> {
    let parts = format.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let shown = parts.filter_map(|(part, _)| part.split_once(':')).filter(|(_, spec)| spec.contains('?'));
    shown.map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty()).collect()
}
