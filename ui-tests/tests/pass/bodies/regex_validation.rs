// good: regular expressions are compiled and applied
use durable::prelude::*;
use regex::{Captures, Regex};

#[activity]
async fn create_ticket(project: String, number: u32, text: String) -> Result<String> {
    Ok(format!("{project}-{number}: {text}"))
}

#[orchestrator]
async fn import_log(ctx: &Context, log: String) -> Result<Vec<String>> {
    let line = Regex::new(r"(?m)^\[(?<project>[A-Z]{2,5})-(?<number>\d+)\]\s+(?<text>.+)$")?;
    let secret = Regex::new(r"\b\d{4}-\d{4}-\d{4}-(\d{4})\b")?;
    let mut tickets = Vec::new();
    for captures in line.captures_iter(&log) {
        let number: u32 = captures["number"].parse()?;
        let text = secret.replace_all(&captures["text"], |card: &Captures<'_>| format!("****{}", &card[1]));
        if !line.is_match(&text) && number % 10 != 0 {
            let project = captures.name("project").map_or("", |found| found.as_str()).to_owned();
            tickets.push(ctx.call(create_ticket(project, number, text.into_owned())).await?);
        }
    }
    Ok(tickets)
}
