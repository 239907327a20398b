//! A case.

use durable::prelude::*;

/// Payments.
pub mod payments {
    use durable::prelude::*;

    /// Charges.
    #[activity]
    pub async fn charge(cents: u64) -> Result<u64> {
        Ok(cents)
    }

    #[activity]
    pub(crate) async fn refund(cents: u64) -> Result<u64> {
        Ok(cents)
    }
}

use payments::charge as bill;

#[orchestrator]
async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(payments::refund(1)).await?;
    ctx.call(bill(1)).await
}

/// All.
pub const ALL: Registry = registry![bill, payments::refund, caller];
