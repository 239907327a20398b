use durable::prelude::*;

#[derive(Debug)]
pub struct Shop {
    open: bool,
    hours: [u64; 2],
}

static SHOP: Shop = Shop { open: true, hours: [9, 17] };

#[orchestrator]
pub async fn open(_ctx: &Context, hour: u64) -> Result<bool> {
    Ok(SHOP.open && SHOP.hours.contains(&hour))
}
