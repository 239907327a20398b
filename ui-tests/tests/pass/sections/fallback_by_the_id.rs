use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Document {
    title: String,
}

#[entity]
impl Document {
    #[fallback]
    fn any(&mut self, operation: String, input: String) -> String {
        std::mem::replace(&mut self.title, operation + &input)
    }
}

#[orchestrator]
pub async fn rename(ctx: &mut Context, title: String) -> Result<String> {
    let (mut document, _section) = ctx.lock(Document::at("a").id()?).await?;
    document.call("rename", &title).await
}
