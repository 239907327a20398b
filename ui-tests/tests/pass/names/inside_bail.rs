use anyhow::Context as _;
use durable::prelude::*;

#[orchestrator]
pub async fn check(ctx: &Context, cents: String) -> Result<u64> {
    let checked = || {
        let cents: u64 = cents.parse().with_context(|| format!("in generation {}", ctx.generation()))?;
        anyhow::ensure!(cents < 1_000_000, "too much: {cents}");
        if cents == 0 {
            anyhow::bail!("nothing to pay in {}", ctx.instance_id());
        }
        Ok(cents)
    };
    checked().map_err(Error::new)
}
