// compensations as an enum on a stack
use durable::prelude::*;
enum Undo {
    Flight(u64),
    Hotel { id: u64, nights: u32 },
}

#[activity]
async fn flight() -> Result<u64> {
    Ok(1)
}

#[activity]
async fn hotel(nights: u32) -> Result<u64> {
    Ok(u64::from(nights))
}

#[activity]
async fn undo_flight(id: u64) -> Result<()> {
    tracing::info!(id);
    Ok(())
}

#[activity]
async fn undo_hotel(id: u64, nights: u32) -> Result<()> {
    tracing::info!(id, nights);
    Ok(())
}

#[deterministic]
async fn book(ctx: &Context, done: &mut Vec<Undo>, nights: u32) -> Result<u64> {
    done.push(Undo::Flight(ctx.call(flight()).await?));
    let id = ctx.call(hotel(nights)).await?;
    done.push(Undo::Hotel { id, nights });
    Ok(id)
}

#[orchestrator]
async fn holiday(ctx: &Context, nights: u32) -> Result<u64> {
    let mut done = Vec::new();
    let booked = book(ctx, &mut done, nights).await;
    if booked.is_err() {
        for step in done.into_iter().rev() {
            match step {
                Undo::Flight(id) => ctx.call(undo_flight(id)).await?,
                Undo::Hotel { id, nights } => ctx.call(undo_hotel(id, nights)).await?,
            }
        }
    }
    booked
}
