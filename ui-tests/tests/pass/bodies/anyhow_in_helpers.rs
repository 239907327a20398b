// good: helpers that use anyhow, turned into the orchestrator's error
use anyhow::{Context as _, anyhow, bail, ensure};
use durable::prelude::*;

#[derive(Debug, Clone, Copy)]
struct Range {
    from: u32,
    to: u32,
}

#[deterministic]
fn parse_range(text: &str) -> anyhow::Result<Range> {
    let (from, to) = text.split_once("..").with_context(|| format!("`{text}` has no dots"))?;
    let from = from.trim().parse().context("the lower bound")?;
    let to = match to.trim() {
        "" => u32::MAX,
        "?" => bail!("the upper bound is unknown"),
        to => to.parse().map_err(|error| anyhow!("the upper bound: {error}"))?,
    };
    ensure!(from <= to, "{from} is greater than {to}");
    Ok(Range { from, to })
}

#[activity]
async fn reindex(from: u32, to: u32) -> Result<u32> {
    Ok(to - from)
}

#[orchestrator]
async fn reindex_ranges(ctx: &Context, ranges: String) -> Result<u32> {
    let ranges = ranges
        .split(',')
        .map(parse_range)
        .collect::<anyhow::Result<Vec<_>>>()
        .map_err(|error| Error::fatal(format!("{error:#}")))?;
    let mut total = 0_u32;
    for Range { from, to } in ranges {
        total = total.saturating_add(ctx.call(reindex(from, to)).await?);
    }
    Ok(total)
}
