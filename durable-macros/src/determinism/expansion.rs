//! `#[deterministic]`: on functions, methods, `impl` blocks and inline modules.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    FnArg, GenericParam, ImplItem, Item, ItemFn, ItemImpl, ItemMod, ReturnType, Signature, Type, Visibility,
    ext::IdentExt, parse_quote, visit::Visit,
};

use super::{Checked, Owner, Surroundings, check};
use crate::{
    args::{Args, Attribute},
    diagnostics::Diagnostics,
    names::Runtime,
    types,
};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(Attribute::Deterministic, args, &mut diagnostics);
    let runtime = args.runtime;
    let mut expanded = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => of_function(&runtime, function, &mut diagnostics),
        Ok(Item::Impl(block)) => of_impl(&runtime, block, &mut diagnostics),
        Ok(Item::Mod(module)) if module.content.is_some() => of_module(&runtime, module),
        Ok(other) => {
            let wrong =
                "`#[deterministic]` marks functions: it goes on a function, an `impl` block or an inline module";
            diagnostics.error(crate::function::beginning(&other), wrong, "move it to what is called");
            item
        }
        Err(error) => {
            diagnostics.add(error);
            item
        }
    };
    diagnostics.to_tokens(&mut expanded);
    expanded
}

/// A free function, or a method that is marked by itself.
fn of_function(runtime: &Runtime, mut function: ItemFn, diagnostics: &mut Diagnostics) -> TokenStream {
    if is_method(&function) {
        let (beside, hidden) = method(runtime, None, &mut function, diagnostics);
        // Beside a method there is no place for items.
        if !beside.is_empty() {
            function.block.stmts.insert(0, parse_quote!(#beside));
        }
        return quote!(#function #hidden);
    }
    let original = function.clone();
    let mut errors = Diagnostics::default();
    let mut beside = TokenStream::new();
    if function.sig.constness.is_none() {
        let checked = check(Owner::Helper, runtime, None, &original.sig, &mut function.block, &mut errors);
        // What is put around the user's code lies where the user's code is.
        function.attrs.push(parse_quote!(#[allow(unused_qualifications)]));
        beside = checked.beside;
        if !errors.is_empty() {
            function = if checked.hopeless { hollow(original) } else { original };
        }
    }
    diagnostics.append(errors);
    // Callers find the mark in the sources then.
    let twin = (!Surroundings::of(&function.sig.ident).in_namesake).then(|| twin(runtime, &function));
    if function.sig.asyncness.is_some() {
        function = outer(runtime, &function);
    }
    quote!(#twin #function #beside)
}

/// A function with errors, of which the body would only bring more.
fn hollow(mut function: ItemFn) -> ItemFn {
    *function.block = parse_quote!({ ::core::unreachable!() });
    function.attrs.push(parse_quote!(#[allow(unused_variables)]));
    function
}

/// The type that carries the mark along with the name.
fn twin(runtime: &Runtime, function: &ItemFn) -> TokenStream {
    let conditions = function.attrs.iter().filter(|attribute| types::ends_in(attribute.path(), &["cfg"]));
    let conditions: Vec<_> = conditions.collect();
    let (visibility, name) = (&function.vis, &function.sig.ident);
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations)]
        #visibility struct #name {}
        #(#conditions)*
        impl #runtime::Marked for #name {}
    }
}

/// An async function as one that returns a durable future; the user's is inside.
fn outer(runtime: &Runtime, function: &ItemFn) -> ItemFn {
    let mut inner = ItemFn { vis: Visibility::Inherited, attrs: inner_attributes(function), ..function.clone() };
    inner.attrs.push(parse_quote!(#[allow(clippy::unused_async)]));
    let mut outer = function.clone();
    outer.attrs.retain(|attribute| !types::ends_in(attribute.path(), &["expect"]));
    let name = &function.sig.ident;
    let (turbofish, arguments) = (turbofish(&function.sig), plain_arguments(&mut outer.sig));
    durable_signature(runtime, &mut outer.sig);
    *outer.block = parse_quote!({
        enum __DurableBody {}
        impl __DurableBody {
            #inner
        }
        #runtime::Block::new(__DurableBody::#name #turbofish (#(#arguments),*))
    });
    outer
}

/// What lints say of the user's code.
fn inner_attributes(function: &ItemFn) -> Vec<syn::Attribute> {
    let lints = ["allow", "expect", "warn", "deny"];
    function.attrs.iter().filter(|attribute| types::ends_in(attribute.path(), &lints)).cloned().collect()
}

/// Makes `async fn f(..) -> T` a `fn f(..) -> impl DurableFuture<Output = T>`.
fn durable_signature(runtime: &Runtime, signature: &mut Signature) {
    signature.asyncness = None;
    let output: Type = match &signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    // With the span of the expansion, `impl Trait` captures all lifetimes, whatever the edition of the user's crate.
    let implements = quote_spanned!(Span::call_site()=> impl);
    signature.output = parse_quote!(-> #implements #runtime::DurableFuture<Output = #output>);
}

/// The parameters by name, where patterns stay with the inner function.
fn plain_arguments(signature: &mut Signature) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    for (index, argument) in signature.inputs.iter_mut().enumerate() {
        match argument {
            FnArg::Receiver(receiver) => {
                // Who changes it is the inner method.
                if matches!(receiver.kind, syn::ReceiverKind::Value) {
                    receiver.mutability = None;
                }
                arguments.push(receiver.self_token.to_token_stream());
            }
            FnArg::Typed(argument) => {
                let name = match &*argument.pat {
                    syn::Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
                    _ => format_ident!("__durable_{index}", span = Span::call_site()),
                };
                *argument.pat = parse_quote!(#name);
                arguments.push(quote!(#name));
            }
        }
    }
    arguments
}

/// The generic arguments that are written.
fn turbofish(signature: &Signature) -> Option<TokenStream> {
    let names = signature.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    });
    let names: Vec<_> = names.collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}

/// All methods of a block.
fn of_impl(runtime: &Runtime, mut block: ItemImpl, diagnostics: &mut Diagnostics) -> TokenStream {
    let own_type = types::last_segment(&block.self_ty).map(|segment| segment.ident.to_string());
    let mut all_beside = TokenStream::new();
    let mut items = Vec::new();
    for item in std::mem::take(&mut block.items) {
        let ImplItem::Fn(written) = item else {
            items.push(item);
            continue;
        };
        let syn::ImplItemFn { attrs, vis, modifiers, sig, block: body } = written;
        if block.trait_.is_some()
            && let Some(token) = sig.asyncness
        {
            let wrong = "an async method of a trait can't be checked: its future has no type of its own";
            diagnostics.error(token, wrong, "write it as a method of the type, or as a function");
        }
        let mut function = ItemFn { attrs, vis, modifiers, sig, block: Box::new(body) };
        let (beside, hidden) = method(runtime, own_type.as_deref(), &mut function, diagnostics);
        all_beside.extend(beside);
        items.push(ImplItem::Verbatim(function.to_token_stream()));
        items.extend(hidden.map(|hidden| ImplItem::Verbatim(hidden.to_token_stream())));
    }
    block.items = items;
    quote!(#block #all_beside)
}

/// One method: what is beside its type, and what is beside itself.
fn method(
    runtime: &Runtime,
    own_type: Option<&str>,
    function: &mut ItemFn,
    diagnostics: &mut Diagnostics,
) -> (TokenStream, Option<ItemFn>) {
    if function.sig.constness.is_some() {
        return (TokenStream::new(), None);
    }
    let original = function.clone();
    let mut errors = Diagnostics::default();
    let Checked { mut beside, hopeless } =
        check(Owner::Helper, runtime, own_type, &original.sig, &mut function.block, &mut errors);
    if !errors.is_empty() {
        *function = if hopeless { hollow(original) } else { original };
        beside = TokenStream::new();
    }
    diagnostics.append(errors);
    function.attrs.push(parse_quote!(#[allow(unused_qualifications)]));
    if function.sig.asyncness.is_none() {
        return (beside, None);
    }
    let mut inner = ItemFn { vis: Visibility::Inherited, ..function.clone() };
    inner.sig.ident = format_ident!("__durable_{}", function.sig.ident.unraw(), span = function.sig.ident.span());
    inner.attrs = inner_attributes(function);
    inner.attrs.push(parse_quote!(#[doc(hidden)]));
    inner.attrs.push(parse_quote!(#[allow(clippy::unused_async, clippy::unused_self)]));
    let (name, turbofish) = (inner.sig.ident.clone(), turbofish(&function.sig));
    let arguments = plain_arguments(&mut function.sig);
    durable_signature(runtime, &mut function.sig);
    *function.block = parse_quote!({ #runtime::Block::new(Self::#name #turbofish (#(#arguments),*)) });
    (beside, Some(inner))
}

/// Whether a function stands in an `impl` block.
fn is_method(function: &ItemFn) -> bool {
    struct Mentions(bool);
    impl<'ast> Visit<'ast> for Mentions {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.0 |= ident == "Self";
        }
        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut mentions = Mentions(false);
    mentions.visit_item_fn(function);
    mentions.0 || function.sig.receiver().is_some() || Surroundings::of(&function.sig.ident).in_impl
}

/// Marks everything inside.
fn of_module(runtime: &Runtime, mut module: ItemMod) -> TokenStream {
    let root = runtime.root.as_ref().map_or_else(|| quote!(::durable), ToTokens::to_token_stream);
    let args = runtime.root.as_ref().map(|root| quote!((crate = #root)));
    for item in module.content.iter_mut().flat_map(|(_, items)| items) {
        let attributes = match item {
            Item::Fn(item) => &mut item.attrs,
            Item::Impl(item) => &mut item.attrs,
            Item::Mod(item) if item.content.is_some() => &mut item.attrs,
            _ => continue,
        };
        let marked = ["deterministic", "activity", "orchestrator", "entity", "test"];
        if !attributes.iter().any(|attribute| types::ends_in(attribute.path(), &marked)) {
            attributes.push(parse_quote!(#[#root::deterministic #args]));
        }
    }
    module.into_token_stream()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{check_leaves_durable, errors_of, pretty};

    #[test]
    fn a_function_gets_a_twin_of_its_name() {
        let item = quote! {
            pub fn half(cents: u64) -> u64 { cents / 2 }
        };
        expect![[r#"
            #[doc(hidden)]
            #[allow(non_camel_case_types, missing_debug_implementations)]
            pub struct half {}
            impl ::durable::__private::Marked for half {}
            #[allow(unused_qualifications)]
            pub fn half(cents: u64) -> u64 {
                #[allow(unused_imports)]
                use ::durable::__private::{
                    self as __durable, CollectElse as _, OrderElse as _, OutcomeElse as _,
                    ReceiverElse as _, ShownElse as _,
                };
                cents / 2
            }
        "#]]
        .assert_eq(&pretty(expand(quote!(), item)));
    }

    #[test]
    fn an_async_function_returns_a_durable_future() {
        let item = quote! {
            async fn twice<T: Clone>(ctx: &Context, (a, _): (T, u8)) -> Result<T> {
                ctx.call(work()).await?;
                Ok(a.clone())
            }
        };
        expect![[r##"
            #[doc(hidden)]
            #[allow(non_camel_case_types, missing_debug_implementations)]
            struct twice {}
            impl ::durable::__private::Marked for twice {}
            #[allow(unused_qualifications)]
            fn twice<T: Clone>(
                ctx: &Context,
                __durable_1: (T, u8),
            ) -> impl ::durable::__private::DurableFuture<Output = Result<T>> {
                enum __DurableBody {}
                impl __DurableBody {
                    #[allow(unused_qualifications)]
                    #[allow(clippy::unused_async)]
                    async fn twice<T: Clone>(ctx: &Context, (a, _): (T, u8)) -> Result<T> {
                        #[allow(unused_imports)]
                        use ::durable::__private::{
                            self as __durable, CollectElse as _, OrderElse as _, OutcomeElse as _,
                            ReceiverElse as _, ShownElse as _,
                        };
                        __durable::Awaitable::awaited(ctx.call(work())).await?;
                        Ok(a.clone())
                    }
                }
                ::durable::__private::Block::new(__DurableBody::twice::<T>(ctx, __durable_1))
            }
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, unused_imports)]
            mod __durable_unmarked_twice {
                pub use ::durable::__private::Unmarked as work;
            }
            #[allow(unused_imports)]
            use __durable_unmarked_twice::*;
            #[allow(unused_imports, dead_code, non_camel_case_types, deprecated)]
            const _: () = {
                const _: () = {
                    #[diagnostic::on_unimplemented(
                        message = "the `#[deterministic]` function `twice` can't call `work`: it is not known to be deterministic",
                        label = "not marked `#[deterministic]`",
                        note = "mark it `#[deterministic]`, which checks its body as well; if it does I/O, make it an `#[activity]`",
                        note = "for code that can't be annotated, vouch for it: `durable::assume_deterministic!(work(..))`"
                    )]
                    trait twice_may_call_work {
                        const CALLABLE: () = ();
                    }
                    #[diagnostic::do_not_recommend]
                    impl<T: ::durable::__private::Marked> twice_may_call_work for T {}
                    const _: () = <work as twice_may_call_work>::CALLABLE;
                };
            };
        "##]].assert_eq(&pretty(expand(quote!(), item)));
    }

    #[test]
    fn an_async_method_has_another_beside_it() {
        let item = quote! {
            impl Cart {
                const MAX: u32 = 5;
                const fn new() -> Self { Self }
                pub async fn pay(&mut self, ctx: &Context) -> u64 { ctx.now().as_micros() }
            }
        };
        expect![[r#"
            impl Cart {
                const MAX: u32 = 5;
                const fn new() -> Self {
                    Self
                }
                #[allow(unused_qualifications)]
                pub fn pay(
                    &mut self,
                    ctx: &Context,
                ) -> impl ::durable::__private::DurableFuture<Output = u64> {
                    ::durable::__private::Block::new(Self::__durable_pay(self, ctx))
                }
                #[allow(unused_qualifications)]
                #[doc(hidden)]
                #[allow(clippy::unused_async, clippy::unused_self)]
                async fn __durable_pay(&mut self, ctx: &Context) -> u64 {
                    #[allow(unused_imports)]
                    use ::durable::__private::{
                        self as __durable, CollectElse as _, OrderElse as _, OutcomeElse as _,
                        ReceiverElse as _, ShownElse as _,
                    };
                    ctx.now().as_micros()
                }
            }
        "#]]
        .assert_eq(&pretty(expand(quote!(), item)));
    }

    #[test]
    fn a_module_marks_what_is_inside() {
        let item = quote! {
            mod pricing {
                use super::*;
                fn fee() {}
                #[activity]
                fn charge() {}
                impl Cart {}
                mod inner { fn deep() {} }
            }
        };
        expect![[r#"
            mod pricing {
                use super::*;
                #[::durable::deterministic]
                fn fee() {}
                #[activity]
                fn charge() {}
                #[::durable::deterministic]
                impl Cart {}
                #[::durable::deterministic]
                mod inner {
                    fn deep() {}
                }
            }
        "#]]
        .assert_eq(&pretty(expand(quote!(), item)));
    }

    #[test]
    fn nothing_else_is_marked() {
        expect![[r#"
            `#[deterministic]` has no argument `name`
            help: `crate = path` is supported

            `#[deterministic]` marks functions: it goes on a function, an `impl` block or an inline module
            help: move it to what is called"#]]
        .assert_eq(
            &errors_of(expand(
                quote!(name = "a"),
                quote!(
                    struct Cart;
                ),
            ))
            .join("\n\n"),
        );
    }

    #[test]
    fn the_crate_can_have_another_name() {
        check_leaves_durable(&expand(
            quote!(crate = other::name),
            quote!(
                async fn f() {
                    g().await
                }
            ),
        ));
    }
}
