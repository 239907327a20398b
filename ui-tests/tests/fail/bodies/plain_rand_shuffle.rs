#![allow(unused)]
// shuffling with the thread's generator
use durable::prelude::*;
use rand::seq::SliceRandom;

#[activity]
async fn invite(player: String) -> Result<()> {
    tracing::info!(%player);
    Ok(())
}

#[orchestrator]
async fn tournament(ctx: &Context, players: Vec<String>) -> Result<()> {
    let mut players = players;
    players.shuffle(&mut rand::rng());
    for player in players {
        ctx.call(invite(player)).await?;
    }
    Ok(())
}

fn main() {}
