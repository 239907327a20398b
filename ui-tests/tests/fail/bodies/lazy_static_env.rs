#![allow(unused)]
// bad: a lazy static holds what the environment said when it was first touched
use durable::prelude::*;
use lazy_static::lazy_static;

lazy_static! {
    static ref REGION: String = std::env::var("REGION").unwrap_or_else(|_| "eu-central-1".to_owned());
}

#[activity]
async fn create_bucket(name: String) -> Result<String> {
    Ok(format!("s3://{name}"))
}

#[activity]
async fn grant(bucket: String, team: String) -> Result<()> {
    tracing::info!("{team} may use {bucket}");
    Ok(())
}

#[orchestrator]
async fn provision(ctx: &Context, team: String, stages: Vec<String>) -> Result<Vec<String>> {
    let mut buckets = Vec::new();
    for stage in stages {
        let name = format!("{team}-{stage}-{}", REGION.as_str());
        let bucket = ctx.call(create_bucket(name)).await?;
        ctx.call(grant(bucket.clone(), team.clone())).await?;
        buckets.push(bucket);
    }
    Ok(buckets)
}

fn main() {}
