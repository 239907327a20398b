// a regular expression
use durable::prelude::*;
use regex::Regex;

#[activity]
async fn track(carrier: String, number: u64) -> Result<String> {
    Ok(format!("{carrier} {number}"))
}

#[orchestrator]
async fn tracking(ctx: &Context, text: String) -> Result<Vec<String>> {
    let pattern = Regex::new(r"(?P<carrier>DHL|UPS)-(?P<number>\d+)")?;
    let mut found = Vec::new();
    for captures in pattern.captures_iter(&text) {
        let number = captures["number"].parse::<u64>()?;
        found.push(ctx.call(track(captures["carrier"].to_owned(), number)).await?);
    }
    Ok(found)
}
