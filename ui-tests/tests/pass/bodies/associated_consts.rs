// good: associated constants and static dispatch over own traits
use std::{marker::PhantomData, time::Duration};

use durable::prelude::*;

trait Tier {
    const NAME: &'static str;
    const RETRIES: u32;
    const PAUSE: Duration = Duration::from_secs(5);

    fn price(units: u64) -> u64;

    fn describe() -> String {
        format!("{} ({} retries, {:?})", Self::NAME, Self::RETRIES, Self::PAUSE)
    }
}

struct Free;
struct Pro<const CENTS: u64>;

impl Tier for Free {
    const NAME: &'static str = "free";
    const RETRIES: u32 = 1;

    fn price(_: u64) -> u64 {
        0
    }
}

impl<const CENTS: u64> Tier for Pro<CENTS> {
    const NAME: &'static str = "pro";
    const RETRIES: u32 = 5;
    const PAUSE: Duration = Duration::from_millis(500);

    fn price(units: u64) -> u64 {
        units * CENTS
    }
}

struct Billing<T>(PhantomData<T>);

impl<T: Tier> Billing<T> {
    const RETRY_LIMIT: u32 = T::RETRIES + 1;

    fn retry() -> Retry {
        Retry::fixed(Self::RETRY_LIMIT, T::PAUSE)
    }
}

#[activity]
async fn charge(tier: String, cents: u64) -> Result<String> {
    Ok(format!("{tier}: {cents}"))
}

#[deterministic]
async fn bill<T: Tier>(ctx: &Context, units: u64) -> Result<String> {
    tracing::info!("{}", T::describe());
    ctx.call(charge(T::NAME.to_owned(), T::price(units))).retry(Billing::<T>::retry()).await
}

#[orchestrator]
async fn bill_tiers(ctx: &Context, free_units: u64, pro_units: u64) -> Result<(String, String)> {
    let free = bill::<Free>(ctx, free_units).await?;
    let pro = bill::<Pro<12>>(ctx, pro_units).await?;
    Ok((free, pro))
}
