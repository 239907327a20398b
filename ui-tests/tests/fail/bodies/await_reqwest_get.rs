#![allow(unused)]
// an HTTP request
use durable::prelude::*;
#[orchestrator]
async fn exchange_rate(ctx: &Context, currency: String) -> Result<f64> {
    ctx.set_status("asking the bank");
    let body = reqwest::get(format!("http://rates.example/{currency}"));
    let status = body.await?.status();
    Ok(f64::from(status.as_u16()))
}

fn main() {}
