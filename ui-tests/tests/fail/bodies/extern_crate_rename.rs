#![allow(unused)]
// bad: fastrand under another crate name
extern crate fastrand as dice;

use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn sync_tenant(tenant: String) -> Result<u32> {
    Ok(tenant.len() as u32)
}

mod spread {
    use std::time::Duration;

    use durable::prelude::*;

    #[deterministic]
    pub fn start_delay(window: Duration) -> Duration {
        let parts = crate::dice::u32(0..100);
        window * parts / 100
    }
}

#[orchestrator]
async fn sync_tenants(ctx: &Context, tenants: Vec<String>) -> Result<u32> {
    let window = Duration::from_secs(300);
    let mut changed = 0;
    for tenant in tenants {
        ctx.timer(spread::start_delay(window)).await;
        changed += ctx
            .call(sync_tenant(tenant))
            .retry(Retry::exponential(4, Duration::from_secs(1)).max_delay(Duration::from_secs(30)))
            .await?;
    }
    Ok(changed)
}

fn main() {}
