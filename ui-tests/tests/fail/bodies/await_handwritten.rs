#![allow(unused)]
// a future of the user's own that wakes itself
use durable::prelude::*;
use std::{
    pin::Pin,
    task::{self, Poll},
};

struct Countdown(u32);

impl Future for Countdown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[orchestrator]
async fn launch(ctx: &Context) -> Result<()> {
    ctx.set_status("counting");
    Countdown(3).await;
    Ok(())
}

fn main() {}
