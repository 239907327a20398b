// good: pure types of the orchestrator share their method names with impure types of the activities
use std::time::{Duration, Instant};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

mod metrics {
    use super::*;

    pub struct Watch {
        begin: Instant,
    }

    impl Watch {
        pub fn new() -> Self {
            Self { begin: Instant::now() }
        }

        pub fn elapsed(&self) -> Duration {
            self.begin.elapsed()
        }

        pub fn label(&self) -> String {
            format!("{}-{:?}", fastrand::u32(..), self.elapsed())
        }
    }
}

mod music {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Track {
        bars: u64,
        played: u64,
    }

    impl Track {
        pub fn new(bars: u64) -> Self {
            Self { bars, played: 0 }
        }

        pub fn elapsed(&self) -> Duration {
            Duration::from_secs(2 * self.played)
        }

        pub fn label(&self) -> String {
            format!("{} of {}", self.played, self.bars)
        }

        pub fn advance(&mut self, bars: u64) -> bool {
            self.played = (self.played + bars).min(self.bars);
            self.played == self.bars
        }
    }
}

#[activity]
async fn play(bars: u64) -> Result<u64> {
    let watch = metrics::Watch::new();
    tracing::debug!("{}", watch.label());
    Ok(bars + watch.elapsed().as_secs())
}

#[orchestrator]
async fn concert(ctx: &Context, bars: u64) -> Result<u64> {
    let mut track = music::Track::new(bars);
    loop {
        let played = ctx.call(play(4)).await?;
        if track.advance(played.max(1)) {
            break;
        }
        ctx.set_status(&track.label());
    }
    Ok(track.elapsed().as_secs())
}
