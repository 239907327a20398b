// good: marked generic helpers with trait bounds and where clauses
use std::{collections::BTreeMap, fmt::Display, hash::Hash};

use durable::prelude::*;

#[deterministic]
fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
    let (first, rest) = items.split_first()?;
    Some(rest.iter().fold(*first, |best, item| if *item > best { *item } else { best }))
}

#[deterministic]
fn group_by<K, V, I, F>(items: I, key: F) -> BTreeMap<K, Vec<V>>
where
    K: Ord,
    I: IntoIterator<Item = V>,
    F: Fn(&V) -> K,
{
    let mut groups = BTreeMap::new();
    for item in items {
        groups.entry(key(&item)).or_insert_with(Vec::new).push(item);
    }
    groups
}

#[deterministic]
fn joined<T>(items: &[T], separator: &str) -> String
where
    T: Display,
{
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}

#[deterministic]
fn without_repeats<T: Hash + Eq + Clone>(items: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.clone())).collect()
}

#[activity]
async fn handle(length: usize, names: Vec<String>) -> Result<usize> {
    Ok(length * names.len())
}

#[orchestrator]
async fn by_length(ctx: &Context, names: Vec<String>) -> Result<String> {
    let names = without_repeats(names);
    let mut products = Vec::new();
    for (length, group) in group_by(names, |name| name.len()) {
        products.push(ctx.call(handle(length, group)).await?);
    }
    let best = largest(&products).unwrap_or(0);
    Ok(format!("{} (largest {best})", joined(&products, "+")))
}
