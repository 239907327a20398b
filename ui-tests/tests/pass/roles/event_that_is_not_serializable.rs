use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    Yes,
    No { why: String },
}

#[orchestrator]
pub async fn ask(ctx: &Context) -> Result<String> {
    match ctx.event::<Answer>("answer").await? {
        Answer::Yes => Ok("yes".to_owned()),
        Answer::No { why } => Ok(why),
    }
}
