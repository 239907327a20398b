// combinators of Result
use durable::prelude::*;
#[activity]
async fn fetch(page: u32) -> Result<String> {
    Ok(page.to_string())
}

#[orchestrator]
async fn first_number(ctx: &Context) -> Result<u32> {
    let one = ctx.call(fetch(1)).await.map_err(|error| error.context("page 1"));
    let two = ctx.call(fetch(2)).await.or_else(|error| if error.is_retryable() { Ok("0".to_owned()) } else { Err(error) });
    let numbers: Result<Vec<u32>, _> = [one?, two?].iter().map(|text| text.parse::<u32>()).collect();
    let sum = numbers.as_ref().map_or(0, |numbers| numbers.iter().sum::<u32>());
    let nested = numbers.ok().map(|numbers| numbers.first().copied().ok_or("empty")).transpose();
    let first = nested.unwrap_or_else(|error| Some(error.len() as u32)).unwrap_or_default();
    "7".parse::<u32>().inspect_err(|error| tracing::warn!(%error)).map(|n| n + sum + first).map_err(Into::into)
}
