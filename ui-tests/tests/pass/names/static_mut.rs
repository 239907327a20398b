use durable::prelude::*;

#[orchestrator]
pub async fn count(_ctx: &Context, n: u64) -> Result<u64> {
    static RATES: [u64; 3] = [1, 2, 3];
    const LIMIT: u64 = 5;
    Ok(RATES.iter().sum::<u64>().min(LIMIT) * n)
}
