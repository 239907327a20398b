#![allow(unused)]
// a function that a macro of the user's makes
use durable::prelude::*;
use uuid::Uuid;

macro_rules! id_source {
    ($name:ident, $prefix:literal) => {
        fn $name() -> String {
            format!("{}-{}", $prefix, Uuid::new_v4().simple())
        }
    };
}

id_source!(next_order_id, "order");

#[orchestrator]
async fn open_order(ctx: &Context) -> Result<String> {
    let id = next_order_id();
    ctx.set_status(&id);
    Ok(id)
}

fn main() {}
