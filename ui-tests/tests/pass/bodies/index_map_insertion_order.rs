// good: an IndexMap keeps the order of insertion
use durable::prelude::*;
use indexmap::{IndexMap, IndexSet};

#[activity]
async fn translate(word: String) -> Result<String> {
    Ok(word.chars().rev().collect())
}

#[orchestrator]
async fn dictionary(ctx: &Context, text: String) -> Result<Vec<(String, String)>> {
    let words: IndexSet<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut dictionary: IndexMap<String, String> = IndexMap::new();
    for word in &words {
        if word.len() < 3 || dictionary.contains_key(word) {
            continue;
        }
        let translated = ctx.call(translate(word.clone())).await?;
        dictionary.insert(word.clone(), translated);
    }
    if let Some((index, key, _)) = dictionary.get_full("hello") {
        tracing::info!(index, key, "a greeting");
    }
    let first = dictionary.first().map(|(word, _)| word.clone());
    ctx.set_status(&first);
    dictionary.sort_by(|a, _, b, _| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Ok(dictionary.into_iter().collect())
}
