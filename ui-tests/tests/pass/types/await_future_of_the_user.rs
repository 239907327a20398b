use durable::prelude::*;
use std::time::Duration;

use durable::future::LocalBoxDurable;

#[derive(Debug)]
pub struct Pause<'a> {
    ctx: &'a Context,
    seconds: u64,
}

impl<'a> IntoFuture for Pause<'a> {
    type Output = ();
    type IntoFuture = LocalBoxDurable<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.ctx.timer(Duration::from_secs(self.seconds)))
    }
}

#[orchestrator]
pub async fn one(ctx: &Context) -> Result<u64> {
    Pause { ctx, seconds: 5 }.await;
    Ok(1)
}
