use durable::prelude::*;
use std::rc::Rc;

#[orchestrator]
pub async fn aligned(_ctx: &Context, n: u64) -> Result<bool> {
    let shared = Rc::new(n);
    let same = Rc::clone(&shared);
    Ok(Rc::ptr_eq(&shared, &same) && Rc::strong_count(&shared) == 2)
}
