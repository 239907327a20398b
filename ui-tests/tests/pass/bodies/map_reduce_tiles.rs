// good: map and reduce over tiles of a picture, in a tree of sub-orchestrations
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Tile {
    x: u32,
    y: u32,
    size: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Histogram([u64; 4]);

impl Tile {
    const SMALLEST: u32 = 256;

    fn quarters(self) -> [Self; 4] {
        let size = self.size / 2;
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| Self { x: self.x + dx * size, y: self.y + dy * size, size })
    }
}

impl std::ops::AddAssign<&Histogram> for Histogram {
    fn add_assign(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}

impl FromIterator<Histogram> for Histogram {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        parts.into_iter().fold(Self::default(), |mut sum, part| {
            sum += &part;
            sum
        })
    }
}

#[activity]
async fn count_pixels(tile: Tile) -> Result<Histogram> {
    Ok(Histogram([u64::from(tile.size), 1, 2, 3]))
}

#[orchestrator]
async fn histogram(ctx: &Context, tile: Tile) -> Result<Histogram> {
    if tile.size <= Tile::SMALLEST {
        return ctx.call(count_pixels(tile)).await;
    }
    let children = tile.quarters().map(|quarter| ctx.call(histogram(quarter)));
    let parts = durable::try_join_all(children).await?;
    let sum: Histogram = parts.into_iter().collect();
    tracing::debug!(?tile, total = sum.0.iter().sum::<u64>(), "reduced");
    Ok(sum)
}
