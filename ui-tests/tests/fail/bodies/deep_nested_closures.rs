#![allow(unused)]
// a random number three closures deep
use durable::prelude::*;
#[orchestrator]
async fn seats(ctx: &Context, rows: Vec<Vec<u32>>) -> Result<Vec<u32>> {
    ctx.set_status(&rows.len());
    let chosen = rows.iter().flat_map(|row| {
        row.iter().filter(|seat| {
            let taken = |rate: f64| fastrand::f64() < rate + f64::from(**seat) / 1e6;
            !taken(0.5)
        })
    });
    Ok(chosen.copied().collect())
}

fn main() {}
