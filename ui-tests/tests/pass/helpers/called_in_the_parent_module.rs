use durable::prelude::*;

#[deterministic]
fn fee(cents: u64) -> u64 {
    cents / 100
}

pub mod shop {
    use durable::prelude::*;

    #[orchestrator]
    pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
        Ok(cents + super::fee(cents))
    }
}

pub mod market {
    use super::*;

    #[orchestrator]
    pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
        Ok(cents + fee(cents))
    }
}
