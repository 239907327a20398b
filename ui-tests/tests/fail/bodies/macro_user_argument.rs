#![allow(unused)]
// an argument of a harmless macro of the user's
use durable::prelude::*;
macro_rules! at_most {
    ($value:expr, $max:expr) => {{
        let value = $value;
        if value > $max { $max } else { value }
    }};
}

#[orchestrator]
async fn pause(ctx: &Context) -> Result<()> {
    let millis = at_most!(fastrand::u64(1..10_000), 5_000);
    ctx.timer(std::time::Duration::from_millis(millis)).await;
    Ok(())
}

fn main() {}
