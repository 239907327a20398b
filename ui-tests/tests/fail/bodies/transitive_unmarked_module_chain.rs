#![allow(unused)]
// functions of modules, none of them marked
use durable::prelude::*;
mod billing {
    pub fn invoice_number(customer: u64) -> String {
        format!("{customer}-{}", crate::ids::short())
    }
}

mod ids {
    pub fn short() -> String {
        uuid::Uuid::new_v4().simple().to_string()[..8].to_owned()
    }
}

#[orchestrator]
async fn bill(ctx: &Context, customer: u64) -> Result<String> {
    let number = billing::invoice_number(customer);
    ctx.set_status(&number);
    Ok(number)
}

fn main() {}
