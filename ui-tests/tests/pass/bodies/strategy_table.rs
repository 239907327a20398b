// good: a table of named strategies, closures in struct fields, and a trait with a blanket impl
use durable::prelude::*;

type Price = Box<dyn Fn(u64, u32) -> u64>;

struct Strategy {
    name: &'static str,
    applies: fn(&str) -> bool,
    price: Price,
}

trait Percent {
    fn percent(self, percent: u64) -> u64;
}

impl<T: Into<u64>> Percent for T {
    fn percent(self, percent: u64) -> u64 {
        let value: u64 = self.into();
        value * percent / 100
    }
}

impl Strategy {
    fn flat(name: &'static str, applies: fn(&str) -> bool, percent: u64) -> Self {
        Self { name, applies, price: Box::new(move |cents, count| (cents * u64::from(count)).percent(percent)) }
    }

    fn quote(&self, cents: u64, count: u32) -> u64 {
        (self.price)(cents, count)
    }
}

#[activity]
async fn confirm(customer: String, cents: u64) -> Result<String> {
    Ok(format!("{customer}: {cents}"))
}

#[orchestrator]
async fn quote(ctx: &Context, customer: String, cents: u64, count: u32) -> Result<String> {
    let free_from = 10;
    let strategies = [
        Strategy::flat("partner", |name| name.ends_with(" GmbH"), 80),
        Strategy::flat("staff", |name| name.starts_with("staff:"), 50),
        Strategy {
            name: "everybody",
            applies: |_| true,
            price: Box::new(move |cents, count| cents * u64::from(count - count / free_from)),
        },
    ];
    let (name, best) = strategies
        .iter()
        .filter(|strategy| (strategy.applies)(&customer))
        .map(|strategy| (strategy.name, strategy.quote(cents, count)))
        .min_by_key(|(_, total)| *total)
        .ok_or_else(|| Error::new("no strategy"))?;
    ctx.set_status(name);
    ctx.call(confirm(customer, best)).await
}
