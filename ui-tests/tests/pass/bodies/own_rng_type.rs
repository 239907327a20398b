// a generator of the user's own with a given seed
use durable::prelude::*;
struct Rng(u64);

impl Rng {
    fn seed_from(text: &str) -> Self {
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn random(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, (self.random() % (last as u64 + 1)) as usize);
        }
    }
}

#[orchestrator]
async fn draw(ctx: &Context, players: Vec<String>) -> Result<Vec<String>> {
    let mut players = players;
    Rng::seed_from(ctx.instance_id().as_str()).shuffle(&mut players);
    Ok(players)
}
