#![allow(unused)]
// bad: the second of two selects is futures::select!, which picks ready branches pseudo-randomly
use std::time::Duration;

use durable::prelude::*;
use futures::FutureExt;

#[activity]
async fn open_ticket(title: String) -> Result<u64> {
    Ok(title.len() as u64)
}

#[activity]
async fn close_ticket(ticket: u64, reason: String) -> Result<()> {
    tracing::info!(ticket, %reason, "closed");
    Ok(())
}

#[orchestrator]
async fn support_ticket(ctx: &Context, title: String) -> Result<String> {
    let ticket = ctx.call(open_ticket(title)).await?;
    let agent = durable::select! {
        name = ctx.event::<String>("assigned") => name?,
        () = ctx.timer(Duration::from_secs(900)) => "hotline".to_owned(),
    };
    ctx.set_status(&format!("{ticket}: {agent}"));
    let mut solved = ctx.event::<String>("solved").fuse();
    let mut withdrawn = ctx.event::<String>("withdrawn").fuse();
    let reason = futures::select! {
        text = solved => text?,
        text = withdrawn => text?,
    };
    ctx.call(close_ticket(ticket, reason.clone())).await?;
    Ok(format!("{agent}: {reason}"))
}

fn main() {}
