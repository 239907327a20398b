//! What the macros make of entities.

#![expect(clippy::too_many_lines, reason = "most of them are the expansion")]

use expect_test::expect;
use quote::quote;

use super::*;
use crate::testing::{check_leaves_durable, errors_of, pretty};

#[test]
fn the_state_gets_a_type_that_refers_to_it() {
    let item = quote! {
        #[derive(Default, Serialize, Deserialize)]
        pub struct Account { balance: i64 }
    };
    expect![[r##"
        #[derive(Default, Serialize, Deserialize)]
        pub struct Account {
            balance: i64,
        }
        ///Refers to one entity `Account`, by its key; its methods describe operations.
        #[allow(non_camel_case_types)]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        pub struct AccountRef(::durable::__private::EntityRef<Account>);
        impl Account {
            ///Refers to the `Account` with that key.
            #[allow(dead_code)]
            #[must_use]
            pub fn at(key: impl ::core::convert::AsRef<str>) -> AccountRef {
                AccountRef(::durable::__private::EntityRef::<Account>::new(key))
            }
        }
        impl AccountRef {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __DURABLE_NAME: &'static str = "account";
            #[doc(hidden)]
            #[allow(dead_code)]
            pub fn __durable_ref(&self) -> &::durable::__private::EntityRef<Account> {
                &self.0
            }
        }
        ///A locked entity `Account`: its methods call operations, inside the critical section.
        #[allow(non_camel_case_types)]
        #[derive(::core::fmt::Debug)]
        pub struct LockedAccount<'section>(::durable::__private::Locked<'section, Account>);
        impl<'section> LockedAccount<'section> {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub fn __durable_locked(&self) -> &::durable::__private::Locked<'section, Account> {
                &self.0
            }
        }
        impl ::durable::__private::Lockable for AccountRef {
            type Locked<'section> = LockedAccount<'section>;
            fn ids(
                &self,
                ids: &mut ::std::vec::Vec<
                    ::core::result::Result<
                        ::durable::__private::EntityId,
                        ::durable::__private::InvalidId,
                    >,
                >,
            ) {
                ::durable::__private::Lockable::ids(&self.0, ids);
            }
            fn locked<'section>(
                self,
                holding: &::durable::__private::Holding<'section>,
            ) -> LockedAccount<'section> {
                LockedAccount(::durable::__private::Locked::new(self.0, holding))
            }
        }
    "##]]
    .assert_eq(&pretty(expand(quote!(name = "account"), item)));
}

#[test]
fn methods_become_operations() {
    let item = quote! {
        impl Account {
            /// Adds to the balance.
            fn deposit(&mut self, amount: i64) -> i64 { self.balance += amount; self.balance }
            async fn move_to(&mut self, ctx: &EntityContext, to: String, amount: i64) -> Result<(), Overdrawn> { Ok(()) }
            fn balance(&self, rates: State<Rates>) -> i64 { self.balance }
            #[skip]
            fn is_empty(&self) -> bool { self.balance == 0 }
            fn new() -> Self { Self::default() }
        }
    };
    expect![[r##"
        #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
        impl Account {
            /// Adds to the balance.
            fn deposit(&mut self, amount: i64) -> i64 {
                self.balance += amount;
                self.balance
            }
            async fn move_to(
                &mut self,
                ctx: &EntityContext,
                to: String,
                amount: i64,
            ) -> Result<(), Overdrawn> {
                Ok(())
            }
            fn balance(&self, rates: State<Rates>) -> i64 {
                self.balance
            }
            fn is_empty(&self) -> bool {
                self.balance == 0
            }
            fn new() -> Self {
                Self::default()
            }
        }
        impl ::durable::__private::Entity for Account {
            const NAME: &'static str = <AccountRef>::__DURABLE_NAME;
            const STATES: &'static [::durable::__private::StateType] = &[
                ::durable::__private::StateType::of::<Rates>(),
            ];
            const OPERATIONS: &'static [::durable::__private::OperationInfo] = &[
                ::durable::__private::OperationInfo {
                    name: "deposit",
                    reads: false,
                },
                ::durable::__private::OperationInfo {
                    name: "move_to",
                    reads: false,
                },
                ::durable::__private::OperationInfo {
                    name: "balance",
                    reads: true,
                },
            ];
            #[allow(deprecated, unreachable_patterns)]
            fn dispatch<'__durable>(
                &'__durable mut self,
                __durable_ctx: &'__durable ::durable::__private::EntityContext,
                __durable_operation: &'__durable str,
                __durable_input: &'__durable ::durable::__private::Payload,
            ) -> ::durable::__private::Dispatched<'__durable> {
                match __durable_operation {
                    "deposit" => {
                        match ::durable::__private::decode_input::<
                            i64,
                        >("deposit", __durable_input) {
                            ::core::result::Result::Ok(__durable_0) => {
                                ::durable::__private::Dispatched::Done(
                                    ::durable::__private::encode_outcome::<
                                        i64,
                                        ::durable::__private::Error,
                                    >(
                                        "deposit",
                                        ::core::result::Result::Ok(Self::deposit(self, __durable_0)),
                                    ),
                                )
                            }
                            ::core::result::Result::Err(__durable_failure) => {
                                ::durable::__private::Dispatched::Done(
                                    ::core::result::Result::Err(__durable_failure),
                                )
                            }
                        }
                    }
                    "move_to" => {
                        match ::durable::__private::decode_input::<
                            (String, i64),
                        >("move_to", __durable_input) {
                            ::core::result::Result::Ok((__durable_0, __durable_1)) => {
                                ::durable::__private::Dispatched::Running(
                                    ::std::boxed::Box::pin(async move {
                                        ::durable::__private::encode_outcome::<
                                            <Result<
                                                (),
                                                Overdrawn,
                                            > as ::durable::__private::Outcome>::Value,
                                            <Result<
                                                (),
                                                Overdrawn,
                                            > as ::durable::__private::Outcome>::Error,
                                        >(
                                            "move_to",
                                            ::durable::__private::Outcome::into_result(
                                                Self::move_to(self, __durable_ctx, __durable_0, __durable_1)
                                                    .await,
                                            ),
                                        )
                                    }),
                                )
                            }
                            ::core::result::Result::Err(__durable_failure) => {
                                ::durable::__private::Dispatched::Done(
                                    ::core::result::Result::Err(__durable_failure),
                                )
                            }
                        }
                    }
                    "balance" => {
                        ::durable::__private::Dispatched::Done(
                            ::durable::__private::encode_outcome::<
                                i64,
                                ::durable::__private::Error,
                            >(
                                "balance",
                                ::core::result::Result::Ok(
                                    Self::balance(self, __durable_ctx.state::<Rates>()),
                                ),
                            ),
                        )
                    }
                    _ => ::durable::__private::Dispatched::Unknown,
                }
            }
        }
        #[allow(dead_code, private_interfaces)]
        impl AccountRef {
            /// Adds to the balance.
            pub fn deposit(
                &self,
                amount: i64,
            ) -> ::durable::__private::OperationCall<Account, i64, ::durable::__private::Error> {
                ::durable::__private::EntityRef::operation(
                    self.__durable_ref(),
                    "deposit",
                    amount,
                )
            }
            ///Describes the operation `move_to`.
            pub fn move_to(
                &self,
                to: String,
                amount: i64,
            ) -> ::durable::__private::OperationCall<
                Account,
                <Result<(), Overdrawn> as ::durable::__private::Outcome>::Value,
                <Result<(), Overdrawn> as ::durable::__private::Outcome>::Error,
            > {
                ::durable::__private::EntityRef::operation(
                    self.__durable_ref(),
                    "move_to",
                    (to, amount),
                )
            }
            ///Describes the operation `balance`.
            pub fn balance(
                &self,
            ) -> ::durable::__private::OperationCall<Account, i64, ::durable::__private::Error> {
                ::durable::__private::EntityRef::operation(self.__durable_ref(), "balance", ())
            }
            /// Describes the deletion of the entity: its state is dropped, and it begins anew when it is used again.
            pub fn delete(
                &self,
            ) -> ::durable::__private::OperationCall<Account, (), ::durable::__private::Error> {
                ::durable::__private::EntityRef::operation::<
                    (),
                    (),
                    ::durable::__private::Error,
                >(self.__durable_ref(), "delete", ())
            }
        }
        #[allow(dead_code, private_interfaces)]
        impl LockedAccount<'_> {
            /// Adds to the balance.
            pub fn deposit(
                &mut self,
                amount: i64,
            ) -> ::durable::__private::CallLocked<
                '_,
                Account,
                i64,
                ::durable::__private::Error,
            > {
                let __durable_locked = self.__durable_locked();
                __durable_locked
                    .operate(
                        ::durable::__private::EntityRef::operation(
                            __durable_locked.entity_ref(),
                            "deposit",
                            amount,
                        ),
                    )
            }
            ///Calls the operation `move_to`.
            pub fn move_to(
                &mut self,
                to: String,
                amount: i64,
            ) -> ::durable::__private::CallLocked<
                '_,
                Account,
                <Result<(), Overdrawn> as ::durable::__private::Outcome>::Value,
                <Result<(), Overdrawn> as ::durable::__private::Outcome>::Error,
            > {
                let __durable_locked = self.__durable_locked();
                __durable_locked
                    .operate(
                        ::durable::__private::EntityRef::operation(
                            __durable_locked.entity_ref(),
                            "move_to",
                            (to, amount),
                        ),
                    )
            }
            ///Calls the operation `balance`.
            pub fn balance(
                &self,
            ) -> ::durable::__private::CallLocked<
                '_,
                Account,
                i64,
                ::durable::__private::Error,
            > {
                let __durable_locked = self.__durable_locked();
                __durable_locked
                    .operate(
                        ::durable::__private::EntityRef::operation(
                            __durable_locked.entity_ref(),
                            "balance",
                            (),
                        ),
                    )
            }
            /// Deletes the entity: its state is dropped, and it begins anew when it is used again.
            pub fn delete(
                &mut self,
            ) -> ::durable::__private::CallLocked<'_, Account, (), ::durable::__private::Error> {
                let locked = self.__durable_locked();
                let operation = ::durable::__private::EntityRef::operation::<
                    (),
                    (),
                    ::durable::__private::Error,
                >(locked.entity_ref(), "delete", ());
                locked.operate(operation)
            }
        }
        impl ::durable::__private::EntityAddress for AccountRef {
            type Entity = Account;
            fn entity_ref(&self) -> ::durable::__private::EntityRef<Account> {
                ::core::clone::Clone::clone(self.__durable_ref())
            }
        }
        impl ::durable::__private::Registered for Account {
            const ITEM: ::durable::__private::Item = ::durable::__private::Item::entity::<
                Account,
            >();
        }
    "##]]
    .assert_eq(&pretty(expand(quote!(), item)));
}

#[test]
fn an_operation_with_errors_is_described_but_not_dispatched() {
    let item = quote! {
        impl Account {
            fn close(self, reason: &str) -> i64 { self.balance }
            fn delete(&mut self) {}
        }
    };
    expect![[r##"
        #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
        impl Account {
            fn close(self, reason: &str) -> i64 {
                self.balance
            }
            fn delete(&mut self) {}
        }
        impl ::durable::__private::Entity for Account {
            const NAME: &'static str = <AccountRef>::__DURABLE_NAME;
            const STATES: &'static [::durable::__private::StateType] = &[];
            const OPERATIONS: &'static [::durable::__private::OperationInfo] = &[
                ::durable::__private::OperationInfo {
                    name: "delete",
                    reads: false,
                },
            ];
            #[allow(deprecated, unreachable_patterns)]
            fn dispatch<'__durable>(
                &'__durable mut self,
                __durable_ctx: &'__durable ::durable::__private::EntityContext,
                __durable_operation: &'__durable str,
                __durable_input: &'__durable ::durable::__private::Payload,
            ) -> ::durable::__private::Dispatched<'__durable> {
                match __durable_operation {
                    "delete" => {
                        ::durable::__private::Dispatched::Done(
                            ::durable::__private::encode_outcome::<
                                (),
                                ::durable::__private::Error,
                            >("delete", ::core::result::Result::Ok(Self::delete(self))),
                        )
                    }
                    _ => ::durable::__private::Dispatched::Unknown,
                }
            }
        }
        #[allow(dead_code, private_interfaces)]
        impl AccountRef {
            ///Describes the operation `close`.
            #[allow(unused_variables)]
            pub fn close(
                &self,
                reason: &str,
            ) -> ::durable::__private::OperationCall<Account, i64, ::durable::__private::Error> {
                ::core::unreachable!()
            }
            ///Describes the operation `delete`.
            pub fn delete(
                &self,
            ) -> ::durable::__private::OperationCall<Account, (), ::durable::__private::Error> {
                ::durable::__private::EntityRef::operation(self.__durable_ref(), "delete", ())
            }
        }
        #[allow(dead_code, private_interfaces)]
        impl LockedAccount<'_> {
            ///Calls the operation `close`.
            #[allow(unused_variables)]
            pub fn close(
                &mut self,
                reason: &str,
            ) -> ::durable::__private::CallLocked<
                '_,
                Account,
                i64,
                ::durable::__private::Error,
            > {
                ::core::unreachable!()
            }
            ///Calls the operation `delete`.
            pub fn delete(
                &mut self,
            ) -> ::durable::__private::CallLocked<'_, Account, (), ::durable::__private::Error> {
                let __durable_locked = self.__durable_locked();
                __durable_locked
                    .operate(
                        ::durable::__private::EntityRef::operation(
                            __durable_locked.entity_ref(),
                            "delete",
                            (),
                        ),
                    )
            }
        }
        impl ::durable::__private::EntityAddress for AccountRef {
            type Entity = Account;
            fn entity_ref(&self) -> ::durable::__private::EntityRef<Account> {
                ::core::clone::Clone::clone(self.__durable_ref())
            }
        }
        impl ::durable::__private::Registered for Account {
            const ITEM: ::durable::__private::Item = ::durable::__private::Item::entity::<
                Account,
            >();
        }
        ::core::compile_error! {
            "an operation borrows the state: it stays in the entity\nhelp: take `&self` or `&mut self`, or mark the method `#[skip]` if it is no operation"
        }
        ::core::compile_error! {
            "an operation can't borrow its arguments: they are stored before it runs\nhelp: take the owned type: `String`"
        }
    "##]].assert_eq(&pretty(expand(quote!(), item)));
}

#[test]
fn all_errors_are_reported_at_once() {
    let item = quote! {
        impl Account {
            fn at(self) {}
            fn deposit<T>(&mut self, ctx: &Context, amount: &T) -> &i64 {}
        }
    };
    assert_eq!(errors_of(expand(quote!(name = "account"), item)).len(), 7);
}

#[test]
fn the_crate_can_have_another_name() {
    check_leaves_durable(&expand(
        quote!(crate = other::name),
        quote!(
            pub struct Account;
        ),
    ));
    let item = quote!(impl Account { async fn deposit(&mut self, amount: i64) -> Result<i64> { Ok(1) } });
    check_leaves_durable(&expand(quote!(crate = other::name), item));
}
