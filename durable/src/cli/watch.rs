//! Waiting for something to change: told by whoever answers, or by looking again.

use std::time::Duration;

use serde_json::Value;

use super::{
    backend::{Backend, Chunks},
    failed::Failed,
};

/// How often to look where nobody tells.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How often to look all the same: connections can break off without a word.
const LOOK_ANYHOW: Duration = Duration::from_secs(2);

/// Tells when something has changed since it was opened.
pub(super) struct Watch {
    chunks: Option<Chunks>,
    unread: String,
}

impl Watch {
    /// To be opened before one looks, so that nothing is missed in between.
    pub(super) async fn open(backend: &Backend) -> Result<Self, Failed> {
        Ok(Self { chunks: backend.changes().await?, unread: String::new() })
    }

    /// Waits until one of these instances may have changed; until anything has, if none is named.
    pub(super) async fn changed(&mut self, ids: &[String]) {
        drop(tokio::time::timeout(LOOK_ANYHOW, self.told(ids)).await);
    }

    async fn told(&mut self, ids: &[String]) {
        while let Some(chunks) = &mut self.chunks {
            while let Some(end) = self.unread.find("\n\n") {
                let event: String = self.unread.drain(..end + 2).collect();
                if concerns(&event, ids) {
                    return;
                }
            }
            match chunks.next().await {
                Some(piece) => self.unread.push_str(&String::from_utf8_lossy(&piece)),
                None => self.chunks = None,
            }
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Whether a server-sent event is about one of these instances.
fn concerns(event: &str, ids: &[String]) -> bool {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
    let Some(data) = field("data: ") else { return false };
    if ids.is_empty() || field("event: ") == Some("missed") {
        return true;
    }
    let data: Value = serde_json::from_str(data).unwrap_or_default();
    data.get("instanceId").and_then(Value::as_str).is_some_and(|id| ids.iter().any(|wanted| wanted == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_waited_for_is_told() {
        let event = "id: 7\nevent: instance\ndata: {\"instanceId\":\"a\",\"runtimeStatus\":\"Running\"}";
        assert!(concerns(event, &["b".to_owned(), "a".to_owned()]) && concerns(event, &[]));
        assert!(!concerns(event, &["b".to_owned()]) && !concerns(":", &[]));
        assert!(concerns("id: 8\nevent: missed\ndata: {}", &["b".to_owned()]));
    }
}
