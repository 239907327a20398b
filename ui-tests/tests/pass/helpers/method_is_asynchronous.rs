use durable::prelude::*;
use std::time::Duration;

use durable::future::{DurableFuture, LocalBoxDurable};

pub trait Waits {
    fn wait<'a>(&'a self, ctx: &'a Context) -> LocalBoxDurable<'a, ()>;
}

#[derive(Debug)]
pub struct Desk;

impl Desk {
    fn waited(ctx: &Context) -> impl DurableFuture<Output = ()> {
        ctx.timer(Duration::from_secs(1))
    }
}

impl Waits for Desk {
    fn wait<'a>(&'a self, ctx: &'a Context) -> LocalBoxDurable<'a, ()> {
        Box::pin(Self::waited(ctx))
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<()> {
    Desk::waited(ctx).await;
    Desk.wait(ctx).await;
    Ok(())
}
