//! How large payloads may be to be shown among other things.

use super::{query::Query, refusal::Refusal};
use crate::model::Payload;

/// Payloads that are longer are left out, and their size is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    bytes: usize,
}

impl Limit {
    /// Everything is shown.
    pub(super) const NONE: Self = Self { bytes: usize::MAX };

    /// What the parameter `payloadLimit` says.
    pub(super) fn asked(query: &Query) -> Result<Self, Refusal> {
        Ok(query.number("payloadlimit")?.map_or(Self::NONE, |bytes| Self { bytes }))
    }

    /// How many bytes it has, if that is too much.
    pub(super) fn exceeded_by(self, json: &str) -> Option<usize> {
        Some(json.len()).filter(|bytes| *bytes > self.bytes)
    }

    /// Takes a payload away that is too long, and gives how many bytes it has.
    pub(super) fn take(self, payload: &mut Option<Payload>) -> Option<usize> {
        let bytes = self.exceeded_by(payload.as_ref()?.as_json())?;
        *payload = None;
        Some(bytes)
    }
}
