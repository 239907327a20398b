// an error enum with From and the question mark
use durable::prelude::*;
use std::num::{ParseFloatError, ParseIntError};

#[derive(Debug, thiserror::Error)]
enum ParseError {
    #[error("not a number")]
    Int(#[from] ParseIntError),
    #[error("not an amount")]
    Float(#[from] ParseFloatError),
    #[error("{0} fields instead of {expected}", expected = 2)]
    Fields(usize),
}

#[deterministic]
fn parse(line: &str) -> Result<(u64, f64), ParseError> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let &[id, amount] = fields.as_slice() else {
        return Err(ParseError::Fields(fields.len()));
    };
    Ok((id.parse()?, amount.parse()?))
}

#[orchestrator]
async fn import(ctx: &Context, lines: Vec<String>) -> Result<f64> {
    let mut sum = 0.0;
    for (number, line) in lines.iter().enumerate() {
        let (id, amount) = parse(line).map_err(|error| Error::new(error).context(format!("line {}", number + 1)))?;
        ctx.set_status(&id);
        sum += amount;
    }
    parse("1, 2")?;
    Ok(sum)
}
