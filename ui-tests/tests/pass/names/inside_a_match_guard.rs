use durable::prelude::*;

#[orchestrator]
pub async fn draw(ctx: &Context, n: u64) -> Result<String> {
    let word = match n {
        0 => "nothing",
        n if n > ctx.rng().below(6) => "more",
        _ => "less",
    };
    Ok(word.to_owned())
}
