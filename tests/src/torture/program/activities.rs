//! Activities that note in the ledger that they ran.

use std::time::Duration;

use durable::prelude::*;

use super::{Ledger, Receipt};

#[activity]
pub(super) async fn work(ctx: &ActivityContext, ledger: State<Ledger>, millis: u64) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(receipt)
}

#[activity]
#[expect(clippy::disallowed_methods, reason = "blocking is what this activity is for")]
pub(super) fn crunch(ctx: &ActivityContext, ledger: State<Ledger>, millis: u64) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    std::thread::sleep(Duration::from_millis(millis));
    Ok(receipt)
}

#[activity]
pub(super) async fn flaky(ctx: &ActivityContext, ledger: State<Ledger>, failures: u32) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    tokio::time::sleep(Duration::from_millis(1)).await;
    if ctx.attempt() <= failures {
        return Err(Error::new(format!("attempt {} of `flaky` fails", ctx.attempt())));
    }
    Ok(receipt)
}

#[activity]
pub(super) async fn bulky(ctx: &ActivityContext, ledger: State<Ledger>, text: String) -> Result<(Receipt, String)> {
    Ok((ledger.enter(ctx)?, text))
}

/// Fails until the instance was mended.
#[activity]
pub(super) async fn brittle(ctx: &ActivityContext, ledger: State<Ledger>, root: String) -> Result<Receipt> {
    let receipt = ledger.enter(ctx)?;
    if ledger.is_mended(&root) { Ok(receipt) } else { Err(Error::new(format!("`{root}` is broken"))) }
}
