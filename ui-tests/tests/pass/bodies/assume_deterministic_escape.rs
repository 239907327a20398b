// good: the explicit way out around what the user vouches for
use std::collections::HashMap;

use durable::prelude::*;

fn legacy_checksum(text: &str) -> u32 {
    text.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
}

#[activity]
async fn upload(text: String, checksum: u32) -> Result<()> {
    tracing::info!(checksum, "{} bytes", text.len());
    Ok(())
}

#[orchestrator]
async fn upload_all(ctx: &Context, texts: Vec<String>) -> Result<u64> {
    let mut sizes = HashMap::new();
    for text in texts {
        let checksum = durable::assume_deterministic!(legacy_checksum(&text));
        sizes.insert(text.clone(), text.len() as u64);
        ctx.call(upload(text, checksum)).await?;
    }
    // A sum does not depend on the order.
    let total: u64 = durable::assume_deterministic!(sizes.values().sum());
    Ok(total)
}
