#![allow(unused)]
// bad: the Display impl of the ticket prints its age, by Utc::now
use std::fmt;

use chrono::{DateTime, Utc};
use durable::prelude::*;

struct OpenTicket {
    number: u64,
    title: String,
    opened: DateTime<Utc>,
}

impl fmt::Display for OpenTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let age = Utc::now().signed_duration_since(self.opened);
        write!(f, "#{} {} ({} days old)", self.number, self.title, age.num_days())
    }
}

#[activity]
async fn open_tickets(team: String) -> Result<Vec<(u64, String, i64)>> {
    Ok(vec![(1, team, 1_700_000_000)])
}

#[activity]
async fn send_digest(team: String, text: String) -> Result<()> {
    tracing::info!("{team}: {text}");
    Ok(())
}

#[orchestrator]
async fn weekly_digest(ctx: &Context, team: String) -> Result<usize> {
    let mut text = String::new();
    let rows = ctx.call(open_tickets(team.clone())).await?;
    let count = rows.len();
    for (number, title, seconds) in rows {
        let opened = DateTime::from_timestamp(seconds, 0).ok_or_else(|| Error::fatal("a date beyond all dates"))?;
        let ticket = OpenTicket { number, title, opened };
        text.push_str(&format!("- {ticket}\n"));
    }
    ctx.call(send_digest(team, text)).await?;
    Ok(count)
}

fn main() {}
