// marked helpers that take and return impl Trait
use durable::prelude::*;
#[deterministic]
fn evens(up_to: u64) -> impl Iterator<Item = u64> {
    (0..=up_to).filter(|n| n % 2 == 0)
}

#[deterministic]
fn joined(items: impl IntoIterator<Item = impl ToString>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join("-")
}

#[deterministic]
fn adder(n: u64) -> impl Fn(u64) -> u64 {
    move |m| n + m
}

#[orchestrator]
async fn text(ctx: &Context, up_to: u64) -> Result<String> {
    ctx.set_status("joining");
    let add = adder(10);
    Ok(joined(evens(up_to).map(add)) + &joined(["a", "b"]))
}
