// good: doc comments, raw identifiers, raw strings and unusual literals
//! A module comment with `std::fs::read("x")` and `rand::random()` in it.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// A move in a game.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Move {
    /// Which kind, `r#type` in Rust.
    r#type: String,
    #[serde(rename = "in")]
    r#in: u32,
    r#final: bool,
}

impl Move {
    /// Whether it may be r#try-ed.
    fn r#match(&self, r#ref: &str) -> bool {
        self.r#type == r#ref && !self.r#final
    }
}

#[activity]
async fn play(r#type: String, r#in: u32) -> Result<bool> {
    Ok(r#type.len() as u32 > r#in)
}

#[deterministic]
fn r#gen(seed: u32) -> u32 {
    seed.wrapping_mul(0x9E37_79B9) >> 0b11
}

/**
A game, played as `SystemTime::now()` never would.
*/
#[orchestrator]
async fn game(ctx: &Context, moves: Vec<Move>) -> Result<u32> {
    let r#box = r#"{"kind": "raw \"string\"", "path": "/tmp/x"}"#;
    let bytes: &[u8; 4] = b"\x00\xff\n\\";
    let letters = ['\u{1F980}', '\'', '"'];
    let big = 1_000_000_u64 as f32 * 1.5e-3;
    let mut wins = u32::from(r#box.len() > 3) + u32::from(bytes[1] == 0xff) + letters.len() as u32 + big as u32;
    for r#move in &moves {
        /* a block comment, /* nested */ with Uuid::new_v4() */
        let Move { r#type, r#in, .. } = r#move;
        if r#move.r#match("castle") && ctx.call(play(r#type.clone(), r#gen(*r#in))).await? {
            wins += 1;
        }
    }
    Ok(wins)
}
