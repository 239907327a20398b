//! A thousand activities at the same time, and one sum.
//!
//! `cargo run --example fan_out` prints the sum of 1,000 squares, and how long it took from the start to the result. What
//! finished before a crash is in the database: after the next start only the other activities run.

use durable::prelude::*;

#[activity]
async fn square(n: u64) -> Result<u64> {
    Ok(n * n)
}

#[orchestrator]
async fn sum_of_squares(ctx: &Context, up_to: u64) -> Result<u64> {
    let squares = durable::try_join_all((1..=up_to).map(|n| ctx.call(square(n)))).await?;
    Ok(squares.into_iter().sum())
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("fan_out"))
        .register(registry![sum_of_squares, square])
        .start()
        .await?;

    let handle = runtime.client().start(sum_of_squares(1_000)).await?;
    let sum = handle.output().await?;
    let status = handle.status().await?;
    println!("1² + 2² + … + 1000² = {sum}, in {:.1?}", status.updated - status.created);

    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn a_crash_anywhere_changes_nothing() {
        let env = TestEnv::builder(registry![sum_of_squares, square]);
        crash_everywhere(env, async |env| {
            let sum = env.start(sum_of_squares(20)).await?.output().await?;
            assert_eq!(sum, 2_870);
            Ok(())
        })
        .await;
    }
}
