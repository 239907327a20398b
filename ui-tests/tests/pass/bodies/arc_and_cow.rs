// Arc and Cow as plain values
use durable::prelude::*;
use std::{borrow::Cow, sync::Arc};

#[activity]
async fn send(text: String) -> Result<()> {
    tracing::info!(%text);
    Ok(())
}

#[orchestrator]
async fn broadcast(ctx: &Context, text: String, receivers: Vec<String>) -> Result<()> {
    let text: Cow<'_, str> = if text.ends_with('.') { Cow::Borrowed(&text) } else { Cow::Owned(format!("{text}.")) };
    let shared: Arc<str> = Arc::from(&*text);
    let calls = receivers.into_iter().map(|receiver| {
        let shared = Arc::clone(&shared);
        ctx.call(send(format!("{receiver}: {shared}")))
    });
    durable::try_join_all(calls).await?;
    Ok(())
}
