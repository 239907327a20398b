//! `#[orchestrator]`: parse → check → emit.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::{
    args::Attribute,
    description::{self, Kind},
    determinism::{self, Owner},
    diagnostics::Diagnostics,
    function::Function,
    role::Role,
    signature::Parameter,
};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let parsed = Function::parse(Role::Orchestrator, Attribute::Orchestrator, args, item.clone(), &mut diagnostics);
    let mut expanded = match parsed {
        None => item,
        Some(mut function) => {
            check(&function, &mut diagnostics);
            let beside = check_determinism(&mut function, &mut diagnostics);
            if !diagnostics.is_empty() {
                mend(&mut function);
            }
            let mut expanded = emit(&function, &diagnostics);
            expanded.extend(beside);
            expanded
        }
    };
    diagnostics.to_tokens(&mut expanded);
    expanded
}

fn check(function: &Function, diagnostics: &mut Diagnostics) {
    function.check(Role::Orchestrator, diagnostics);
    check_async(function, diagnostics);
    check_context_first(function, diagnostics);
    check_one_context(function, diagnostics);
}

/// Rewrites the body, if nothing is wrong with the function. Gives the items to be put beside it.
fn check_determinism(function: &mut Function, diagnostics: &mut Diagnostics) -> TokenStream {
    let mut body = function.item.block.clone();
    let owner = Owner::Orchestrator;
    let checked = determinism::check(owner, &function.runtime, None, &function.item.sig, &mut body, diagnostics);
    function.hopeless = checked.hopeless;
    if !diagnostics.is_empty() {
        return TokenStream::new();
    }
    function.item.block = body;
    let beside = checked.beside;
    let conditions = &function.conditions;
    if conditions.is_empty() || beside.is_empty() {
        return beside;
    }
    quote! {
        #(#conditions)*
        const _: () = { #beside };
    }
}

fn check_async(function: &Function, diagnostics: &mut Diagnostics) {
    let signature = &function.item.sig;
    if signature.asyncness.is_none() {
        let help = format!("write `async fn {}`", signature.ident);
        diagnostics.error(signature.fn_token, "an orchestrator is an `async fn`: it waits for what it calls", help);
    }
}

fn check_context_first(function: &Function, diagnostics: &mut Diagnostics) {
    let parameters = &function.signature.parameters;
    if let Some(Parameter::Context { .. }) = parameters.first() {
        return;
    }
    let wrong = "an orchestrator takes its context first";
    let help = format!("write `async fn {}(ctx: &Context, ..) -> durable::Result<..>`", function.name());
    let place = parameters.iter().position(|parameter| matches!(parameter, Parameter::Context { .. })).unwrap_or(0);
    match function.item.sig.inputs.get(place) {
        Some(argument) => diagnostics.error(argument, wrong, help),
        None => diagnostics.error(function.name(), wrong, help),
    }
}

fn check_one_context(function: &Function, diagnostics: &mut Diagnostics) {
    let written = function.item.sig.inputs.iter().zip(&function.signature.parameters);
    for (argument, _) in written.filter(|(_, parameter)| matches!(parameter, Parameter::Context { .. })).skip(1) {
        diagnostics.error(argument, "an orchestrator has one context", "remove this parameter");
    }
}

/// Removes from a function with errors what would make the compiler complain of its body as well.
fn mend(function: &mut Function) {
    function.item.sig.asyncness.get_or_insert_default();
}

fn emit(function: &Function, errors: &Diagnostics) -> TokenStream {
    let kind = Kind {
        implements: format_ident!("Orchestrator"),
        context: format_ident!("Context"),
        item: format_ident!("orchestrator"),
        description: format_ident!("OrchestrationCall"),
    };
    description::emit(&kind, function, &TokenStream::new(), errors)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::testing::{check_leaves_durable, errors_of, pretty};

    #[test]
    fn the_context_is_owned_by_the_run_and_borrowed_by_the_function() {
        let item = quote! {
            async fn pay(ctx: &mut Context, cents: u64) -> Result<u64> { ctx.call(pay(cents)).await }
        };
        expect![[r##"
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            struct pay {}
            impl ::durable::__private::Marked for pay {}
            impl ::durable::__private::Registered for pay {
                const ITEM: ::durable::__private::Item = {
                    #[allow(deprecated)]
                    let _ = pay;
                    ::durable::__private::Item::orchestrator::<pay>()
                };
            }
            impl ::durable::__private::Orchestrator for pay {
                const NAME: &'static str = "pay";
                type Input = u64;
                type Output = <Result<u64> as ::durable::__private::Outcome>::Value;
                type Error = <Result<u64> as ::durable::__private::Outcome>::Error;
                async fn run(
                    mut __durable_ctx: ::durable::__private::Context,
                    __durable_input: Self::Input,
                ) -> ::core::result::Result<Self::Output, Self::Error> {
                    enum __DurableBody {}
                    #[allow(
                        clippy::needless_pass_by_value,
                        clippy::unused_async,
                        unused_qualifications
                    )]
                    impl __DurableBody {
                        async fn pay(ctx: &mut Context, cents: u64) -> Result<u64> {
                            #[allow(unused_imports)]
                            use ::durable::__private::{
                                self as __durable, CollectElse as _, OrderElse as _,
                                OutcomeElse as _, ReceiverElse as _, ShownElse as _,
                            };
                            __durable::Awaitable::awaited(ctx.call(pay(cents))).await
                        }
                    }
                    let __durable_0 = __durable_input;
                    ::durable::__private::Outcome::into_result(
                        __DurableBody::pay(&mut __durable_ctx, __durable_0).await,
                    )
                }
            }
            fn pay(cents: u64) -> ::durable::__private::OrchestrationCall<pay> {
                ::durable::__private::OrchestrationCall::<pay>::new(cents)
            }
        "##]]
        .assert_eq(&pretty(expand(quote!(), item)));
    }

    #[test]
    fn the_whole_signature_is_shown_where_the_context_is_missing() {
        expect![[r#"
            an orchestrator is an `async fn`: it waits for what it calls
            help: write `async fn pay`

            an orchestrator takes its context first
            help: write `async fn pay(ctx: &Context, ..) -> durable::Result<..>`"#]]
        .assert_eq(
            &errors_of(expand(
                quote!(),
                quote!(
                    fn pay(cents: u64) {}
                ),
            ))
            .join("\n\n"),
        );
    }

    #[test]
    fn the_crate_can_have_another_name() {
        let item = quote!(
            async fn pay(ctx: &Context, a: u8) -> Result<u8> {
                Ok(1)
            }
        );
        check_leaves_durable(&expand(quote!(crate = other::name), item));
    }
}
