#![allow(unused)]
// bad: the dependencies that the orchestrator builds contain a closure over Utc::now
use chrono::Utc;
use durable::prelude::*;

struct Dependencies {
    unix_now: Box<dyn Fn() -> i64>,
    grace_seconds: i64,
}

impl Dependencies {
    fn production() -> Self {
        Self { unix_now: Box::new(|| Utc::now().timestamp()), grace_seconds: 3 * 86_400 }
    }

    fn is_overdue(&self, due_unix: i64) -> bool {
        (self.unix_now)() > due_unix + self.grace_seconds
    }
}

#[activity]
async fn remind(invoice: u64) -> Result<()> {
    tracing::info!(invoice, "reminded");
    Ok(())
}

#[orchestrator]
async fn dunning(ctx: &Context, invoices: Vec<(u64, i64)>) -> Result<Vec<u64>> {
    let dependencies = Dependencies::production();
    let mut reminded = Vec::new();
    for (invoice, due_unix) in invoices {
        if dependencies.is_overdue(due_unix) {
            ctx.call(remind(invoice)).await?;
            reminded.push(invoice);
        }
    }
    Ok(reminded)
}

fn main() {}
