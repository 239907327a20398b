// labels on loops and blocks
use durable::prelude::*;
#[activity]
async fn try_seat(row: usize, seat: usize) -> Result<bool> {
    Ok((row + seat) % 7 == 6)
}

#[orchestrator]
async fn reserve(ctx: &Context, rows: usize, seats: usize, blocked: Vec<usize>) -> Result<Option<(usize, usize)>> {
    let found = 'rows: loop {
        'row: for row in 0..rows {
            if blocked.contains(&row) {
                continue 'row;
            }
            for seat in (0..seats).rev().step_by(2) {
                if ctx.call(try_seat(row, seat)).await? {
                    break 'rows Some((row, seat));
                }
            }
        }
        break None;
    };
    let status = 'status: {
        let Some((row, _)) = found else { break 'status "full" };
        if row == 0 { "front" } else { "back" }
    };
    ctx.set_status(status);
    Ok(found)
}
