// counted in a HashMap, collected, and sorted at once by a total order
use durable::prelude::*;
use std::{cmp::Reverse, collections::HashMap};

#[orchestrator]
async fn top_words(ctx: &Context, text: String) -> Result<Vec<(String, u32)>> {
    ctx.set_status("counting");
    let mut counts = HashMap::<&str, u32>::new();
    text.split(' ').for_each(|word| *counts.entry(word).or_insert(0) += 1);
    let mut ranking: Vec<(&str, u32)> = counts.into_iter().collect();
    ranking.sort_by_key(|&(word, count)| (Reverse(count), word));
    Ok(ranking.into_iter().take(3).map(|(word, count)| (word.to_owned(), count)).collect())
}
