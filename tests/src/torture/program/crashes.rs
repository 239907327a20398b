//! Code that ends the process.

use std::time::Duration;

use durable::prelude::*;

use super::{Finished, Ledger, Receipt};

#[activity]
pub(super) async fn crash(ctx: &ActivityContext, ledger: State<Ledger>, why: String) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    if why.is_empty() {
        return Ok(receipt);
    }
    durable::assume_deterministic!(std::process::abort())
}

/// Calls an activity that ends the process.
#[orchestrator]
pub(super) async fn crashing(ctx: &Context, why: String) -> Result<Finished> {
    let note = match ctx.call(crash(why)).await {
        Ok(_) => "survived".to_owned(),
        Err(error) => format!("{:?}: {}", error.kind(), error.message()),
    };
    Ok(Finished { note, ..Finished::default() })
}

/// Ends the process in a turn of its own, once its timer has fired.
#[orchestrator]
pub(super) async fn crashing_itself(ctx: &Context, millis: u64) -> Result<Finished> {
    ctx.timer(Duration::from_millis(millis)).await;
    durable::assume_deterministic!(std::process::abort())
}
