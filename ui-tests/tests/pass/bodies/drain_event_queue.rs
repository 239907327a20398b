// good: an actor-like loop that drains its queue of commands and then continues as new
use std::time::Duration;

use durable::{FailureKind, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Command {
    Add { key: String, value: i64 },
    Clear,
    Report(String),
    Stop,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Account {
    entries: Vec<(String, i64)>,
    handled: u64,
}

impl Account {
    fn total(&self) -> i64 {
        self.entries.iter().map(|(_, value)| value).sum()
    }
}

#[activity]
async fn send_report(to: String, total: i64) -> Result<()> {
    tracing::info!("{to}: {total}");
    Ok(())
}

#[orchestrator]
async fn account(ctx: &Context, state: Account) -> Result<i64> {
    let mut state = state;
    for handled in 0_u64.. {
        let command = match ctx.event::<Command>("command").timeout(Duration::from_secs(3_600)).await {
            Ok(command) => command,
            Err(error) if error.kind() == FailureKind::TimedOut && handled == 0 => continue,
            Err(error) if error.kind() == FailureKind::TimedOut => break,
            Err(error) => return Err(error),
        };
        state.handled += 1;
        match command {
            Command::Add { key, value } if !key.is_empty() => state.entries.push((key, value)),
            Command::Add { .. } => tracing::warn!("an entry without a key"),
            Command::Clear => state.entries.clear(),
            Command::Report(to) => ctx.call(send_report(to, state.total())).await?,
            Command::Stop => return Ok(state.total()),
        }
        if handled >= 100 {
            break;
        }
    }
    ctx.continue_as_new(account(state)).await
}
