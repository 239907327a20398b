//! `registry!`: a list of names → a constant table.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprPath, Path, Token,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::{diagnostics::Diagnostics, names::Runtime};

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let written = diagnostics.ok(syn::parse2::<Written>(tokens));
    let runtime = written.as_ref().map(|written| written.runtime.clone()).unwrap_or_default();
    let names = written.into_iter().flat_map(|written| written.names);
    let items: Vec<_> = names.filter_map(|name| item(&runtime, name, &mut diagnostics)).collect();
    if !diagnostics.is_empty() {
        let errors = diagnostics.to_token_stream();
        return quote!({ #errors #runtime::Registry::new(&[]) });
    }
    quote! {{
        const __DURABLE_ITEMS: &[#runtime::Item] = &[#(#items),*];
        const _: () = #runtime::assert_distinct(__DURABLE_ITEMS);
        #runtime::Registry::new(__DURABLE_ITEMS)
    }}
}

/// What stands between the brackets.
struct Written {
    runtime: Runtime,
    names: Punctuated<Expr, Token![,]>,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut runtime = Runtime::default();
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            runtime.root = Some(input.call(Path::parse_mod_style)?);
            input.parse::<Token![;]>()?;
        }
        Ok(Self { runtime, names: Punctuated::parse_terminated(input)? })
    }
}

fn item(runtime: &Runtime, name: Expr, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    match name {
        Expr::Path(ExprPath { qself: None, path, .. }) if is_registry(&path) => {
            Some(quote!(#runtime::Item::registry(#path)))
        }
        Expr::Path(ExprPath { qself: None, path, .. }) => Some(quote!(<#path as #runtime::Registered>::ITEM)),
        Expr::Call(call) => {
            let help = format!("write `{}`", call.func.to_token_stream());
            diagnostics.error(call, "a registry lists names, and calls nothing", help);
            None
        }
        other => {
            let help = "write the names of activities, orchestrators, entities, or of other registries";
            diagnostics.error(other, "a registry lists names", help);
            None
        }
    }
}

/// A constant is another registry. A single capital letter is a type.
fn is_registry(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        name.len() > 1 && !name.contains(char::is_lowercase) && name.contains(char::is_uppercase)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::pretty;

    #[test]
    fn capitals_are_other_registries() {
        let expansion = expand(quote!(pay, shop::ship, Account, A, billing::REGISTRY,));
        expect![[r#"
            const SHOP: Registry = {
                const __DURABLE_ITEMS: &[::durable::__private::Item] = &[
                    <pay as ::durable::__private::Registered>::ITEM,
                    <shop::ship as ::durable::__private::Registered>::ITEM,
                    <Account as ::durable::__private::Registered>::ITEM,
                    <A as ::durable::__private::Registered>::ITEM,
                    ::durable::__private::Item::registry(billing::REGISTRY),
                ];
                const _: () = ::durable::__private::assert_distinct(__DURABLE_ITEMS);
                ::durable::__private::Registry::new(__DURABLE_ITEMS)
            };
        "#]]
        .assert_eq(&pretty(quote!(const SHOP: Registry = #expansion;)));
    }

    #[test]
    fn nothing_is_a_registry_too() {
        assert!(expand(quote!()).to_string().contains("Registry :: new"));
    }

    #[test]
    fn every_wrong_entry_is_reported() {
        let expansion = expand(quote!(pay(), "ship", <A as B>::C)).to_string();
        assert_eq!(expansion.matches("compile_error").count(), 3);
    }

    #[test]
    fn the_crate_can_have_another_name() {
        crate::testing::check_leaves_durable(&expand(quote!(crate = other::name; pay, SHOP)));
    }
}
