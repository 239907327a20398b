//! `#[activity]`: parse → check → emit.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use crate::{
    args::Attribute,
    description::{self, Kind},
    diagnostics::Diagnostics,
    function::Function,
    role::Role,
};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let parsed = Function::parse(Role::Activity, Attribute::Activity, args, item.clone(), &mut diagnostics);
    let mut expanded = match parsed {
        None => item,
        Some(function) => {
            function.check(Role::Activity, &mut diagnostics);
            emit(&function, &diagnostics)
        }
    };
    diagnostics.to_tokens(&mut expanded);
    expanded
}

fn emit(function: &Function, errors: &Diagnostics) -> TokenStream {
    let kind = Kind {
        implements: format_ident!("Activity"),
        context: format_ident!("ActivityContext"),
        item: format_ident!("activity"),
        description: format_ident!("ActivityCall"),
    };
    let runtime = &function.runtime;
    let blocking = function.item.sig.asyncness.is_none();
    let states = function.signature.states();
    let persist_first = function.persist_first.then(|| {
        quote!(
            const PERSIST_FIRST: bool = true;
        )
    });
    let constants = quote! {
        const BLOCKING: bool = #blocking;
        #persist_first
        const STATES: &'static [#runtime::StateType] = &[#(#runtime::StateType::of::<#states>()),*];
    };
    description::emit(&kind, function, &constants, errors)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{check_leaves_durable, errors_of, pretty};

    #[track_caller]
    fn check(args: TokenStream, item: TokenStream, expected: &Expect) {
        expected.assert_eq(&pretty(expand(args, item)));
    }

    #[test]
    fn a_function_becomes_a_type_that_runs_it_and_a_function_that_describes_it() {
        check(
            quote!(),
            quote! {
                /// Charges a card.
                #[inline]
                pub async fn charge(card: String, cents: u64) -> Result<Receipt> {
                    pay(card, cents).await
                }
            },
            &expect![[r##"
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                pub struct charge {}
                impl ::durable::__private::Marked for charge {}
                impl ::durable::__private::Registered for charge {
                    const ITEM: ::durable::__private::Item = {
                        #[allow(deprecated)]
                        let _ = charge;
                        ::durable::__private::Item::activity::<charge>()
                    };
                }
                impl ::durable::__private::Activity for charge {
                    const NAME: &'static str = "charge";
                    const BLOCKING: bool = false;
                    const STATES: &'static [::durable::__private::StateType] = &[];
                    type Input = (String, u64);
                    type Output = <Result<Receipt> as ::durable::__private::Outcome>::Value;
                    type Error = <Result<Receipt> as ::durable::__private::Outcome>::Error;
                    async fn run(
                        __durable_ctx: ::durable::__private::ActivityContext,
                        __durable_input: Self::Input,
                    ) -> ::core::result::Result<Self::Output, Self::Error> {
                        enum __DurableBody {}
                        #[allow(
                            clippy::needless_pass_by_value,
                            clippy::unused_async,
                            unused_qualifications
                        )]
                        impl __DurableBody {
                            #[inline]
                            async fn charge(card: String, cents: u64) -> Result<Receipt> {
                                pay(card, cents).await
                            }
                        }
                        let (__durable_0, __durable_1) = __durable_input;
                        ::durable::__private::Outcome::into_result(
                            __DurableBody::charge(__durable_0, __durable_1).await,
                        )
                    }
                }
                /// Charges a card.
                pub fn charge(card: String, cents: u64) -> ::durable::__private::ActivityCall<charge> {
                    ::durable::__private::ActivityCall::<charge>::new((card, cents))
                }
            "##]],
        );
    }

    #[test]
    fn contexts_and_states_are_no_part_of_the_description() {
        check(
            quote!(name = "the charge", persist_first),
            quote! {
                fn charge(pool: State<Pool>, (a, b): (u8, u8), ctx: &ActivityContext) -> u8 { a + b }
            },
            &expect![[r##"
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                struct charge {}
                impl ::durable::__private::Marked for charge {}
                impl ::durable::__private::Registered for charge {
                    const ITEM: ::durable::__private::Item = {
                        #[allow(deprecated)]
                        let _ = charge;
                        ::durable::__private::Item::activity::<charge>()
                    };
                }
                impl ::durable::__private::Activity for charge {
                    const NAME: &'static str = "the charge";
                    const BLOCKING: bool = true;
                    const PERSIST_FIRST: bool = true;
                    const STATES: &'static [::durable::__private::StateType] = &[
                        ::durable::__private::StateType::of::<Pool>(),
                    ];
                    type Input = (u8, u8);
                    type Output = u8;
                    type Error = ::durable::__private::Error;
                    async fn run(
                        __durable_ctx: ::durable::__private::ActivityContext,
                        __durable_input: Self::Input,
                    ) -> ::core::result::Result<Self::Output, Self::Error> {
                        enum __DurableBody {}
                        #[allow(
                            clippy::needless_pass_by_value,
                            clippy::unused_async,
                            unused_qualifications
                        )]
                        impl __DurableBody {
                            fn charge(pool: State<Pool>, (a, b): (u8, u8), ctx: &ActivityContext) -> u8 {
                                a + b
                            }
                        }
                        let __durable_0 = __durable_input;
                        ::core::result::Result::Ok(
                            __DurableBody::charge(
                                __durable_ctx.state::<Pool>(),
                                __durable_0,
                                &__durable_ctx,
                            ),
                        )
                    }
                }
                #[allow(clippy::used_underscore_binding)]
                fn charge(__durable_arg1: (u8, u8)) -> ::durable::__private::ActivityCall<charge> {
                    ::durable::__private::ActivityCall::<charge>::new(__durable_arg1)
                }
            "##]],
        );
    }

    #[test]
    fn with_errors_the_function_stays_and_stand_ins_take_its_place() {
        check(
            quote!(),
            quote! {
                async fn charge(ctx: &Context, card: &str) -> Result<Receipt> { pay(card).await }
            },
            &expect![[r##"
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                struct charge {}
                impl ::durable::__private::Marked for charge {}
                impl ::durable::__private::Registered for charge {
                    const ITEM: ::durable::__private::Item = {
                        ::durable::__private::Item::activity::<charge>()
                    };
                }
                impl ::durable::__private::Activity for charge {
                    const NAME: &'static str = "charge";
                    const BLOCKING: bool = false;
                    const STATES: &'static [::durable::__private::StateType] = &[];
                    type Input = ();
                    type Output = <Result<Receipt> as ::durable::__private::Outcome>::Value;
                    type Error = <Result<Receipt> as ::durable::__private::Outcome>::Error;
                    async fn run(
                        _: ::durable::__private::ActivityContext,
                        _: Self::Input,
                    ) -> ::core::result::Result<Self::Output, Self::Error> {
                        ::core::unreachable!()
                    }
                }
                #[allow(unused_variables)]
                fn charge(card: &str) -> ::durable::__private::ActivityCall<charge> {
                    ::core::unreachable!()
                }
                const _: () = {
                    #[allow(dead_code)]
                    async fn charge(
                        ctx: &::durable::__private::ActivityContext,
                        card: &str,
                    ) -> Result<Receipt> {
                        pay(card).await
                    }
                };
                ::core::compile_error! {
                    "an activity has no `Context`: that belongs to orchestrators\nhelp: write `&ActivityContext`, or make it an `#[orchestrator]` if it calls activities"
                }
                ::core::compile_error! {
                    "an activity can't borrow its arguments: they are stored before it runs\nhelp: take the owned type: `String`"
                }
            "##]],
        );
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let expansion = expand(
            quote!(nam = "a", name = ""),
            quote!(
                const unsafe fn charge<T>(a: &str, b: Option<&T>, c: impl Copy, d: Context) -> &str {}
            ),
        );
        assert_eq!(errors_of(expansion).len(), 10);
    }

    #[test]
    fn what_is_no_function_stays_as_it_is() {
        let expansion = expand(
            quote!(),
            quote!(
                struct Charge;
            ),
        );
        assert!(expansion.to_string().starts_with("struct Charge ;"));
        assert_eq!(
            errors_of(expansion),
            ["an activity is a function\nhelp: annotate a function, or write `#[entity]`"]
        );
    }

    #[test]
    fn the_crate_can_have_another_name() {
        let item = quote!(
            async fn charge(ctx: &ActivityContext, pool: State<Pool>, a: u8, b: u8) -> Result<u8> {
                Ok(1)
            }
        );
        check_leaves_durable(&expand(quote!(crate = other::name), item));
    }
}
