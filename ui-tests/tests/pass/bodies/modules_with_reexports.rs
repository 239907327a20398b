// types, constants and constructors from modules
use durable::prelude::*;
mod shop {
    pub use self::order::{Line, Order};
    pub use orders::*;

    mod order {
        #[derive(Debug, Default, Clone)]
        pub struct Order {
            pub lines: Vec<Line>,
        }

        #[derive(Debug, Clone)]
        pub struct Line(pub String, pub u64);

        impl Order {
            pub fn with(mut self, line: Line) -> Self {
                self.lines.push(line);
                self
            }
        }
    }

    mod orders {
        use super::Order;

        pub trait Total {
            fn total(&self) -> u64;
        }

        impl Total for [Order] {
            fn total(&self) -> u64 {
                self.iter().flat_map(|order| &order.lines).map(|line| line.1).sum()
            }
        }
    }
}

use shop::{Line, Total as _};

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context) -> Result<u64> {
    let tea = shop::Order::default().with(Line("tea".into(), 450));
    let both = tea.clone().with(shop::Line("milk".to_string(), 120));
    ctx.call(charge([tea, both].total())).await
}
