// a state machine as an enum
use durable::prelude::*;
use std::time::Duration;

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
enum State {
    Created { items: u32 },
    Paid { receipt: String, items: u32 },
    Shipped { parcels: Vec<u32> },
    Closed,
}

#[activity]
async fn pay(items: u32) -> Result<String> {
    Ok(format!("receipt for {items}"))
}

#[deterministic]
async fn advance(ctx: &Context, state: State) -> Result<State> {
    Ok(match state {
        State::Created { items: 0 } => State::Closed,
        State::Created { items } => State::Paid { receipt: ctx.call(pay(items)).await?, items },
        State::Paid { items, receipt } if !receipt.is_empty() => State::Shipped { parcels: (1..=items).collect() },
        State::Paid { .. } => State::Closed,
        State::Shipped { mut parcels } => {
            ctx.timer(Duration::from_secs(60)).await;
            match parcels.pop() {
                Some(_) => State::Shipped { parcels },
                None => State::Closed,
            }
        }
        State::Closed => State::Closed,
    })
}

#[orchestrator]
async fn order(ctx: &Context, items: u32) -> Result<u32> {
    let mut state = State::Created { items };
    let mut steps = 0;
    while !matches!(state, State::Closed) {
        state = advance(ctx, state).await?;
        ctx.set_status(&state);
        steps += 1;
    }
    Ok(steps)
}
