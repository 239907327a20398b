// good: typed errors, From conversions and `?` through several layers
use std::num::{ParseIntError, TryFromIntError};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
enum ImportError {
    #[error("line {line}: {message}")]
    Syntax { line: usize, message: String },
    #[error("the store refused: {0}")]
    Store(String),
    #[error("{0}")]
    Other(String),
}

impl From<ParseIntError> for ImportError {
    fn from(error: ParseIntError) -> Self {
        Self::Syntax { line: 0, message: error.to_string() }
    }
}

impl From<TryFromIntError> for ImportError {
    fn from(error: TryFromIntError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<CallError<ImportError>> for ImportError {
    fn from(error: CallError<ImportError>) -> Self {
        match error {
            CallError::Application(error) => error,
            failure @ CallError::Failure(_) => Self::Other(failure.to_string()),
        }
    }
}

impl From<Error> for ImportError {
    fn from(error: Error) -> Self {
        Self::Store(error.message().to_owned())
    }
}

#[activity]
async fn insert(rows: Vec<u16>) -> Result<usize, ImportError> {
    if rows.contains(&0) { Err(ImportError::Store("zero".to_owned())) } else { Ok(rows.len()) }
}

#[activity]
async fn fetch(name: String) -> Result<String> {
    Ok(format!("1\n2\n{}", name.len()))
}

#[deterministic]
fn parse_line(line: usize, text: &str) -> Result<u16, ImportError> {
    let number = text.trim().parse::<i64>().map_err(|error| match ImportError::from(error) {
        ImportError::Syntax { message, .. } => ImportError::Syntax { line, message },
        other => other,
    })?;
    Ok(u16::try_from(number)?)
}

#[orchestrator]
async fn import(ctx: &Context, name: String) -> Result<usize, ImportError> {
    let text = ctx.call(fetch(name)).await?;
    let rows = text.lines().zip(1..).map(|(text, line)| parse_line(line, text)).collect::<Result<Vec<_>, _>>()?;
    let inserted = ctx.call(insert(rows)).await?;
    ctx.set_status(&inserted);
    Ok(inserted)
}
