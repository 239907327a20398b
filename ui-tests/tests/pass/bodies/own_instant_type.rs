// a type Instant of the user's own
use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// A minute of a match, with additional time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Instant {
    minute: u16,
    extra: u16,
}

impl Instant {
    const KICK_OFF: Self = Self { minute: 0, extra: 0 };

    fn now(minute: u16, extra: u16) -> Self {
        Self { minute, extra }
    }

    fn elapsed(self) -> u16 {
        self.minute + self.extra
    }
}

#[activity]
async fn announce(at: Instant) -> Result<()> {
    tracing::info!(?at);
    Ok(())
}

#[orchestrator]
async fn football(ctx: &Context) -> Result<u16> {
    let mut last = Instant::KICK_OFF;
    while last.elapsed() < 90 {
        let (minute, extra) = ctx.event::<(u16, u16)>("goal").await?;
        last = Instant::now(minute, extra).max(last);
        ctx.call(announce(last)).await?;
    }
    Ok(last.elapsed())
}
