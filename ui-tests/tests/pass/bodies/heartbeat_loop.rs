// good: a worker must send heartbeats; three missed ones end the watch
use std::time::Duration;

use durable::{FailureKind, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Heartbeat {
    worker: String,
    progress: u8,
}

#[activity]
async fn restart_worker(job: String) -> Result<()> {
    tracing::warn!("{job} restarted");
    Ok(())
}

#[orchestrator]
async fn watch_worker(ctx: &Context, job: String) -> Result<u8> {
    let mut missed = 0_u32;
    let mut last = 0;
    'watch: loop {
        match ctx.event::<Heartbeat>("heartbeat").timeout(Duration::from_secs(30)).await {
            Ok(Heartbeat { progress: 100, worker }) => {
                ctx.set_status(&format!("{worker} is done"));
                last = 100;
                break 'watch;
            }
            Ok(Heartbeat { progress, .. }) => {
                missed = 0;
                last = last.max(progress);
            }
            Err(error) if error.kind() == FailureKind::TimedOut => {
                missed += 1;
                if missed == 3 {
                    ctx.call(restart_worker(job)).await?;
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(last)
}
