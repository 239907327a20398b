// a HashMap as the index of a struct, looked up by a method
use durable::prelude::*;
use std::collections::HashMap;

struct Catalogue {
    articles: Vec<(String, u64)>,
    index: HashMap<String, usize>,
}

impl Catalogue {
    fn new(articles: Vec<(String, u64)>) -> Self {
        let index = articles.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        Self { articles, index }
    }

    fn price(&self, name: &str) -> Option<u64> {
        self.index.get(name).map(|&at| self.articles[at].1)
    }

    fn iter(&self) -> impl Iterator<Item = &(String, u64)> {
        self.articles.iter()
    }
}

#[orchestrator]
async fn quote(ctx: &Context, articles: Vec<(String, u64)>, wanted: String) -> Result<u64> {
    let catalogue = Catalogue::new(articles);
    for (name, price) in catalogue.iter() {
        tracing::debug!(%name, price);
    }
    ctx.set_status(&wanted);
    catalogue.price(&wanted).ok_or_else(|| Error::new("unknown article"))
}
