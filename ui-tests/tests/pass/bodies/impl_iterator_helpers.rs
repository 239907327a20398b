// good: marked helpers that return iterators, slices and references
use durable::prelude::*;

#[deterministic]
fn words<'a>(text: &'a str, longer_than: usize) -> impl Iterator<Item = &'a str> + Clone {
    text.split(|c: char| !c.is_alphanumeric()).filter(move |word| word.len() > longer_than)
}

#[deterministic]
fn countdown(from: u32) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
    (0..from).rev()
}

#[deterministic]
fn strided<T>(items: &[T], stride: usize) -> Box<dyn Iterator<Item = (usize, &T)> + '_> {
    if stride < 2 {
        return Box::new(items.iter().enumerate());
    }
    Box::new(items.iter().enumerate().step_by(stride))
}

#[deterministic]
fn longest<'a>(words: impl IntoIterator<Item = &'a str>) -> &'a str {
    words.into_iter().max_by_key(|word| word.chars().count()).unwrap_or("")
}

#[activity]
async fn define(word: String) -> Result<String> {
    Ok(format!("{word}: a word"))
}

#[orchestrator]
async fn glossary(ctx: &Context, text: String, stride: usize) -> Result<Vec<String>> {
    let found = words(&text, 3);
    let count = found.clone().count();
    let all: Vec<&str> = found.collect();
    let mut entries = vec![format!("{} of {count}", longest(all.iter().copied()))];
    for (index, word) in strided(&all, stride) {
        if index > 100 {
            break;
        }
        entries.push(ctx.call(define((*word).to_owned())).await?);
    }
    entries.extend(countdown(3).rev().map(|n| format!("footnote {n}")));
    Ok(entries)
}
