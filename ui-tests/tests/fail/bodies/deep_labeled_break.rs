#![allow(unused)]
// a random number that a labeled block breaks with
use durable::prelude::*;

#[orchestrator]
async fn pick(ctx: &Context, grid: Vec<Vec<u32>>, wanted: u32) -> Result<usize> {
    ctx.set_status("searching");
    let found = 'search: {
        for row in &grid {
            for (column, cell) in row.iter().enumerate() {
                if *cell == wanted {
                    break 'search column;
                }
            }
        }
        rand::random_range(0..10)
    };
    Ok(found)
}

fn main() {}
