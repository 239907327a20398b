#![allow(unused)]
// the HashMap that an adaptor of itertools makes
use durable::prelude::*;
use itertools::Itertools;

#[activity]
async fn assign(team: u8, people: Vec<String>) -> Result<()> {
    tracing::info!(team, ?people);
    Ok(())
}

#[orchestrator]
async fn teams(ctx: &Context, people: Vec<(u8, String)>) -> Result<()> {
    let groups = people.into_iter().into_group_map();
    for (team, people) in groups {
        ctx.call(assign(team, people)).await?;
    }
    Ok(())
}

fn main() {}
