#![allow(unused)]
// bad: itertools' into_group_map gives a HashMap, which is then walked
use durable::prelude::*;
use itertools::Itertools;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ticket {
    id: u64,
    team: String,
    severity: u8,
}

#[activity]
async fn page_team(team: String, tickets: Vec<u64>) -> Result<()> {
    tracing::warn!("{team}: {tickets:?}");
    Ok(())
}

#[orchestrator]
async fn page_everybody(ctx: &Context, tickets: Vec<Ticket>) -> Result<usize> {
    let by_team = tickets
        .into_iter()
        .filter(|ticket| ticket.severity <= 2)
        .map(|ticket| (ticket.team, ticket.id))
        .into_group_map();
    let mut paged = 0;
    for (team, mut ids) in by_team {
        ids.sort_unstable();
        ids.dedup();
        ctx.call(page_team(team, ids)).await?;
        paged += 1;
    }
    Ok(paged)
}

fn main() {}
