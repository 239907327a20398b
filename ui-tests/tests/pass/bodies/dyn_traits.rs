// trait objects in a Vec
use durable::prelude::*;
trait Rule {
    fn name(&self) -> &'static str;
    fn check(&self, cents: u64) -> bool;
}

struct Limit(u64);
struct Blocked {
    amounts: Vec<u64>,
}

impl Rule for Limit {
    fn name(&self) -> &'static str {
        "limit"
    }

    fn check(&self, cents: u64) -> bool {
        cents <= self.0
    }
}

impl Rule for Blocked {
    fn name(&self) -> &'static str {
        "blocked"
    }

    fn check(&self, cents: u64) -> bool {
        !self.amounts.contains(&cents)
    }
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let rules: Vec<Box<dyn Rule>> = vec![Box::new(Limit(500)), Box::new(Blocked { amounts: vec![13] })];
    if let Some(broken) = rules.iter().find(|rule| !rule.check(cents)) {
        return Err(Error::fatal(broken.name()));
    }
    ctx.call(charge(cents)).await
}
