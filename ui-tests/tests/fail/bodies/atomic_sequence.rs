#![allow(unused)]
// bad: a process-wide atomic numbers the requests
use std::sync::atomic::{AtomicU64, Ordering};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

static NEXT_REQUEST: AtomicU64 = AtomicU64::new(1);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct BankRequest {
    number: u64,
    iban: String,
    cents: i64,
}

#[activity]
async fn send_to_bank(request: BankRequest) -> Result<String> {
    Ok(format!("{}: accepted", request.number))
}

#[orchestrator]
async fn pay_salaries(ctx: &Context, ibans: Vec<String>, cents: i64) -> Result<Vec<String>> {
    if cents <= 0 {
        return Err(Error::fatal("a salary is positive"));
    }
    let mut answers = Vec::with_capacity(ibans.len());
    for iban in ibans {
        let number = NEXT_REQUEST.fetch_add(1, Ordering::Relaxed);
        let request = BankRequest { number, iban, cents };
        let answer = ctx.call(send_to_bank(request)).await?;
        answers.push(answer);
    }
    Ok(answers)
}

fn main() {}
