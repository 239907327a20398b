// a struct with methods, none of them marked
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Cart {
    items: Vec<(String, u64)>,
    discount: Option<u8>,
}

impl Cart {
    const EMPTY: Self = Self { items: Vec::new(), discount: None };

    fn add(&mut self, name: impl Into<String>, cents: u64) -> &mut Self {
        self.items.push((name.into(), cents));
        self
    }

    fn subtotal(&self) -> u64 {
        self.items.iter().map(|(_, cents)| cents).sum()
    }

    fn total(&self) -> u64 {
        self.subtotal() * u64::from(100 - self.discount.unwrap_or(0)) / 100
    }
}

#[activity]
async fn charge(cents: u64) -> Result<u64> {
    Ok(cents)
}

#[orchestrator]
async fn buy(ctx: &Context) -> Result<u64> {
    let mut cart = Cart { discount: Some(10), ..Cart::EMPTY };
    cart.add("tea", 500).add("milk", 200);
    ctx.call(charge(cart.total())).await
}
