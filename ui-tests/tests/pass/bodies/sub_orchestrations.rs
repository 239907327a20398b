// children with ids, versions and tags, in parallel
use durable::prelude::*;
#[activity]
async fn pack(parcel: u64) -> Result<u64> {
    Ok(parcel)
}

#[orchestrator]
async fn ship(ctx: &Context, parcel: u64, express: bool) -> Result<u64> {
    ctx.set_status(if express { "express" } else { "standard" });
    ctx.call(pack(parcel)).await
}

#[orchestrator]
async fn ship_all(ctx: &Context, parcels: Vec<u64>) -> Result<u64> {
    let parent = ctx.instance_id().clone();
    let children = parcels.iter().map(|&parcel| {
        let child = ctx.call(ship(parcel, parcel % 2 == 0));
        child.instance_id(format!("{parent}-{parcel}")).version("2").tag("region", "eu")
    });
    let shipped = durable::try_join_all(children).await?;
    Ok(shipped.into_iter().max().unwrap_or_default())
}
