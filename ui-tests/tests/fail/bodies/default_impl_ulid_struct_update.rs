#![allow(unused)]
// bad: `..Default::default()` fills in a new Ulid
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Shipment {
    tracking: String,
    address: String,
    weight_grams: u32,
    express: bool,
}

impl Default for Shipment {
    fn default() -> Self {
        Self { tracking: Ulid::new().to_string(), address: String::new(), weight_grams: 500, express: false }
    }
}

#[activity]
async fn print_label(shipment: Shipment) -> Result<String> {
    Ok(shipment.tracking)
}

#[activity]
async fn hand_over(label: String, carrier: String) -> Result<()> {
    tracing::info!("{label} to {carrier}");
    Ok(())
}

#[orchestrator]
async fn ship(ctx: &Context, address: String, premium: bool) -> Result<String> {
    let shipment = Shipment { address, express: premium, ..Default::default() };
    let carrier = if shipment.express { "swift" } else { "post" };
    let label = ctx.call(print_label(shipment)).await?;
    ctx.call(hand_over(label.clone(), carrier.to_owned())).await?;
    Ok(label)
}

fn main() {}
