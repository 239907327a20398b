//! What is known after a run: from the store, from the ledger, and from what the client was told.

use std::collections::{BTreeMap, BTreeSet};

use durable::{
    EntityId, Status, Timestamp,
    model::{Event, TaskId},
    store::{Catalog, EntityFilter, InstanceDetails, Store},
};

use super::{
    code,
    driver::Driver,
    ledger::{Entry, lock},
    log::Span,
    program::{Done, Note, Op, OpId, Outcome, Plan, Program, Step, Stored, instance_id},
};

#[derive(Debug)]
pub struct Facts {
    /// What changed an entity, in order.
    pub entries: Vec<Entry>,
    /// The operations that were sent for sure, and those that may have been.
    pub sent: BTreeSet<OpId>,
    pub maybe_sent: BTreeSet<OpId>,
    pub outcomes: BTreeMap<OpId, Outcome>,
    /// When operations that were sent for later were due.
    pub due: BTreeMap<OpId, Timestamp>,
    /// What one sender sent in this order.
    pub sequences: Vec<Vec<OpId>>,
    pub spans: Vec<(OpId, Span)>,
    pub peeks: Vec<(EntityId, Option<Stored>, Span)>,
    /// The states at the end.
    pub states: BTreeMap<EntityId, Option<Stored>>,
}

impl Facts {
    pub fn collect(plan: &Plan, driver: &Driver<'_>) -> Self {
        let ledger = lock(&driver.ledger);
        assert!(ledger.doubled().is_empty(), "performed twice: {:?}", ledger.doubled());
        let entries = ledger.entries();
        let catalog = driver.facts.catalog();
        let left =
            catalog.entities(&EntityFilter { with_transient: true, ..EntityFilter::default() }, None, 100).unwrap();
        for record in &left {
            assert_eq!((&record.locked_by, &record.parked), (&None, &None), "{} at the end", record.id);
        }
        let state = |id: &EntityId| left.iter().find(|record| record.id == *id)?.state.clone();
        let states =
            plan.entities.iter().map(|id| (id.clone(), state(id).map(|state| code::stored(id, &state)))).collect();
        let mut facts = Self {
            entries,
            sent: BTreeSet::new(),
            maybe_sent: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            due: BTreeMap::new(),
            sequences: Vec::new(),
            spans: Vec::new(),
            peeks: lock(&driver.log).peeks.clone(),
            states,
        };
        facts.add_client(driver);
        facts.add_children(plan);
        for (n, program) in plan.programs.iter().enumerate() {
            facts.add_instance(n, program, driver, catalog.as_ref());
        }
        facts
    }

    fn add_client(&mut self, driver: &Driver<'_>) {
        let log = lock(&driver.log);
        assert_eq!(log.orphans, 0, "locks outlived their sections");
        for asked in &log.asked {
            match asked.outcome {
                None => drop(self.maybe_sent.insert(asked.op)),
                Some(outcome) => {
                    self.sent.insert(asked.op);
                    self.outcomes.insert(asked.op, outcome);
                }
            }
            self.due.extend(asked.due.map(|due| (asked.op, due)));
            self.spans.push((asked.op, asked.span));
        }
        self.sequences.extend(log.batches.iter().cloned());
    }

    /// What entities have sent each other.
    fn add_children(&mut self, plan: &Plan) {
        let ops: BTreeMap<_, _> = plan.ops().map(|op| (op.id, op)).collect();
        let mut sequences = BTreeMap::<_, Vec<_>>::new();
        for entry in &self.entries {
            let Some(child) = ops[&entry.op].child() else { continue };
            self.sent.insert(child.id);
            match entry.child_due {
                None => sequences.entry(&entry.entity).or_default().push(child.id),
                Some(due) => drop(self.due.insert(child.id, due)),
            }
        }
        self.sequences.extend(sequences.into_values());
    }

    fn add_instance(&mut self, number: usize, program: &Program, driver: &Driver<'_>, catalog: &dyn Catalog) {
        let id = instance_id(number);
        let details = catalog.instance(&id).unwrap().unwrap();
        let history = catalog.history(&id).unwrap().unwrap();
        let events: Vec<_> = history.into_iter().flat_map(|segment| segment.events).collect();
        if !matches!(events[0], Event::ExecutionStarted(_)) {
            // It was ended between two generations: what the first one has told the second is gone.
            self.maybe_sent.extend(program.steps.iter().flat_map(Step::ops).map(|op| op.id));
        }
        let notes = remembered(&events);
        check_ending(&details, &notes, lock(&driver.log).terminated.contains(&number));
        let span = lock(&driver.log).instances[&number];
        let mut sequence = Vec::new();
        for Note { op, due, outcome } in notes {
            self.sent.insert(op);
            self.outcomes.insert(op, outcome);
            match due {
                Some(due) => drop(self.due.insert(op, due)),
                None => sequence.push(op),
            }
            let ended = if due.is_none() { span.ended } else { u64::MAX };
            self.spans.push((op, Span { ended, ..span }));
        }
        self.sequences.push(sequence);
    }
}

/// What an instance has asked entities for, in order: earlier generations tell the last one, whose history is here.
fn remembered(events: &[Event]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut calls = BTreeMap::<TaskId, usize>::new();
    for event in events {
        match event {
            Event::ExecutionStarted(started) => notes = started.input.decode::<Program>().unwrap().notes,
            Event::EntityOperationCalled { id, input, .. } => {
                calls.insert(*id, notes.len());
                notes.push(Note { op: input.decode::<Op>().unwrap().id, due: None, outcome: Outcome::Sent });
            }
            Event::EntityOperationSignaled { input, at, .. } => {
                notes.push(Note { op: input.decode::<Op>().unwrap().id, due: *at, outcome: Outcome::Sent });
            }
            Event::EntityOperationCompleted { id, result } => {
                notes[calls[id]].outcome = Outcome::Done(result.decode::<Done>().unwrap());
            }
            Event::EntityOperationFailed { id, failure } => {
                notes[calls[id]].outcome = code::planned(&failure.message).unwrap_or_else(|| panic!("{failure}"));
            }
            _ => {}
        }
    }
    notes
}

/// An instance has ended as its program says, and has seen what its history says.
fn check_ending(details: &InstanceDetails, notes: &[Note], may_be_terminated: bool) {
    let InstanceDetails { record, output, failure, .. } = details;
    let message = failure.as_ref().map(|failure| failure.message.as_str()).unwrap_or_default();
    match record.status {
        Status::Completed => {
            let seen: Vec<Note> = output.as_ref().unwrap().decode().unwrap();
            // The answer to a call that has timed out may have come in the same turn.
            let same = |seen: &Note, note: &Note| {
                let outcome = seen.outcome == note.outcome || seen.outcome == Outcome::TimedOut;
                outcome && (seen.op, seen.due) == (note.op, note.due)
            };
            let same = seen.len() == notes.len() && seen.iter().zip(notes).all(|(seen, note)| same(seen, note));
            assert!(same, "`{}` has seen {seen:#?}, its history has {notes:#?}", record.id);
        }
        Status::Failed => assert!(message.starts_with(code::PLANNED), "`{}` failed: {message}", record.id),
        Status::Terminated => assert!(may_be_terminated, "`{}` was terminated by nobody: {message}", record.id),
        status => panic!("`{}` is {status}", record.id),
    }
}
