use durable::prelude::*;

#[orchestrator]
pub async fn answer(ctx: &Context) -> Result<u64> {
    let answer = ctx.event::<u64>("answer");
    ctx.send_event("the one who knows", "question", ctx.instance_id());
    answer.await
}
