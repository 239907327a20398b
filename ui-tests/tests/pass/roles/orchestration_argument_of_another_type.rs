use durable::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, card: String, cents: u64) -> Result<u64> {
    Ok(cents + card.len() as u64)
}

#[orchestrator]
pub async fn caller(ctx: &Context) -> Result<u64> {
    ctx.call(pay("4242".to_owned(), "5".parse()?)).instance_id("payment").await
}
