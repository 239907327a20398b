use durable::prelude::*;

#[orchestrator]
pub async fn check(_ctx: &Context, cents: u64) -> Result<u64> {
    if cents == 0 {
        return Err(Error::fatal("there is nothing to pay"));
    }
    assert!(cents < 1_000_000, "too much: {cents}");
    Ok(cents)
}
