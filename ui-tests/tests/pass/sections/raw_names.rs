use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct r#Type {
    r#type: i64,
}

#[entity]
impl r#Type {
    fn r#type(&self) -> i64 {
        self.r#type
    }

    fn r#move(&mut self, r#type: i64) {
        self.r#type = r#type;
    }

    #[fallback]
    fn r#else(&mut self, r#fn: String, r#in: i64) {
        self.r#type = r#in + r#fn.len() as i64;
    }
}

#[orchestrator]
pub async fn r#match(ctx: &mut Context) -> Result<i64> {
    let (mut r#ref, _section) = ctx.lock(r#Type::at("a")).await?;
    r#ref.r#move(5).await?;
    r#ref.r#type().await
}
