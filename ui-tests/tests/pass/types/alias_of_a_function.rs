use durable::prelude::*;

#[orchestrator]
pub async fn stamp(ctx: &Context, text: String) -> Result<i64> {
    let parse = str::parse::<i64>;
    let generation = Context::generation;
    Ok(parse(&text)? + i64::from(generation(ctx)))
}
