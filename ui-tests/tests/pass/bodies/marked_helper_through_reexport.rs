// a marked helper under another name and through a re-export
use durable::prelude::*;
mod domain {
    pub mod rules {
        use durable::prelude::*;

        #[deterministic]
        pub fn is_large(cents: u64) -> bool {
            cents > 100_000
        }

        #[deterministic]
        pub(crate) fn clamp(cents: u64) -> u64 {
            cents.clamp(1, 1_000_000)
        }
    }
    pub use rules::is_large;
}

use domain::{is_large as needs_approval, rules};

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let cents = rules::clamp(cents);
    if needs_approval(cents) && !ctx.event::<bool>("approved").await? {
        return Ok(0);
    }
    ctx.call(charge(cents)).await
}
