//! A person decides, or three days pass.
//!
//! `cargo run --example approval` asks for two approvals. The first is given: whoever knows the instance id raises the
//! event `decision`, from a web page for example. Nobody answers the second; after 72 hours it is escalated.

use std::time::Duration;

use durable::{prelude::*, runtime::VirtualClock};
use serde::{Deserialize, Serialize};

const THREE_DAYS: Duration = Duration::from_secs(72 * 3600);

#[derive(Serialize, Deserialize)]
struct Decision {
    by: String,
    approved: bool,
}

#[activity]
async fn ask_for_approval(purchase: String) -> Result<()> {
    // A real one sends a mail with two links, which contain the instance id.
    tracing::info!("please decide: {purchase}");
    Ok(())
}

#[activity]
async fn escalate(purchase: String) -> Result<String> {
    Ok(format!("{purchase}: nobody decided within 72 hours, escalated to the head of department"))
}

#[orchestrator]
async fn approval(ctx: &Context, purchase: String) -> Result<String> {
    let deadline = ctx.now() + THREE_DAYS;
    ctx.call(ask_for_approval(purchase.clone())).await?;
    // Whichever comes first. The other is dropped: that cancels the timer.
    match durable::race(ctx.event::<Decision>("decision"), ctx.timer_at(deadline)).await {
        Either::Left(decision) => {
            let Decision { by, approved } = decision?;
            let verdict = if approved { "approved" } else { "rejected" };
            Ok(format!("{purchase}: {verdict} by {by}"))
        }
        Either::Right(()) => ctx.call(escalate(purchase)).await,
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    // A real program leaves the clock out, and waits three days, however often it is restarted meanwhile.
    let clock = VirtualClock::new();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("approval"))
        .clock(clock.clone())
        .register(registry![approval, ask_for_approval, escalate])
        .start()
        .await?;
    let client = runtime.client();

    let laptop = client.start(approval("a laptop".into())).await?;
    laptop.raise("decision", &Decision { by: "Ada".into(), approved: true }).await?;
    println!("{}", laptop.output().await?);

    let printer = client.start(approval("a printer".into())).await?;
    clock.advance(THREE_DAYS);
    println!("{}", printer.output().await?);

    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    const CODE: Registry = registry![approval, ask_for_approval, escalate];

    #[tokio::test]
    async fn after_72_hours_it_is_escalated() -> Result<()> {
        let env = TestEnv::new(CODE).await?;
        env.mock(escalate, |purchase| Ok(format!("{purchase}: the boss knows")));
        let request = env.start(approval("a printer".into())).await?;
        assert_eq!(request.output().await?, "a printer: the boss knows");
        assert_eq!(env.elapsed(), THREE_DAYS);
        Ok(())
    }

    #[tokio::test]
    async fn a_decision_in_the_71st_hour_counts() -> Result<()> {
        let env = TestEnv::new(CODE).await?;
        let request = env.start(approval("a laptop".into())).await?;
        env.advance(Duration::from_secs(71 * 3_600)).await;
        request.raise("decision", &Decision { by: "Ada".into(), approved: true }).await?;
        assert_eq!(request.output().await?, "a laptop: approved by Ada");
        assert!(env.runs(escalate).is_empty());
        Ok(())
    }

    #[tokio::test]
    async fn a_crash_anywhere_changes_nothing() {
        crash_everywhere(TestEnv::builder(CODE), async |env| {
            let (laptop, printer) =
                (env.start(approval("a laptop".into())).await?, env.start(approval("a printer".into())).await?);
            laptop.raise("decision", &Decision { by: "Ada".into(), approved: false }).await?;
            Ok((laptop.output().await?, printer.output().await?))
        })
        .await;
    }
}
