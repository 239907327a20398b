// a trait, two implementations, and a generic struct
use durable::prelude::*;
trait Pricing {
    const NAME: &'static str;

    fn price(&self, quantity: u64) -> u64;

    fn describe(&self) -> String {
        format!("{} from {}", Self::NAME, self.price(1))
    }
}

struct Flat(u64);

struct Tiered {
    tiers: Vec<(u64, u64)>,
}

impl Pricing for Flat {
    const NAME: &'static str = "flat";

    fn price(&self, quantity: u64) -> u64 {
        self.0 * quantity
    }
}

impl Pricing for Tiered {
    const NAME: &'static str = "tiered";

    fn price(&self, quantity: u64) -> u64 {
        let tier = self.tiers.iter().rfind(|(from, _)| *from <= quantity);
        tier.map_or(0, |(_, price)| price * quantity)
    }
}

struct Quote<P> {
    pricing: P,
    quantity: u64,
}

impl<P: Pricing> Quote<P> {
    fn total(&self) -> u64 {
        self.pricing.price(self.quantity)
    }
}

#[orchestrator]
async fn compare(ctx: &Context, quantity: u64) -> Result<u64> {
    let flat = Quote { pricing: Flat(10), quantity };
    let tiered = Quote { pricing: Tiered { tiers: vec![(1, 12), (10, 8)] }, quantity };
    ctx.set_status(&[flat.pricing.describe(), Tiered::describe(&tiered.pricing)]);
    Ok(flat.total().min(tiered.total()))
}
