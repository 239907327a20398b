#![allow(unused)]
// bad: a feature flag is read from the environment
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Signup {
    email: String,
    plan: String,
}

#[activity]
async fn create_account(email: String, plan: String) -> Result<u64> {
    Ok((email.len() + plan.len()) as u64)
}

#[activity]
async fn send_classic_welcome(account: u64) -> Result<()> {
    tracing::info!(account, "classic mail");
    Ok(())
}

#[activity]
async fn send_onboarding_series(account: u64, mails: u32) -> Result<()> {
    tracing::info!(account, mails, "series");
    Ok(())
}

#[orchestrator]
async fn onboard(ctx: &Context, signup: Signup) -> Result<u64> {
    let Signup { email, plan } = signup;
    if !email.contains('@') {
        return Err(Error::fatal(format!("`{email}` is no address")));
    }
    let account = ctx.call(create_account(email, plan.clone())).await?;
    let new_flow = std::env::var("ONBOARDING_V2").is_ok_and(|value| value == "on");
    if new_flow && plan != "free" {
        ctx.call(send_onboarding_series(account, 5)).await?;
    } else {
        ctx.call(send_classic_welcome(account)).await?;
    }
    Ok(account)
}

fn main() {}
