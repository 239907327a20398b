#![allow(unused)]
// bad: the exchange rate is fetched with reqwest inside the orchestrator
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Invoice {
    number: u64,
    currency: String,
    amount: f64,
}

#[activity]
async fn post_to_ledger(number: u64, euro_cents: i64) -> Result<()> {
    tracing::info!(number, euro_cents, "booked");
    Ok(())
}

#[orchestrator]
async fn book_invoice(ctx: &Context, invoice: Invoice) -> Result<i64> {
    let Invoice { number, currency, amount } = invoice;
    let rate = match currency.as_str() {
        "EUR" => 1.0,
        "DEM" => 1.0 / 1.95583,
        other => {
            let url = format!("https://rates.example/{other}/EUR");
            let text = reqwest::get(url).await?.text().await?;
            text.trim().parse::<f64>()?
        }
    };
    let euro_cents = (amount * rate * 100.0).round() as i64;
    if euro_cents == 0 {
        return Err(Error::fatal(format!("invoice {number} is worth nothing")));
    }
    ctx.call(post_to_ledger(number, euro_cents)).await?;
    Ok(euro_cents)
}

fn main() {}
