// good: closures decide which failures are worth another attempt
use std::time::Duration;

use durable::{FailureKind, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
enum BankError {
    #[error("try again in {seconds} s")]
    Busy { seconds: u32 },
    #[error("the account {0} is closed")]
    Closed(String),
}

#[activity]
async fn debit(account: String, cents: u64) -> Result<u64, BankError> {
    if account.is_empty() { Err(BankError::Closed(account)) } else { Ok(cents) }
}

#[activity]
async fn notify(account: String, text: String) -> Result<()> {
    tracing::info!("{account}: {text}");
    Ok(())
}

#[orchestrator]
async fn collect(ctx: &Context, account: String, cents: u64) -> Result<bool> {
    let patience = 30;
    let debited = ctx
        .call(debit(account.clone(), cents))
        .retry(Retry::fixed(4, Duration::from_secs(10)))
        .retry_if(move |error| match error {
            CallError::Application(BankError::Busy { seconds }) => *seconds <= patience,
            CallError::Application(BankError::Closed(_)) => false,
            CallError::Failure(_) => true,
        })
        .await;
    let text = match debited {
        Ok(cents) => format!("debited {}.{:02}", cents / 100, cents % 100),
        Err(CallError::Application(error @ BankError::Closed(_))) => return Err(Error::fatal(error)),
        Err(error) => format!("not debited: {error}"),
    };
    ctx.call(notify(account, text))
        .retry(Retry::fixed(2, Duration::from_secs(1)))
        .retry_if(|error| error.kind() != FailureKind::TimedOut)
        .await?;
    Ok(true)
}
