// good: SystemTime as a value: conversions and differences, never the current time
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Certificate {
    host: String,
    not_after: SystemTime,
}

impl Certificate {
    fn remaining(&self, at: SystemTime) -> Option<Duration> {
        self.not_after.duration_since(at).ok()
    }
}

const MONTH: Duration = Duration::from_secs(30 * 24 * 3_600);

#[activity]
async fn renew(host: String) -> Result<Certificate> {
    Ok(Certificate { host, not_after: SystemTime::now() + MONTH * 3 })
}

#[orchestrator]
async fn keep_certificates(ctx: &Context, certificates: Vec<Certificate>) -> Result<u64> {
    let mut earliest: Option<SystemTime> = None;
    for certificate in certificates {
        let now = SystemTime::from(ctx.now());
        let certificate = match certificate.remaining(now) {
            Some(left) if left > MONTH => certificate,
            left => {
                tracing::info!(host = %certificate.host, ?left, "expires soon");
                ctx.call(renew(certificate.host)).await?
            }
        };
        earliest = Some(earliest.map_or(certificate.not_after, |before| before.min(certificate.not_after)));
    }
    let Some(earliest) = earliest else {
        return Ok(0);
    };
    let wake = Timestamp::from(earliest - MONTH);
    ctx.timer_at(wake).await;
    let seconds = earliest.duration_since(UNIX_EPOCH)?.as_secs();
    Ok(seconds)
}
