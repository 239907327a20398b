// good: combinators within combinators
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn weather(city: String) -> Result<i32> {
    Ok(city.len() as i32)
}

#[activity]
async fn events_in(city: String) -> Result<Vec<String>> {
    Ok(vec![format!("opera in {city}")])
}

#[orchestrator]
async fn hotel_offer(ctx: &Context, city: String) -> Result<u64> {
    ctx.event::<u64>(format!("offer-{city}")).await
}

#[orchestrator]
async fn plan_weekend(ctx: &Context, city: String) -> Result<String> {
    let soon = ctx.now() + Duration::from_secs(120);
    let facts = async { durable::try_join!(ctx.call(weather(city.clone())), ctx.call(events_in(city.clone()))) };
    let hotel = async {
        match durable::race(ctx.call(hotel_offer(city.clone())), ctx.timer_at(soon)).await {
            Either::Left(price) => price.map(Some),
            Either::Right(()) => Ok(None),
        }
    };
    let (facts, hotel, nothing) = durable::join!(facts, hotel, async {});
    let (degrees, mut events): (i32, Vec<String>) = facts?;
    let () = nothing;
    events.sort();
    let events = events.join(" and ");
    let choice = durable::select! {
        vote = durable::select_all(["ann", "bob"].map(|name| ctx.event::<bool>(name))) => {
            let (index, vote) = vote;
            format!("{index}: {}", vote?)
        },
        both = durable::race(ctx.timer(Duration::from_secs(600)), async { ctx.timer_at(soon).await }) => match both {
            Either::Left(()) | Either::Right(()) => "nobody".to_owned(),
        },
    };
    let hotel = hotel?.map_or_else(|| "no hotel".to_owned(), |cents| format!("{}.{:02}", cents / 100, cents % 100));
    Ok(format!("{degrees} degrees, {events}, {hotel}, {choice}"))
}
