// JSON text into the user's types and back
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Message {
    Created { id: u64 },
    Renamed { id: u64, name: String },
    #[serde(other)]
    Unknown,
}

#[activity]
async fn fetch() -> Result<String> {
    Ok(r#"[{"kind":"created","id":1}]"#.to_owned())
}

#[orchestrator]
async fn replay(ctx: &Context) -> Result<String> {
    let messages: Vec<Message> = serde_json::from_str(&ctx.call(fetch()).await?)?;
    let known: Vec<_> = messages.into_iter().filter(|message| !matches!(message, Message::Unknown)).collect();
    for message in &known {
        match message {
            Message::Created { id } => tracing::info!(id, "created"),
            Message::Renamed { id, name } => tracing::info!(id, %name, "renamed"),
            Message::Unknown => unreachable!("filtered above"),
        }
    }
    Ok(serde_json::to_string_pretty(&known)?)
}
