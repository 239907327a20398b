//! Expansions in surroundings as strict as can be: nothing in scope, no warning admitted, the crate under another name.
#![no_implicit_prelude]
#![deny(warnings, missing_docs, unsafe_code, unused_qualifications, clippy::all, clippy::pedantic)]
#![deny(elided_lifetimes_in_paths, missing_debug_implementations, unreachable_pub, unused_lifetimes)]

/// The crate as a re-exporter shows it.
mod renamed {
    pub(crate) use ::durable::__private;
}

/// What the expansions could take for something else.
#[expect(dead_code, reason = "only there to be confused with")]
mod rivals {
    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct String;
    pub(crate) struct Box;
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod durable {}
}
#[expect(unused_imports, reason = "only there to be confused with")]
use self::rivals::*;

/// Charges.
#[::durable::activity(crate = crate::renamed)]
pub async fn charge(card: ::std::string::String, cents: u64) -> ::durable::Result<u64> {
    ::core::future::ready(()).await;
    ::core::result::Result::Ok(cents + card.len() as u64)
}

/// Refunds.
#[::durable::activity(name = "refund it")]
pub fn refund(ctx: &::durable::ActivityContext, pool: ::durable::State<u32>) -> u32 {
    ctx.attempt() + *pool
}

/// Pays.
#[::durable::orchestrator(crate = crate::renamed)]
pub async fn pay(ctx: &mut ::durable::Context, cents: u64) -> ::durable::Result<u64> {
    ctx.call(charge(::std::string::String::new(), cents)).await
}

/// An account.
#[::durable::entity(crate = crate::renamed)]
#[derive(::core::default::Default, ::core::fmt::Debug, ::serde::Serialize, ::serde::Deserialize)]
pub struct Account {
    balance: i64,
}

#[::durable::entity(crate = crate::renamed)]
impl Account {
    fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }

    /// How much there is.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn balance(
        &self,
        ctx: &::durable::EntityContext,
        _rates: ::durable::State<u64>,
    ) -> ::durable::Result<i64> {
        ::core::future::ready(ctx).await;
        ::core::result::Result::Ok(self.balance)
    }
}

/// A document.
#[::durable::entity(crate = crate::renamed)]
#[derive(::core::default::Default, ::core::fmt::Debug, ::serde::Serialize, ::serde::Deserialize)]
pub struct Document;

#[::durable::entity(crate = crate::renamed)]
impl Document {
    #[fallback]
    async fn any(
        &mut self,
        _ctx: &::durable::EntityContext,
        operation: ::std::string::String,
        _rates: ::durable::State<u64>,
        input: ::durable::Payload,
    ) -> ::durable::Result<::durable::Payload> {
        ::core::future::ready(operation).await;
        ::core::result::Result::Ok(input)
    }
}

/// What nobody refers to.
mod unused {
    #[::durable::entity]
    #[derive(::core::default::Default, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) struct Stock;

    #[::durable::entity]
    impl Stock {
        fn take(&mut self) {}
    }
}

/// Transfers.
#[::durable::orchestrator(crate = crate::renamed)]
pub async fn transfer(ctx: &mut ::durable::Context, amount: i64) -> ::durable::Result<i64> {
    let ((mut account, mut document), section) = ctx.lock((Account::at("a"), Document::at("b"))).await?;
    deposit(&mut account, amount).await?;
    document.delete().await?;
    section.timer(::core::time::Duration::from_secs(1)).await;
    ::durable::try_join!(account.balance(), account.balance())?;
    account.balance().await
}

#[::durable::deterministic(crate = crate::renamed)]
async fn deposit(account: &mut LockedAccount<'_>, amount: i64) -> ::durable::Result<()> {
    account.deposit(amount).await
}

/// All of it.
pub const ALL: ::durable::Registry =
    ::durable::registry![crate = crate::renamed; charge, refund, pay, transfer, Account, Document, unused::Stock];

#[test]
fn expansions_need_nothing_in_scope_and_bring_no_warning() {
    let shown = ::std::format!("{ALL:?}");
    for name in ["charge", "refund it", "pay", "transfer", "Account", "Document", "Stock"] {
        ::core::assert!(shown.contains(name), "{name} in {shown}");
    }
}
