use durable::prelude::*;

#[derive(Debug)]
pub struct Desk;

impl Desk {
    fn outer(n: u32) -> u32 {
        if n == 0 { 0 } else { Self::inner(n - 1) }
    }

    fn inner(n: u32) -> u32 {
        Self::outer(n / 2) + 1
    }

    /// Reads what orchestrators may not, but no orchestrator calls it.
    pub fn process() -> u32 {
        std::process::id()
    }
}

#[orchestrator]
pub async fn pay(ctx: &Context) -> Result<u32> {
    Ok(Desk::outer(ctx.generation()))
}
