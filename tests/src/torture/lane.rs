//! Counters with what they may hold.

use std::collections::BTreeSet;

use super::instance::Fate;

/// A counter with all that it was sent.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) key: &'static str,
    /// The command, and the operation.
    pub(super) verb: (&'static str, &'static str),
    /// Whether the operations are to be performed later, and so in any order.
    pub(super) delayed: bool,
    /// The tokens are their places.
    pub(super) tokens: Vec<Fate>,
}

impl Lane {
    pub(super) fn all() -> Vec<Self> {
        let lane = |key, verb, operation, delayed| Self { key, verb: (verb, operation), delayed, tokens: Vec::new() };
        vec![
            lane("plain-0", "signal", "add", false),
            lane("plain-1", "signal", "add", false),
            lane("slow", "signal", "add_slowly", false),
            lane("later", "signal", "add", true),
            lane("relay", "signal", "relay", false),
            lane("launch", "signal", "launch", false),
            lane("refuse", "signal", "refuse", false),
            lane("called", "call", "add", false),
            lane("called-slowly", "call", "add_slowly", false),
        ]
    }

    /// What is wrong with what the counter holds.
    pub(super) fn flaws(&self, held: &[String]) -> Vec<String> {
        let (key, mut flaws) = (self.key, Vec::new());
        if self.verb.1 == "refuse" {
            return if held.is_empty() { flaws } else { vec![format!("`{key}` kept what failed: {held:?}")] };
        }
        let numbers: Vec<usize> = held.iter().filter_map(|token| token.parse().ok()).collect();
        let distinct: BTreeSet<_> = numbers.iter().copied().collect();
        if distinct.len() != held.len() {
            flaws.push(format!("`{key}` performed operations twice: {held:?}"));
        }
        if !self.delayed && !numbers.is_sorted() {
            flaws.push(format!("`{key}` performed operations out of order: {held:?}"));
        }
        for (token, fate) in self.tokens.iter().enumerate() {
            match (fate, distinct.contains(&token)) {
                (Fate::Acknowledged, false) => flaws.push(format!("`{key}` lost the acknowledged operation {token}")),
                (Fate::Refused, true) => flaws.push(format!("`{key}` performed the refused operation {token}")),
                _ => {}
            }
        }
        if distinct.last().is_some_and(|last| *last >= self.tokens.len()) {
            flaws.push(format!("`{key}` performed operations that nobody asked for: {held:?}"));
        }
        flaws
    }
}
