// a generator of rand with a recorded seed
use durable::prelude::*;
use rand::{
    RngExt, SeedableRng,
    rngs::StdRng,
    seq::{IndexedRandom, SliceRandom},
};

#[activity]
async fn invite(player: String, table: u32) -> Result<()> {
    tracing::info!(%player, table);
    Ok(())
}

#[orchestrator]
async fn tournament(ctx: &Context, players: Vec<String>) -> Result<Option<String>> {
    let mut rng = StdRng::seed_from_u64(ctx.rng().next_u64());
    let mut players = players;
    players.shuffle(&mut rng);
    for player in &players {
        ctx.call(invite(player.clone(), rng.random_range(1..=8))).await?;
    }
    Ok(if rng.random_bool(0.5) { players.choose(&mut rng).cloned() } else { None })
}
