// an IndexMap keeps the order of insertion
use durable::prelude::*;
use indexmap::IndexMap;

#[activity]
async fn deliver(street: String, parcels: Vec<u64>) -> Result<()> {
    tracing::info!(%street, ?parcels);
    Ok(())
}

#[orchestrator]
async fn tour(ctx: &Context, parcels: Vec<(String, u64)>) -> Result<usize> {
    let mut streets = IndexMap::<String, Vec<u64>>::new();
    for (street, parcel) in parcels {
        streets.entry(street).or_default().push(parcel);
    }
    let count = streets.len();
    for (street, parcels) in streets {
        ctx.call(deliver(street, parcels)).await?;
    }
    Ok(count)
}
