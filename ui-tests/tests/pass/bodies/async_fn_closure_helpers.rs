// good: marked async helpers that take async closures
use std::time::Duration;

use durable::prelude::*;

#[deterministic]
async fn with_attempts<T>(ctx: &Context, attempts: u32, operation: impl AsyncFn(u32) -> Result<T>) -> Result<T> {
    let mut attempt = 1;
    loop {
        match operation(attempt).await {
            Ok(value) => return Ok(value),
            Err(error) if attempt >= attempts || !error.is_retryable() => return Err(error),
            Err(error) => {
                tracing::warn!(attempt, %error, "again");
                ctx.timer(Duration::from_secs(u64::from(attempt) * 2)).await;
                attempt += 1;
            }
        }
    }
}

#[deterministic]
async fn for_each<I, F>(items: I, mut action: F) -> Result<usize>
where
    I: IntoIterator,
    F: AsyncFnMut(usize, I::Item) -> Result<()>,
{
    let mut count = 0;
    for item in items {
        action(count, item).await?;
        count += 1;
    }
    Ok(count)
}

#[activity]
async fn upload(name: String, attempt: u32) -> Result<String> {
    Ok(format!("{name}#{attempt}"))
}

#[activity]
async fn index(position: usize, url: String) -> Result<()> {
    tracing::info!(position, "{url}");
    Ok(())
}

#[orchestrator]
async fn publish(ctx: &Context, names: Vec<String>) -> Result<usize> {
    let mut urls = Vec::new();
    for name in &names {
        let url = with_attempts(ctx, 4, async |attempt| ctx.call(upload(name.clone(), attempt)).await).await?;
        urls.push(url);
    }
    for_each(urls, async |position, url| ctx.call(index(position, url)).await).await
}
