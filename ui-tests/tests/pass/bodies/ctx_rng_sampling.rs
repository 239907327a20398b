// good: random decisions with the generators of ctx
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn send_survey(customer: String, variant: char) -> Result<()> {
    tracing::info!("{customer} gets {variant}");
    Ok(())
}

#[deterministic]
fn weighted<'a, T>(items: &'a [(T, u64)], mut ticket: u64) -> Option<&'a T> {
    for (item, weight) in items {
        if ticket < *weight {
            return Some(item);
        }
        ticket -= weight;
    }
    None
}

#[orchestrator]
async fn survey(ctx: &Context, mut customers: Vec<String>, sample: usize) -> Result<usize> {
    const VARIANTS: [(char, u64); 3] = [('a', 50), ('b', 30), ('c', 20)];
    let mut rng = ctx.rng();
    rng.shuffle(&mut customers);
    customers.truncate(sample);
    let jitter = |random: f64, base: u64| Duration::from_millis((base as f64 * (0.5 + random)) as u64);
    for customer in &customers {
        let variant = weighted(&VARIANTS, rng.below(100)).copied().unwrap_or('a');
        ctx.call(send_survey(customer.clone(), variant)).await?;
        ctx.timer(jitter(ctx.random(), 2_000)).await;
    }
    let bonus = (rng.next_f64() * 10.0).floor() as usize;
    let dice: Vec<u64> = std::iter::repeat_with(|| rng.below(6) + 1).take(3).collect();
    ctx.set_status(&dice);
    Ok(customers.len() + bonus)
}
