// good: orchestrators in modules with visibilities, `use super::*` and re-exports
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub id: u64,
    pub cents: u64,
}

mod pricing {
    use super::*;

    pub(super) const TAX_PERCENT: u64 = 19;

    #[deterministic]
    pub(crate) fn with_tax(cents: u64) -> u64 {
        cents + cents * TAX_PERCENT / 100
    }

    pub mod discounts {
        use super::super::*;

        #[deterministic]
        pub fn discounted(order: &Order) -> u64 {
            match order.cents {
                cents @ 10_000.. => cents * 9 / 10,
                cents => cents,
            }
        }
    }

    pub use discounts::discounted as reduced;
}

mod activities {
    use super::*;

    #[activity]
    pub(super) async fn ship(order: Order) -> Result<String> {
        Ok(format!("shipped {}", order.id))
    }

    #[activity]
    pub async fn charge(order: u64, cents: u64) -> Result<String> {
        Ok(format!("{order}: {cents}"))
    }
}

pub mod workflows {
    use super::{activities::*, pricing::*, *};

    #[orchestrator]
    pub(crate) async fn shipping(ctx: &Context, order: Order) -> Result<String> {
        ctx.call(ship(order)).await
    }

    #[orchestrator]
    pub(crate) async fn process(ctx: &Context, order: Order) -> Result<Vec<String>> {
        let cents = with_tax(reduced(&order));
        let receipt = ctx.call(charge(order.id, cents)).await?;
        let shipped = ctx.call(self::shipping(order)).await?;
        let again = super::pricing::discounts::discounted(&Order::default());
        Ok(vec![receipt, shipped, again.to_string()])
    }
}
