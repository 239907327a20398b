// good: a long list is worked off in generations that carry a cursor
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    cursor: u64,
    done: u64,
    errors: Vec<String>,
}

impl Progress {
    const PER_GENERATION: u32 = 10;

    fn absorb(mut self, result: Result<u64>) -> Self {
        match result {
            Ok(done) => self.done += done,
            Err(error) => self.errors.push(error.to_string()),
        }
        self.cursor += 1;
        self
    }
}

#[activity]
async fn migrate(cursor: u64) -> Result<u64> {
    Ok(cursor % 7)
}

#[orchestrator]
async fn migrate_all(ctx: &Context, until: u64, mut progress: Progress) -> Result<Progress> {
    for _ in 0..Progress::PER_GENERATION {
        if progress.cursor >= until {
            return Ok(progress);
        }
        let result = ctx.call(migrate(progress.cursor)).await;
        progress = progress.absorb(result);
    }
    if progress.errors.len() > 100 {
        return Err(Error::fatal(format!("generation {}: {}", ctx.generation(), progress.errors.join("; "))));
    }
    ctx.continue_as_new(migrate_all(until, progress)).await
}
