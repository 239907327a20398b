#![allow(unused)]
// re-exported through two modules
use durable::prelude::*;
mod support {
    pub mod clock {
        pub use chrono::Utc as Wall;
    }
    pub use clock::Wall;
}

use support::Wall;

#[orchestrator]
async fn due(ctx: &Context) -> Result<i64> {
    ctx.set_status("asked");
    Ok(Wall::now().timestamp() + 3600)
}

fn main() {}
