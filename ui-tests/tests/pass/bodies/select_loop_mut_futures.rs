// good: select! in a loop over several futures that live on between the rounds
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bid {
    bidder: String,
    cents: u64,
}

#[activity]
async fn announce(text: String) -> Result<()> {
    tracing::info!("{text}");
    Ok(())
}

#[orchestrator]
async fn auction(ctx: &Context, item: String, reserve: u64, seconds: u64) -> Result<Option<Bid>> {
    let mut best: Option<Bid> = None;
    let mut end = ctx.timer(Duration::from_secs(seconds));
    let mut withdrawn = ctx.event::<String>("withdraw");
    let mut opening = ctx.call(announce(format!("{item} is for sale"))).into_future();
    let mut opened = false;
    let outcome = loop {
        if !opened {
            durable::select! {
                done = &mut opening => {
                    done?;
                    opened = true;
                },
                () = &mut end => break best.take(),
            }
            continue;
        }
        durable::select! {
            reason = &mut withdrawn => {
                let reason = reason?;
                ctx.call(announce(format!("withdrawn: {reason}"))).await?;
                break None;
            },
            bid = ctx.event::<Bid>("bid") => match bid {
                Ok(bid) if best.as_ref().is_none_or(|best| bid.cents > best.cents) => {
                    ctx.set_status(&bid);
                    if end.due().since(ctx.now()) < Duration::from_secs(10) {
                        end = ctx.timer(Duration::from_secs(10));
                    }
                    best = Some(bid);
                }
                Ok(bid) => tracing::info!("{} bids too little", bid.bidder),
                Err(error) => return Err(error),
            },
            () = &mut end => break best.filter(|bid| bid.cents >= reserve),
        }
    };
    Ok(outcome)
}
