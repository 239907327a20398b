// good: sub-orchestrations with ids, versions and labels, in parallel
use std::time::Duration;

use durable::prelude::*;

#[activity]
async fn provision_vm(region: String, number: u32) -> Result<String> {
    Ok(format!("{region}-{number}"))
}

#[orchestrator]
async fn provision_region(ctx: &Context, region: String, machines: u32) -> Result<Vec<String>> {
    let calls = (0..machines).map(|number| ctx.call(provision_vm(region.clone(), number)));
    durable::try_join_all(calls).await
}

#[orchestrator]
async fn provision_world(ctx: &Context, machines: u32) -> Result<usize> {
    const REGIONS: [&str; 3] = ["eu", "us", "ap"];
    let parent = ctx.instance_id().to_string();
    let children = REGIONS.iter().enumerate().map(|(index, region)| {
        ctx.call(provision_region((*region).to_owned(), machines + index as u32))
            .instance_id(format!("{parent}-{region}"))
            .version("2")
            .tag("region", *region)
            .retry(Retry::exponential(3, Duration::from_secs(5)))
            .timeout(Duration::from_secs(3600))
    });
    let names: Vec<Vec<String>> = durable::try_join_all(children).await?;
    Ok(names.iter().map(Vec::len).sum())
}
