#![allow(unused)]
// bad: a marked helper two modules down reads Utc::now
use durable::prelude::*;

mod infra {
    pub mod clock {
        use chrono::{SecondsFormat, Utc};
        use durable::prelude::*;

        #[deterministic]
        pub fn stamp() -> String {
            Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
        }
    }

    pub mod naming {
        use durable::prelude::*;

        use super::clock;

        #[deterministic]
        pub fn object_key(prefix: &str, name: &str) -> String {
            format!("{}/{}-{}", prefix.trim_end_matches('/'), clock::stamp(), name)
        }
    }
}

#[activity]
async fn upload(key: String, content: String) -> Result<usize> {
    tracing::info!("{key}");
    Ok(content.len())
}

#[orchestrator]
async fn back_up(ctx: &Context, files: Vec<(String, String)>) -> Result<usize> {
    let mut bytes = 0;
    for (name, content) in files {
        let key = infra::naming::object_key("backups/", &name);
        bytes += ctx.call(upload(key, content)).await?;
    }
    Ok(bytes)
}

fn main() {}
