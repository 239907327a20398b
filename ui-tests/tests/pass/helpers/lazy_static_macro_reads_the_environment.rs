use durable::prelude::*;

lazy_static::lazy_static! {
    static ref REGIONS: Vec<&'static str> = "eu us".split(' ').collect();
}

#[orchestrator]
pub async fn pay(_ctx: &Context, region: String) -> Result<bool> {
    Ok(REGIONS.contains(&region.as_str()))
}
