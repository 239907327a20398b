//! Orchestrations of three activities that take a payload and give it back.

use durable::prelude::*;

use crate::bench::{
    in_flight::in_flight,
    trial::{Measured, Trial},
};

/// How many orchestrations are at work: few, so that their payloads fit in memory.
const AT_ONCE: u64 = 50;
/// How many steps one has.
const STEPS: u64 = 3;
const MOST_STEPS: u64 = 15_000;
/// About how many bytes of payloads one run writes.
const MOST_BYTES: u64 = 600_000_000;

/// How many steps to run with payloads of so many bytes.
pub(super) fn steps(bytes: u64) -> u64 {
    let orchestrations = (MOST_BYTES / written(bytes)).min(MOST_STEPS) / STEPS;
    orchestrations.max(1) * STEPS
}

/// How many bytes of payloads a step writes: one for what it takes, and one for what it gives back.
fn written(bytes: u64) -> u64 {
    2 * bytes
}

#[activity]
async fn give_back(payload: String) -> Result<String> {
    Ok(payload)
}

#[orchestrator]
async fn three_steps(ctx: &Context, bytes: usize) -> Result<()> {
    let mut payload = "durable ".repeat(bytes.div_ceil(8));
    payload.truncate(bytes);
    for _ in 0..STEPS {
        payload = ctx.call(give_back(payload)).await?;
    }
    Ok(())
}

/// Measures steps with payloads of so many bytes.
///
/// # Errors
///
/// The store fails.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) async fn measure(trial: Trial, bytes: u64) -> Result<Measured> {
    let runtime = trial.start(registry![three_steps, give_back]).await?;
    let client = runtime.client();
    let size = usize::try_from(bytes)?;
    let window = trial.window();
    in_flight(trial.units / STEPS, AT_ONCE, move |_| {
        let client = client.clone();
        async move { client.start(three_steps(size)).await?.output().await }
    })
    .await?;
    let measured = window.close(Vec::new());
    runtime.shutdown().await?;
    let rate = (written(bytes) * trial.units) as f64 / measured.seconds;
    Ok(measured.with("payload_bytes_per_second", rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_payloads_have_fewer_steps_and_orchestrations_stay_whole() {
        assert_eq!([100, 1_000, 100_000, 1_000_000].map(steps), [15_000, 15_000, 3_000, 300]);
        assert_eq!(steps(u64::MAX / 4), STEPS);
    }
}
