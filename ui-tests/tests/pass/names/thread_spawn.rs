use durable::prelude::*;

#[orchestrator]
pub async fn double(_ctx: &Context, n: u64) -> Result<String> {
    let spawn = move |factor: u64| (n * factor).to_string();
    Ok([spawn(2), spawn(3)].join(" and "))
}
