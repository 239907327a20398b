use durable::prelude::*;

pub mod pricing {
    use durable::prelude::*;

    #[deterministic]
    pub fn fee(cents: u64) -> u64 {
        cents / 100
    }

    pub mod prelude {
        pub use super::fee as toll;
    }
}
use pricing::prelude::*;

#[orchestrator]
pub async fn pay(_ctx: &Context, cents: u64) -> Result<u64> {
    use pricing::fee as charge;
    Ok(toll(cents) + charge(cents))
}
