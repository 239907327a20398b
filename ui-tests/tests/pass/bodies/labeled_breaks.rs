// good: labeled loops, labeled blocks and values of breaks
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn seat_is_free(row: u32, seat: u32) -> Result<bool> {
    Ok((row * 7 + seat) % 5 == 0)
}

#[activity]
async fn hold(row: u32, seat: u32, name: String) -> Result<()> {
    tracing::info!("{row}-{seat}: {name}");
    Ok(())
}

#[orchestrator]
async fn find_seats(ctx: &Context, name: String, together: u32) -> Result<Option<(u32, u32)>> {
    let found = 'rows: {
        for row in 1..=20 {
            let mut run = 0;
            'seats: for seat in 1..=30 {
                if row == 13 {
                    continue 'seats;
                }
                if !ctx.call(seat_is_free(row, seat)).await? {
                    run = 0;
                    continue;
                }
                run += 1;
                if run == together {
                    break 'rows Some((row, seat + 1 - together));
                }
            }
        }
        None
    };
    let Some((row, first)) = found else {
        return Ok(None);
    };
    let mut tries = 0;
    let held = 'hold: loop {
        tries += 1;
        for seat in first..first + together {
            if let Err(error) = ctx.call(hold(row, seat, name.clone())).await {
                if tries == 3 {
                    break 'hold Err(error);
                }
                ctx.timer(Duration::from_secs(1)).await;
                continue 'hold;
            }
        }
        break Ok((row, first));
    };
    held.map(Some)
}
