#![allow(unused)]
// bad: the winners are shuffled with rand's thread generator
use durable::prelude::*;
use rand::seq::SliceRandom;

#[activity]
async fn participants(raffle: u64) -> Result<Vec<String>> {
    Ok((0..raffle).map(|n| format!("p{n}")).collect())
}

#[activity]
async fn congratulate(winner: String, place: usize) -> Result<()> {
    tracing::info!("{winner} is number {place}");
    Ok(())
}

#[orchestrator]
async fn draw_raffle(ctx: &Context, raffle: u64, prizes: usize) -> Result<Vec<String>> {
    let mut names = ctx.call(participants(raffle)).await?;
    names.sort();
    names.dedup();
    if names.len() < prizes {
        return Err(Error::fatal(format!("{} names for {prizes} prizes", names.len())));
    }
    names.shuffle(&mut rand::rng());
    names.truncate(prizes);
    for (index, name) in names.iter().enumerate() {
        ctx.call(congratulate(name.clone(), index + 1)).await?;
    }
    Ok(names)
}

fn main() {}
