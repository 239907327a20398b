// generic structs with bounds, PhantomData-free, and associated types
use durable::prelude::*;
use std::{collections::BTreeMap, fmt::Debug, hash::Hash};

trait Keyed {
    type Key: Ord + Hash + Debug + Clone;

    fn key(&self) -> Self::Key;
}

#[derive(Debug, Clone)]
struct Article {
    sku: String,
    cents: u64,
}

impl Keyed for Article {
    type Key = String;

    fn key(&self) -> String {
        self.sku.clone()
    }
}

struct Repository<T: Keyed> {
    items: BTreeMap<T::Key, T>,
}

impl<T: Keyed + Clone> Repository<T> {
    fn new() -> Self {
        Self { items: BTreeMap::new() }
    }

    fn insert(&mut self, item: T) -> Option<T> {
        self.items.insert(item.key(), item)
    }

    fn find<F>(&self, mut wanted: F) -> Vec<&T>
    where
        F: FnMut(&T) -> bool,
    {
        self.items.values().filter(|item| wanted(item)).collect()
    }
}

#[orchestrator]
async fn cheap(ctx: &Context, articles: Vec<(String, u64)>) -> Result<Vec<String>> {
    ctx.set_status("searching");
    let mut repository = Repository::<Article>::new();
    let replaced = articles.into_iter().filter_map(|(sku, cents)| repository.insert(Article { sku, cents })).count();
    tracing::debug!(replaced);
    Ok(repository.find(|article| article.cents < 500).into_iter().map(Keyed::key).collect())
}
