// good: the types have impure methods, which only activities call
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Document {
    id: Uuid,
    title: String,
    created_unix: u64,
}

impl Document {
    /// For activities.
    fn create(title: &str) -> Self {
        let created_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { id: Uuid::new_v4(), title: title.to_owned(), created_unix }
    }

    /// For activities.
    fn age_now(&self) -> u64 {
        Self::create("now").created_unix.saturating_sub(self.created_unix)
    }

    fn age_at(&self, time: Timestamp) -> u64 {
        u64::try_from(time.as_micros() / 1_000_000).unwrap_or(0).saturating_sub(self.created_unix)
    }

    fn slug(&self) -> String {
        self.title.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
    }
}

struct Stopwatch(Instant);

impl Default for Stopwatch {
    fn default() -> Self {
        Self(Instant::now())
    }
}

#[activity]
async fn create(title: String) -> Result<Document> {
    let watch = Stopwatch::default();
    let document = Document::create(&title);
    tracing::debug!("{} s old after {:?}", document.age_now(), watch.0.elapsed());
    Ok(document)
}

#[activity]
async fn publish(slug: String) -> Result<()> {
    tracing::info!("{slug} is out");
    Ok(())
}

#[orchestrator]
async fn write(ctx: &Context, title: String) -> Result<u64> {
    let document = ctx.call(create(title)).await?;
    ctx.call(publish(document.slug())).await?;
    Ok(document.age_at(ctx.now()))
}
