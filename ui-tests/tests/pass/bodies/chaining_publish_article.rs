// good: function chaining, the output of each activity is the input of the next
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Draft {
    title: String,
    body: String,
    language: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Published {
    url: String,
    words: usize,
}

#[activity]
async fn fetch_draft(id: u64) -> Result<Draft> {
    Ok(Draft { title: format!("Draft {id}"), body: "one two three".to_owned(), language: "en".to_owned() })
}

#[activity]
async fn proofread(draft: Draft) -> Result<Draft> {
    Ok(Draft { body: draft.body.trim().to_owned(), ..draft })
}

#[activity]
async fn publish(draft: Draft) -> Result<Published> {
    Ok(Published { words: draft.body.split(' ').count(), url: format!("https://blog.example/{}", draft.title) })
}

#[orchestrator]
async fn publish_article(ctx: &Context, id: u64) -> Result<Published> {
    let draft = ctx.call(fetch_draft(id)).await?;
    let original = draft.clone();
    let draft = ctx.call(proofread(draft)).retry(Retry::fixed(3, Duration::from_secs(10))).await?;
    if draft == original {
        tracing::info!(id, "nothing to correct");
    }
    let published = ctx.call(publish(draft)).timeout(Duration::from_secs(60)).await?;
    ctx.set_status(&published.url);
    Ok(published)
}
