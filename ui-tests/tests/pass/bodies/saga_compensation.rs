// compensations as boxed durable futures, run in reverse
use durable::prelude::*;
use durable::orchestration::LocalBoxDurable;

#[activity]
async fn book(what: String) -> Result<u64> {
    Ok(what.len() as u64)
}

#[activity]
async fn cancel(booking: u64) -> Result<()> {
    tracing::info!(booking, "cancelled");
    Ok(())
}

#[orchestrator]
async fn trip(ctx: &Context, parts: Vec<String>) -> Result<Vec<u64>> {
    let mut undo: Vec<LocalBoxDurable<'_, Result<()>>> = Vec::new();
    let mut bookings = vec![];
    for part in parts {
        match ctx.call(book(part)).await {
            Ok(booking) => {
                undo.push(ctx.call(cancel(booking)).into_future());
                bookings.push(booking);
            }
            Err(error) => {
                while let Some(step) = undo.pop() {
                    step.await?;
                }
                return Err(error.context("the trip is off"));
            }
        }
    }
    Ok(bookings)
}
