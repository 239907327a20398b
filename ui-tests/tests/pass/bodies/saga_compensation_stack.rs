// good: a saga whose compensations are data on a stack
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Trip {
    traveller: String,
    city: String,
    nights: u32,
}

enum Undo {
    Flight(u64),
    Hotel(u64),
    Car { booking: u64, fee: u32 },
}

#[activity]
async fn book(kind: String, trip: Trip) -> Result<u64> {
    Ok((kind.len() + trip.city.len()) as u64)
}

#[activity]
async fn cancel(kind: String, booking: u64, fee: u32) -> Result<()> {
    tracing::info!("{kind} {booking} cancelled for {fee}");
    Ok(())
}

#[orchestrator]
async fn book_trip(ctx: &Context, trip: Trip) -> Result<Vec<u64>> {
    let mut undo = Vec::new();
    let booked = async {
        let flight = ctx.call(book("flight".into(), trip.clone())).await?;
        undo.push(Undo::Flight(flight));
        let hotel = ctx.call(book("hotel".into(), trip.clone())).await?;
        undo.push(Undo::Hotel(hotel));
        let car = ctx.call(book("car".into(), trip.clone())).await?;
        undo.push(Undo::Car { booking: car, fee: 15 });
        if trip.nights > 30 {
            return Err(Error::fatal("longer than a month"));
        }
        Ok(vec![flight, hotel, car])
    }
    .await;
    if booked.is_err() {
        while let Some(step) = undo.pop() {
            let (kind, booking, fee) = match step {
                Undo::Flight(booking) => ("flight", booking, 0),
                Undo::Hotel(booking) => ("hotel", booking, 0),
                Undo::Car { booking, fee } => ("car", booking, fee),
            };
            ctx.call(cancel(kind.to_owned(), booking, fee)).await?;
        }
    }
    booked
}
