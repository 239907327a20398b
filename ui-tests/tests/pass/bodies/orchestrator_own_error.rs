// an orchestrator with an error type of its own
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize, thiserror::Error)]
enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error("broken: {0}")]
    Broken(String),
}

impl From<CallError<OrderError>> for OrderError {
    fn from(error: CallError<OrderError>) -> Self {
        match error {
            CallError::Application(error) => error,
            CallError::Failure(failure) => Self::Broken(failure.message),
        }
    }
}

#[activity]
async fn reserve(sku: String) -> Result<u64, OrderError> {
    if sku.is_empty() { Err(OrderError::SoldOut) } else { Ok(1) }
}

#[orchestrator]
async fn order(ctx: &Context, skus: Vec<String>) -> Result<u64, OrderError> {
    let mut reserved = 0;
    for sku in skus {
        reserved += ctx.call(reserve(sku)).await?;
    }
    Ok(reserved)
}
