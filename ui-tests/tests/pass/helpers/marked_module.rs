use durable::prelude::*;

#[deterministic]
pub mod pricing {
    use durable::prelude::*;

    const RATE: u64 = 100;

    #[derive(Debug)]
    pub struct Discount(pub u64);

    impl Discount {
        pub fn of(&self, cents: u64) -> u64 {
            percent(cents, self.0)
        }
    }

    fn percent(cents: u64, rate: u64) -> u64 {
        cents * rate / RATE
    }

    pub fn fee(cents: u64) -> u64 {
        percent(cents, 1)
    }

    pub mod slow {
        use durable::prelude::*;

        pub async fn fee(ctx: &Context) -> Result<u64> {
            Ok(super::fee(ctx.event("fee").await?))
        }
    }

    pub async fn all(ctx: &Context, cents: u64) -> Result<u64> {
        Ok(fee(cents) + slow::fee(ctx).await?)
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context, cents: u64) -> Result<u64> {
    let discount = pricing::Discount(5).of(cents);
    Ok(pricing::fee(cents) + pricing::slow::fee(ctx).await? + pricing::all(ctx, cents).await? - discount)
}
