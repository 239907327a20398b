// good: pages are fetched by continuation token
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
    active: bool,
}

#[activity]
async fn users_page(token: Option<String>) -> Result<Page<User>> {
    let next = token.is_none().then(|| "2".to_owned());
    Ok(Page { items: vec![User { name: "ada".to_owned(), active: true }], next })
}

#[activity]
async fn export(users: Vec<User>) -> Result<usize> {
    Ok(users.len())
}

#[orchestrator]
async fn export_users(ctx: &Context) -> Result<usize> {
    let mut token = None;
    let mut active: Vec<User> = Vec::new();
    let pages = loop {
        let Page { items, next } = ctx.call(users_page(token.take())).await?;
        active.extend(items.into_iter().filter(|user| user.active));
        match next {
            Some(next) if active.len() < 10_000 => token = Some(next),
            Some(_) => return Err(Error::fatal("too many users")),
            None => break active.len() / 100 + 1,
        }
    };
    active.dedup();
    tracing::info!(pages, "exporting");
    let exported = ctx.call(export(active)).await?;
    Ok(exported)
}
