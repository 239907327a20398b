use durable::prelude::*;

pub mod counters {
    pub const OPEN: bool = true;
    pub static HOURS: [u64; 2] = [9, 17];
}

#[orchestrator]
pub async fn open(_ctx: &Context, hour: u64) -> Result<bool> {
    Ok(counters::OPEN && counters::HOURS.contains(&hour) && hour < u64::MAX)
}
