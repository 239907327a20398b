use durable::prelude::*;

#[orchestrator]
pub async fn both(ctx: &Context) -> Result<u64> {
    let one = async { Ok::<_, Error>(ctx.event::<u64>("one").await? + 1) };
    let (one, two) = durable::join!(one, async {
        let two = async { ctx.event::<u64>("two").await };
        two.await
    });
    Ok(one? + two?)
}
