// good: lint attributes, cfgs and rustfmt::skip on and inside orchestrators and helpers
use std::time::Duration;

use durable::prelude::*;

/// Fetches a page.
#[activity]
#[allow(clippy::unused_async)]
async fn fetch(page: u32) -> Result<Vec<u8>> {
    Ok(page.to_be_bytes().to_vec())
}

#[allow(clippy::cast_possible_truncation, reason = "pages are small")]
#[deterministic]
#[must_use]
fn weight(bytes: &[u8]) -> u32 {
    bytes.len() as u32
}

/// Downloads the pages of a book.
///
/// It reads no clock: `std::time::Instant::now()` would not replay, and `println!` would repeat.
#[allow(clippy::too_many_lines)]
#[orchestrator]
#[allow(unused_variables, reason = "kept for readability")]
#[cfg(not(target_os = "none"))]
pub async fn download_book(ctx: &Context, title: String, pages: u32) -> Result<u32> {
    #[rustfmt::skip]
    let pauses: [u64; 6] = [
        1, 2, 4,
        8, 16, 32,
    ];
    #[allow(unused_mut, unused_assignments)]
    let mut total = 0;
    let title_length = title.len();
    #[cfg(debug_assertions)]
    let limit = 1_000;
    #[cfg(not(debug_assertions))]
    let limit = 1_000;
    #[allow(clippy::explicit_counter_loop)]
    for page in 1..=pages.min(limit) {
        let bytes = ctx.call(fetch(page)).await?;
        total += weight(&bytes);
        match page % 100 {
            #[allow(clippy::match_same_arms)]
            0 => ctx.timer(Duration::from_secs(pauses[(page / 100 % 6) as usize])).await,
            _ => {}
        }
    }
    debug_assert!(total >= pages, "a page has at least one byte");
    Ok(total)
}
