//! The history of an instance as it grows: read page by page, and from the beginning when it begins anew.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Desk, failed::Failed, request::Request};

/// Where one is in the history of an instance.
#[derive(Debug)]
pub(super) struct Follow<'a> {
    id: &'a str,
    after: Option<u64>,
    generation: Option<u64>,
    /// Payloads with more bytes are left out.
    payload_limit: Option<u64>,
}

/// New events.
#[derive(Debug)]
pub(super) struct News {
    pub(super) events: Vec<Box<RawValue>>,
    /// Whether they are of another generation than those before.
    pub(super) begins_anew: bool,
}

#[derive(Deserialize)]
struct Page {
    generation: u64,
    next: Option<u64>,
    events: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Place {
    sequence: u64,
}

impl<'a> Follow<'a> {
    pub(super) fn new(id: &'a str, payload_limit: Option<u64>) -> Self {
        Self { id, after: None, generation: None, payload_limit }
    }

    /// All events that have come since the last call.
    pub(super) async fn news(&mut self, desk: &Desk) -> Result<News, Failed> {
        let mut news = News { events: Vec::new(), begins_anew: false };
        loop {
            let number = |number: Option<u64>| number.map(|number| number.to_string());
            let request = Request::get(["instances", self.id, "history"])
                .query_some("after", number(self.after).as_deref())
                .query_some("generation", number(self.generation).as_deref())
                .query_some("payloadLimit", number(self.payload_limit).as_deref());
            let answer = desk.backend.ask(request).await?;
            let Page { generation, next, events } = answer.parse()?;
            if self.generation.is_some_and(|known| known != generation) {
                news = News { events: Vec::new(), begins_anew: true };
            }
            self.generation = Some(generation);
            if let Some(last) = events.last() {
                self.after = serde_json::from_str::<Place>(last.get()).ok().map(|place| place.sequence);
            } else if news.begins_anew {
                self.after = None;
            }
            news.events.extend(events);
            if next.is_none() {
                return Ok(news);
            }
        }
    }
}
