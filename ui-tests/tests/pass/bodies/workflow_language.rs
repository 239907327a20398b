// good: an interpreter for workflows that are data, with boxed recursion
use std::time::Duration;

use durable::{future::LocalBoxDurable, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Run { name: String, input: i64 },
    Wait(u64),
    Sequence(Vec<Step>),
    Parallel(Vec<Step>),
    Race(Box<Step>, Box<Step>),
    Repeat { times: u32, step: Box<Step> },
    Event(String),
}

#[activity]
async fn run_command(name: String, input: i64) -> Result<i64> {
    Ok(input + name.len() as i64)
}

#[deterministic]
fn interpret<'a>(ctx: &'a Context, step: &'a Step) -> LocalBoxDurable<'a, Result<i64>> {
    Box::pin(async move {
        match step {
            Step::Run { name, input } => ctx.call(run_command(name.clone(), *input)).await,
            Step::Wait(seconds) => {
                ctx.timer(Duration::from_secs(*seconds)).await;
                Ok(0)
            }
            Step::Sequence(steps) => {
                let mut sum = 0;
                for step in steps {
                    sum += interpret(ctx, step).await?;
                }
                Ok(sum)
            }
            Step::Parallel(steps) => {
                let results = durable::try_join_all(steps.iter().map(|step| interpret(ctx, step))).await?;
                Ok(results.into_iter().sum())
            }
            Step::Race(a, b) => match durable::race(interpret(ctx, a), interpret(ctx, b)).await {
                Either::Left(result) | Either::Right(result) => result,
            },
            Step::Repeat { times, step } => {
                let mut last = 0;
                for _ in 0..*times {
                    last = interpret(ctx, step).await?;
                }
                Ok(last)
            }
            Step::Event(name) => ctx.event::<i64>(name.clone()).await,
        }
    })
}

#[orchestrator]
async fn run_workflow(ctx: &Context, step: Step) -> Result<i64> {
    ctx.set_status("running");
    let result = interpret(ctx, &step).await;
    ctx.set_status(if result.is_ok() { "done" } else { "failed" });
    result
}
