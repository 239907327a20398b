//! Compares what happened with what was promised.

use std::collections::{BTreeMap, BTreeSet};

use durable::EntityId;

use super::{
    facts::Facts,
    ledger::{Entry, expected},
    program::{Done, Inner, Locking, Op, OpId, Outcome, Plan, Stored},
};

pub fn check(plan: &Plan, facts: &Facts) {
    let checker = Checker::new(plan, facts);
    checker.every_change_follows_from_the_one_before();
    checker.each_operation_is_performed_once_and_only_if_it_was_sent();
    checker.results_are_those_of_the_ledger();
    checker.nothing_comes_too_early();
    checker.each_sender_is_served_in_order();
    checker.what_was_over_stands_before_what_began_later();
    for locking in plan.lockings() {
        checker.nobody_comes_into_a_section(locking);
        checker.a_section_sees_its_own_changes_only(locking);
        checker.a_transfer_is_done_wholly_or_not_at_all(locking);
    }
    checker.sections_have_one_order();
}

/// A stretch of the order of what happened to one entity: even numbers are changes, odd ones lie between them.
type Stretch = (usize, usize);

/// What the client was told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Accepted,
    Answered,
    Look,
}

struct Checker<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    ops: BTreeMap<OpId, &'a Op>,
    /// The changes of each entity, in order.
    changes: BTreeMap<&'a EntityId, Vec<&'a Entry>>,
    /// Where each change stands among all, and among those of its entity.
    places: BTreeMap<OpId, (usize, usize)>,
}

impl<'a> Checker<'a> {
    fn new(plan: &'a Plan, facts: &'a Facts) -> Self {
        let mut changes = BTreeMap::<_, Vec<_>>::new();
        let mut places = BTreeMap::new();
        for (at, entry) in facts.entries.iter().enumerate() {
            let of_entity = changes.entry(&entry.entity).or_default();
            places.insert(entry.op, (at, of_entity.len()));
            of_entity.push(entry);
        }
        Self { plan, facts, ops: plan.ops().map(|op| (op.id, op)).collect(), changes, places }
    }

    fn entry(&self, op: OpId) -> Option<&'a Entry> {
        self.places.get(&op).map(|(at, _)| &self.facts.entries[*at])
    }

    fn outcome(&self, op: OpId) -> Outcome {
        self.facts.outcomes.get(&op).copied().unwrap_or(Outcome::Sent)
    }

    fn every_change_follows_from_the_one_before(&self) {
        for id in &self.plan.entities {
            let mut state = None;
            for entry in self.changes.get(id).into_iter().flatten() {
                let op = self.ops[&entry.op];
                assert_eq!(op.to, *id, "{entry:?} is on a wrong entity");
                assert_eq!(entry.done, Done { before: state, after: expected(state, op) }, "{entry:?} of {op:?}");
                state = entry.done.after;
            }
            assert_eq!(self.facts.states[id], state, "the state of {id} at the end");
        }
    }

    fn each_operation_is_performed_once_and_only_if_it_was_sent(&self) {
        let Facts { sent, maybe_sent, .. } = self.facts;
        for entry in &self.facts.entries {
            assert!(sent.contains(&entry.op) || maybe_sent.contains(&entry.op), "{entry:?} was never sent");
        }
        for op in sent.iter().map(|op| self.ops[op]) {
            assert!(!op.always_changes() || self.places.contains_key(&op.id), "{op:?} is lost");
        }
    }

    fn results_are_those_of_the_ledger(&self) {
        for (op, outcome) in &self.facts.outcomes {
            match (outcome, self.entry(*op)) {
                (Outcome::Done(done), Some(entry)) => assert_eq!(*done, entry.done, "the result of {entry:?}"),
                (Outcome::Done(done), None) => assert_eq!(done.before, done.after, "{op} is not in the ledger"),
                (Outcome::Failed(_), entry) => assert!(entry.is_none(), "{entry:?} has failed"),
                (Outcome::Sent | Outcome::TimedOut, _) => {}
            }
        }
    }

    fn nothing_comes_too_early(&self) {
        for (op, due) in &self.facts.due {
            let at = self.entry(*op).map_or(*due, |entry| entry.at);
            assert!(at >= *due, "{op} was due at {due} and performed at {at}");
        }
    }

    fn each_sender_is_served_in_order(&self) {
        for sequence in &self.facts.sequences {
            let mut latest = BTreeMap::new();
            for op in sequence.iter().map(|op| self.ops[op]) {
                let Some((from, to)) = self.stretch_of(op) else { continue };
                let (earliest, before) = latest.entry(&op.to).or_insert((from, op.id));
                assert!(*earliest <= to, "{before} was sent to {} before {}, and comes after it", op.to, op.id);
                if from > *earliest {
                    (*earliest, *before) = (from, op.id);
                }
            }
        }
    }

    /// An operation that was only accepted stands before later operations, but a look need not see it.
    fn what_was_over_stands_before_what_began_later(&self) {
        let of_ops = self.facts.spans.iter().filter_map(|(op, span)| {
            let (op, rank) = (self.ops[op], if self.is_answered(*op) { Rank::Answered } else { Rank::Accepted });
            Some((&op.to, self.stretch_of(op)?, span, rank, format!("{op:?}")))
        });
        let peeks = self.facts.peeks.iter().map(|(id, stored, span)| {
            (id, self.stretch_after(id, *stored), span, Rank::Look, format!("a look at {id}: {stored:?}"))
        });
        let all: Vec<_> = of_ops.chain(peeks).collect();
        for (id, (from, _), first, rank, what) in &all {
            let later = all.iter().filter(|(of, _, span, ..)| of == id && span.begun > first.ended);
            for (_, (_, to), _, _, later) in later.filter(|later| (*rank, later.3) != (Rank::Accepted, Rank::Look)) {
                assert!(from <= to, "{what} was over before {later} began, and comes after it");
            }
        }
    }

    fn is_answered(&self, op: OpId) -> bool {
        matches!(self.outcome(op), Outcome::Done(_) | Outcome::Failed(_))
    }

    /// Where an operation stands, if that is known.
    fn stretch_of(&self, op: &Op) -> Option<Stretch> {
        if let Some((_, place)) = self.places.get(&op.id) {
            return Some((2 * place + 1, 2 * place + 1));
        }
        match self.outcome(op.id) {
            Outcome::Done(Done { before, .. }) | Outcome::Failed(before) => Some(self.stretch_after(&op.to, before)),
            Outcome::Sent | Outcome::TimedOut => None,
        }
    }

    /// Where an entity had that state.
    fn stretch_after(&self, id: &EntityId, state: Option<Stored>) -> Stretch {
        let changes = self.changes.get(id).map(Vec::as_slice).unwrap_or_default();
        let Some(stored) = state else {
            let removed = changes.iter().rposition(|entry| entry.done.after.is_none());
            return (0, removed.map_or(0, |place| 2 * place + 2));
        };
        let place = changes.iter().position(|entry| entry.op == stored.last);
        let place = place.unwrap_or_else(|| panic!("{id} was seen as {stored:?}, which it never was"));
        assert_eq!(changes[place].done.after, Some(stored), "{id} was seen in a state that it never had");
        (2 * place + 2, 2 * place + 2)
    }

    fn inside(locking: &Locking) -> impl Iterator<Item = &Op> {
        locking.steps.iter().flat_map(Inner::inside)
    }

    fn nobody_comes_into_a_section(&self, locking: &Locking) {
        let own: BTreeSet<_> = Self::inside(locking).map(|op| op.id).collect();
        let places = |awaited: bool| {
            let ops = Self::inside(locking).filter(move |op| !awaited || self.is_answered(op.id));
            ops.filter_map(|op| Some((op, *self.places.get(&op.id)?)))
        };
        // From the first operation to the last one that was waited for, all entities were held.
        let (first, last) = (places(false).map(|(_, (at, _))| at).min(), places(true).map(|(_, (at, _))| at).max());
        if let (Some(first), Some(last)) = (first, last) {
            for entry in self.facts.entries.get(first..=last).into_iter().flatten() {
                let held = locking.set.contains(&entry.entity);
                assert!(!held || own.contains(&entry.op), "{entry:?} came into the section with {own:?}");
            }
        }
        for id in &locking.set {
            let places: Vec<_> = places(false).filter(|(op, _)| op.to == *id).map(|(_, (_, place))| place).collect();
            let (Some(first), Some(last)) = (places.iter().min(), places.iter().max()) else { continue };
            for entry in &self.changes[id][*first..=*last] {
                assert!(own.contains(&entry.op), "{entry:?} came between the operations {own:?} of a section");
            }
        }
    }

    fn a_section_sees_its_own_changes_only(&self, locking: &Locking) {
        let mut states = BTreeMap::<_, Option<Stored>>::new();
        for op in Self::inside(locking) {
            let (before, after) = match (self.outcome(op.id), self.entry(op.id)) {
                (_, Some(entry)) => (entry.done.before, entry.done.after),
                (Outcome::Done(done), None) => (done.before, done.after),
                (Outcome::Failed(before), None) => (before, before),
                (Outcome::Sent | Outcome::TimedOut, None) => continue,
            };
            if let Some(known) = states.insert(&op.to, after) {
                assert_eq!(before, known, "{op:?} sees what the section has not done: {locking:#?}");
            }
        }
    }

    fn a_transfer_is_done_wholly_or_not_at_all(&self, locking: &Locking) {
        for step in &locking.steps {
            if let Inner::Transfer((_, take), (_, give)) = step {
                let done = |op: &Op| self.places.contains_key(&op.id);
                assert_eq!(done(take), done(give), "half of a transfer: {take:?}, {give:?}");
            }
        }
    }

    /// A section that comes before another one on one entity does so on all.
    fn sections_have_one_order(&self) {
        let mut firsts = Vec::new();
        for locking in self.plan.lockings() {
            let mut first = BTreeMap::new();
            for op in Self::inside(locking) {
                if let Some((_, place)) = self.places.get(&op.id) {
                    first.entry(&op.to).or_insert(*place);
                }
            }
            firsts.push(first);
        }
        for (n, a) in firsts.iter().enumerate() {
            for b in &firsts[n + 1..] {
                let orders: BTreeSet<_> = a.iter().filter_map(|(id, a)| Some(a < b.get(id)?)).collect();
                assert!(orders.len() < 2, "two sections are in different orders: {a:?}, {b:?}");
            }
        }
    }
}
