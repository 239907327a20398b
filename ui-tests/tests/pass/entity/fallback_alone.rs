use durable::Payload;
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Document {
    fields: BTreeMap<String, Payload>,
}

#[entity]
impl Document {
    /// Keeps whatever it is told.
    #[fallback]
    fn any(&mut self, operation: String, input: Payload) -> Result<Payload> {
        Ok(self.fields.insert(operation, input).unwrap_or_default())
    }
}

#[orchestrator]
pub async fn caller(ctx: &mut Context) -> Result<u64> {
    let title: String = ctx.call(Document::at("a").operation("title", "A story")).await?;
    ctx.signal(Document::at("a").delete());
    let (mut document, _section) = ctx.lock(Document::at("a")).await?;
    document.delete().await?;
    Ok(title.len() as u64)
}

/// All.
pub const ALL: Registry = registry![Document, caller];
