// good: modules whose main function has the module's name, both in scope
use durable::prelude::*;

mod discount {
    use durable::prelude::*;

    #[deterministic]
    pub fn discount(cents: u64, loyal_years: u32) -> u64 {
        cents - cents * u64::from(loyal_years.min(10)) / 100
    }
}

mod shipping {
    pub const FREE_FROM: u64 = 5_000;

    pub const fn shipping(cents: u64) -> u64 {
        if cents >= FREE_FROM { 0 } else { 490 }
    }
}

use discount::discount;
use shipping::shipping;

#[activity]
async fn charge(cents: u64) -> Result<String> {
    Ok(format!("charged {cents}"))
}

#[orchestrator]
async fn order(ctx: &Context, cents: Vec<u64>, loyal_years: u32) -> Result<String> {
    let total: u64 = cents.iter().map(|cents| discount(*cents, loyal_years)).sum();
    let discount = cents.iter().sum::<u64>() - total;
    let shipping = shipping(total);
    ctx.set_status(&serde_json::json!({ "discount": discount, "free from": shipping::FREE_FROM }));
    ctx.call(charge(total + shipping)).await
}
