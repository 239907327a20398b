// a builder, consuming and borrowing
use durable::prelude::*;
use std::time::Duration;

#[derive(Debug, Default, Clone)]
struct Plan {
    name: String,
    steps: Vec<String>,
    pause: Duration,
}

#[derive(Default)]
struct PlanBuilder {
    plan: Plan,
}

impl PlanBuilder {
    fn named(name: &str) -> Self {
        Self { plan: Plan { name: name.to_owned(), ..Plan::default() } }
    }

    #[must_use]
    fn step(mut self, step: impl ToString) -> Self {
        self.plan.steps.push(step.to_string());
        self
    }

    #[must_use]
    fn pause(self, pause: Duration) -> Self {
        Self { plan: Plan { pause, ..self.plan } }
    }

    fn build(self) -> Result<Plan> {
        if self.plan.steps.is_empty() { Err(Error::new("no steps")) } else { Ok(self.plan) }
    }
}

#[activity]
async fn run(step: String) -> Result<()> {
    tracing::info!(%step);
    Ok(())
}

#[orchestrator]
async fn execute(ctx: &Context) -> Result<String> {
    let plan = PlanBuilder::named("release").step("build").step(2).pause(Duration::from_secs(5)).build()?;
    for step in plan.steps {
        ctx.call(run(step)).await?;
        ctx.timer(plan.pause).await;
    }
    Ok(plan.name)
}
