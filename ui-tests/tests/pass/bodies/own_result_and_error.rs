// good: the module has its own Result, Error and Status, which shadow those of the prelude
use durable::prelude::*;
use serde::{Deserialize, Serialize};

type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
enum Error {
    #[error("{0} is unknown")]
    Unknown(String),
    #[error("{0}")]
    Remote(String),
}

impl From<CallError<Error>> for Error {
    fn from(error: CallError<Error>) -> Self {
        match error {
            CallError::Application(error) => error,
            other => Self::Remote(other.to_string()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Status {
    Bronze,
    Silver,
    Gold,
}

#[activity]
async fn points(member: String) -> Result<u32> {
    if member.is_empty() { Err(Error::Unknown(member)) } else { Ok(member.len() as u32 * 100) }
}

#[deterministic]
fn status(points: u32) -> Result<Status> {
    match points {
        0 => Err(Error::Unknown("nobody".to_owned())),
        1..500 => Ok(Status::Bronze),
        500..1_000 => Ok(Status::Silver),
        _ => Ok(Status::Gold),
    }
}

#[orchestrator]
async fn promote(ctx: &Context, member: String, old: Status) -> Result<Status> {
    let points = ctx.call(points(member)).await?;
    let new = status(points)?;
    ctx.set_status(&new);
    Ok(new.max(old))
}
