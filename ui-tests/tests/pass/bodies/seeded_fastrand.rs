// a generator of fastrand with a seed
use durable::prelude::*;
#[orchestrator]
async fn sample(ctx: &Context, items: Vec<String>) -> Result<Vec<String>> {
    ctx.set_status("sampling");
    let mut items = items;
    let mut rng = fastrand::Rng::with_seed(ctx.rng().next_u64());
    rng.shuffle(&mut items);
    items.truncate(rng.usize(1..10));
    Ok(items)
}
