//! Which rules a store has broken.

use std::fmt;

use super::Rule;
use crate::model::Failure;

/// The result of all rules.
#[derive(Debug, Clone, Default)]
pub struct Report {
    checked: usize,
    violations: Vec<Violation>,
}

/// A rule that a store has broken.
#[derive(Debug, Clone)]
pub struct Violation {
    rule: Rule,
    failure: Failure,
}

impl Report {
    pub(super) fn note(&mut self, rule: &Rule, checked: Result<(), Failure>) {
        self.checked += 1;
        if let Err(failure) = checked {
            self.violations.push(Violation { rule: *rule, failure });
        }
    }

    /// Whether no rule is broken.
    pub fn is_conformant(&self) -> bool {
        self.violations.is_empty()
    }

    /// How many rules were checked.
    pub fn checked(&self) -> usize {
        self.checked
    }

    /// The rules that are broken.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl Violation {
    /// What the rule is about, in a word: `history`, `locks`, ..
    pub fn group(&self) -> &'static str {
        self.rule.group
    }

    /// The rule, as a sentence with underscores: the name of the function that checks it.
    pub fn rule(&self) -> &'static str {
        self.rule.name
    }

    /// What the store did instead, with the place in the check.
    pub fn found(&self) -> &Failure {
        &self.failure
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_conformant() {
            return write!(f, "the store keeps all {} rules", self.checked);
        }
        write!(f, "the store breaks {} of {} rules:", self.violations.len(), self.checked)?;
        self.violations.iter().try_for_each(|violation| write!(f, "\n\n{violation}"))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.group(), self.rule().replace('_', " "))?;
        for line in self.failure.message.lines() {
            writeln!(f, "    {line}")?;
        }
        let place = self.failure.location.as_deref().unwrap_or("somewhere in the store");
        write!(f, "    (checked at {place})")
    }
}
