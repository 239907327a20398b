// good: a parcel as a state machine, transitions are methods of the enum
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Ordered,
    Packed { boxes: u32 },
    OnTheWay { carrier: String, attempts: u8 },
    Delivered,
    Lost,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Input {
    Pack(u32),
    HandOver(String),
    NotAtHome,
    Signed,
    Silence,
}

impl State {
    fn next(self, input: Input) -> Result<Self> {
        Ok(match (self, input) {
            (Self::Ordered, Input::Pack(boxes @ 1..)) => Self::Packed { boxes },
            (Self::Packed { .. }, Input::HandOver(carrier)) => Self::OnTheWay { carrier, attempts: 0 },
            (Self::OnTheWay { carrier, attempts }, Input::NotAtHome) if attempts < 3 => {
                Self::OnTheWay { carrier, attempts: attempts + 1 }
            }
            (Self::OnTheWay { .. }, Input::Signed) => Self::Delivered,
            (Self::OnTheWay { .. }, Input::NotAtHome | Input::Silence) => Self::Lost,
            (state, Input::Silence) => state,
            (state, input) => return Err(Error::new(format!("{input:?} does not fit {state:?}"))),
        })
    }

    fn is_final(&self) -> bool {
        matches!(self, Self::Delivered | Self::Lost)
    }
}

#[orchestrator]
async fn parcel(ctx: &Context, number: u64) -> Result<State> {
    let mut state = State::Ordered;
    while !state.is_final() {
        ctx.set_status(&state);
        let input = match durable::race(ctx.event::<Input>("input"), ctx.timer(Duration::from_secs(86_400))).await {
            Either::Left(input) => input?,
            Either::Right(()) => Input::Silence,
        };
        state = match state.clone().next(input) {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(number, %error, "ignored");
                state
            }
        };
    }
    Ok(state)
}
