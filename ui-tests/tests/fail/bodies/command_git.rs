#![allow(unused)]
// bad: the revision is asked of a child process
use std::process::Command;

use durable::prelude::*;

#[activity]
async fn deploy(environment: String, revision: String) -> Result<String> {
    Ok(format!("{environment}@{revision}"))
}

#[activity]
async fn smoke_test(deployment: String) -> Result<bool> {
    Ok(deployment.contains('@'))
}

#[activity]
async fn roll_back(environment: String) -> Result<()> {
    tracing::warn!("{environment} rolled back");
    Ok(())
}

#[orchestrator]
async fn release(ctx: &Context, environments: Vec<String>) -> Result<Vec<String>> {
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output()?;
    let revision = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut deployed = Vec::new();
    for environment in environments {
        let deployment = ctx.call(deploy(environment.clone(), revision.clone())).await?;
        if !ctx.call(smoke_test(deployment.clone())).await? {
            ctx.call(roll_back(environment)).await?;
            break;
        }
        deployed.push(deployment);
    }
    Ok(deployed)
}

fn main() {}
