// matching on the error type of an activity
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
enum PaymentError {
    #[error("declined: {0}")]
    Declined(String),
    #[error("the limit is {max}")]
    Limit { max: u64 },
}

#[activity]
async fn charge(card: String, cents: u64) -> Result<String, PaymentError> {
    match cents {
        0 => Err(PaymentError::Declined(card)),
        1..=10_000 => Ok(card),
        _ => Err(PaymentError::Limit { max: 10_000 }),
    }
}

#[orchestrator]
async fn pay(ctx: &Context, card: String, cents: u64) -> Result<String> {
    match ctx.call(charge(card.clone(), cents)).await {
        Ok(receipt) => Ok(receipt),
        Err(CallError::Application(PaymentError::Limit { max })) => Ok(ctx.call(charge(card, max)).await?),
        Err(CallError::Failure(failure)) => Err(Error::from_failure(failure)),
        Err(error @ CallError::Application(PaymentError::Declined(_))) => Err(error.into()),
    }
}
