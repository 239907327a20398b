#![allow(unused)]
// bad: an unmarked async helper that does network I/O is awaited directly
use durable::prelude::*;

async fn geocode(address: &str) -> Result<(f64, f64)> {
    let url = format!("https://geo.example/search?q={}", address.replace(' ', "+"));
    let text = reqwest::get(url).await?.text().await?;
    let (latitude, longitude) = text.split_once(',').ok_or_else(|| Error::new("no comma"))?;
    Ok((latitude.trim().parse()?, longitude.trim().parse()?))
}

#[activity]
async fn find_courier(latitude: f64, longitude: f64) -> Result<String> {
    Ok(format!("courier near {latitude:.2}, {longitude:.2}"))
}

#[activity]
async fn dispatch(courier: String, parcel: u64) -> Result<()> {
    tracing::info!("{courier} brings {parcel}");
    Ok(())
}

#[orchestrator]
async fn dispatch_courier(ctx: &Context, parcel: u64, address: String) -> Result<String> {
    if address.len() < 5 {
        return Err(Error::fatal("no address"));
    }
    let (latitude, longitude) = geocode(&address).await?;
    let courier = ctx.call(find_courier(latitude, longitude)).await?;
    ctx.call(dispatch(courier.clone(), parcel)).await?;
    Ok(courier)
}

fn main() {}
