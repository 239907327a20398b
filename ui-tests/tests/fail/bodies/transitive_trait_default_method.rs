#![allow(unused)]
// a method that a trait provides
use durable::prelude::*;
use chrono::Utc;

trait Audited {
    fn who(&self) -> String;

    fn entry(&self) -> String {
        format!("{} {}", Utc::now().to_rfc3339(), self.who())
    }
}

struct Clerk {
    name: String,
}

impl Audited for Clerk {
    fn who(&self) -> String {
        self.name.clone()
    }
}

#[orchestrator]
async fn sign_off(ctx: &Context, name: String) -> Result<String> {
    let entry = Clerk { name }.entry();
    ctx.set_status(&entry);
    Ok(entry)
}

fn main() {}
