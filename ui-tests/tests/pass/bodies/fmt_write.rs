// writing into a String, and formats
use durable::prelude::*;
use std::fmt::{self, Write as _};

struct Cents(u64);

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

#[orchestrator]
async fn receipt(ctx: &Context, items: Vec<(String, u64)>) -> Result<String> {
    let mut text = String::with_capacity(64);
    for (name, cents) in &items {
        writeln!(text, "{name:<12}{:>8}", Cents(*cents))?;
    }
    let total = Cents(items.iter().map(|(_, cents)| cents).sum());
    write!(&mut text, "{:=<20}\n{total:>20}", "")?;
    ctx.set_status(&text);
    Ok(text)
}
