#![allow(unused)]
// bad: SystemTime::now is passed around as a function pointer
use std::time::{Duration, SystemTime};

use durable::prelude::*;

struct Timing {
    clock: fn() -> SystemTime,
    patience: Duration,
}

#[activity]
async fn probe(host: String) -> Result<bool> {
    Ok(host.ends_with(".internal"))
}

#[orchestrator]
async fn probe_hosts(ctx: &Context, hosts: Vec<String>) -> Result<Vec<String>> {
    let timing = Timing { clock: SystemTime::now, patience: Duration::from_secs(20) };
    let begin = (timing.clock)();
    let mut healthy = Vec::new();
    for host in hosts {
        let spent = (timing.clock)().duration_since(begin).unwrap_or_default();
        if spent > timing.patience {
            return Err(Error::new("the probes take too long"));
        }
        if ctx.call(probe(host.clone())).await? {
            healthy.push(host);
        }
    }
    Ok(healthy)
}

fn main() {}
