//! The reference, part three: the life of an instance.

use std::{
    collections::BTreeMap,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use durable::FailureKind;

use super::{
    desk::{self, Desk, Leaf, Wish},
    entity::Request,
    program::{Failed, Micros, Op, Program, Value},
    world::{Ending, Instance, Party, Return, What, World},
};

impl World {
    pub(super) fn create(
        &mut self,
        cause: usize,
        id: &str,
        program: Program,
        parent: Option<Return>,
        later: Option<Micros>,
    ) {
        self.counter += 1;
        let later = later.filter(|later| *later > self.now);
        let instance = Instance {
            number: self.counter,
            program,
            parent,
            generation: 0,
            custom_status: None,
            suspended: false,
            ending: None,
            may_begin: later.is_none(),
            desk: Desk::new(0, Vec::new()),
            code: None,
            held: Vec::new(),
            open: BTreeMap::new(),
            sections: BTreeMap::new(),
            ended_by: None,
        };
        if let Some(later) = later {
            self.later(later, What::Begin(id.to_owned(), instance.number));
        }
        self.instances.insert(id.to_owned(), instance);
        self.go_on(cause, id);
    }

    /// Something comes in for an instance, or is kept until it can go on.
    pub(super) fn arrive(&mut self, cause: usize, id: &str, what: What) {
        let Some(instance) = self.instances.get_mut(id).filter(|instance| instance.ending.is_none()) else { return };
        match what {
            What::Terminate { recursive, .. } => self.end(cause, id, Ending::Terminated, recursive),
            What::Resume(_) => {
                instance.suspended = false;
                self.go_on(cause, id);
            }
            what => {
                instance.held.push(what);
                self.go_on(cause, id);
            }
        }
    }

    /// Lets an instance begin, or take in what it has not had yet, if nothing keeps it.
    pub(super) fn go_on(&mut self, cause: usize, id: &str) {
        loop {
            let Some(instance) = self.instances.get_mut(id) else { return };
            if instance.suspended || !instance.may_begin || instance.ending.is_some() {
                return;
            }
            if instance.code.is_none() {
                let program = instance.program.clone();
                instance.code = Some(Box::pin(desk::run(Rc::clone(&instance.desk), program, Vec::new())));
            } else if instance.held.is_empty() {
                return;
            } else {
                match instance.held.remove(0) {
                    What::Raise(_, name, number) => instance.desk.borrow_mut().raise(name, number),
                    What::Answer(to, answer) => {
                        // It may be for a generation that is over by now, or for something that was dropped.
                        if to.generation != instance.generation {
                            continue;
                        }
                        let Some((_, wish)) = instance.open.remove(&to.leaf) else { continue };
                        if let Wish::Lock(set) = wish {
                            instance.sections.insert(to.leaf, set);
                        }
                        instance.desk.borrow_mut().answers.insert(to.leaf, answer);
                    }
                    _ => {}
                }
            }
            self.take_turn(cause, id);
        }
    }

    fn take_turn(&mut self, cause: usize, id: &str) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let desk = Rc::clone(&instance.desk);
        desk.borrow_mut().now = self.now;
        let Some(code) = &mut instance.code else { return };
        let polled = code.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let (wishes, dropped) = {
            let mut desk = desk.borrow_mut();
            instance.custom_status = desk.status.take().or(instance.custom_status);
            (std::mem::take(&mut desk.wishes), std::mem::take(&mut desk.dropped))
        };
        let continued = desk.borrow_mut().continued.take();
        let panicked = desk.borrow_mut().panicked.take();
        let ending = match (panicked, polled) {
            (Some(failed), _) | (None, Poll::Ready(Err(failed))) => Some(Ending::Failed(failed)),
            (None, Poll::Ready(Ok(notes))) => Some(Ending::Completed(notes)),
            (None, Poll::Pending) => None,
        };
        let goes_on = ending.is_none() && continued.is_none();
        for (leaf, wish) in wishes {
            self.carry_out(cause, id, leaf, wish, goes_on && !dropped.contains(&leaf));
        }
        for leaf in dropped {
            self.drop_leaf(cause, id, leaf);
        }
        match (ending, continued) {
            (Some(ending), _) => self.end(cause, id, ending, false),
            (None, Some((program, notes))) => self.next_generation(cause, id, program, notes),
            (None, None) => {}
        }
    }

    fn carry_out(&mut self, cause: usize, id: &str, leaf: Leaf, wish: Wish, stays: bool) {
        let now = self.now;
        let Some(instance) = self.instances.get_mut(id) else { return };
        let from = Party::Instance(instance.number);
        let back = Return { id: id.to_owned(), number: instance.number, generation: instance.generation, leaf };
        let mut note_open = |wish: &Wish| drop(instance.open.insert(leaf, (now, wish.clone())));
        let operation = |op: Op, section, reply| What::Operation(op.entity, Request { act: op.act, section, reply });
        match wish {
            Wish::Work { ref work, attempt, asked } => {
                note_open(&wish);
                if stays {
                    let asked = i64::try_from(asked).unwrap();
                    self.begun.insert((id.to_owned(), asked, work.number, attempt));
                    let answer = work.outcome(attempt).map(Value::Number);
                    self.later(now + work.takes(attempt), What::Answer(back, answer));
                }
            }
            Wish::Timer(due) => {
                note_open(&wish);
                match (stays, due <= now) {
                    (true, true) => self.send(Party::Clock, Some(cause), What::Answer(back, Ok(Value::Nothing))),
                    (true, false) => self.later(due, What::Answer(back, Ok(Value::Nothing))),
                    (false, _) => {}
                }
            }
            Wish::Child(child, program) => {
                self.counter += 1;
                let child = child.unwrap_or_else(|| format!("?{}", self.counter));
                note_open(&Wish::Child(Some(child.clone()), program.clone()));
                self.send(from, Some(cause), What::Start { id: child, program, parent: Some(back), later: None });
            }
            Wish::Start(id, program, later) => {
                self.send(from, Some(cause), What::Start { id, program, parent: None, later });
            }
            Wish::Call(ref op) => {
                note_open(&wish);
                self.send(from, Some(cause), operation(op.clone(), None, Some(back)));
            }
            Wish::CallInside(ref op, section) => {
                note_open(&wish);
                let holder = Return { leaf: section, ..back.clone() };
                self.send(from, Some(cause), operation(op.clone(), Some(holder), Some(back)));
            }
            Wish::Signal(op, Some(due)) if due > now => self.later(due, operation(op, None, None)),
            Wish::Signal(op, _) => self.send(from, Some(cause), operation(op, None, None)),
            Wish::Send(to, name, number) => self.send(from, Some(cause), What::Raise(to, name, number)),
            Wish::Lock(ref set) => {
                note_open(&wish);
                let first = *set.first().unwrap();
                self.send(from, Some(cause), What::Lock(first, back, set.clone()));
            }
            Wish::Unlock(section) => self.unlock(cause, id, section),
        }
    }

    /// Ends a section, or the wish for one.
    fn unlock(&mut self, cause: usize, id: &str, section: Leaf) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let (held, wished) = (instance.sections.remove(&section), instance.open.remove(&section));
        let ((Some(set), _) | (None, Some((_, Wish::Lock(set))))) = (held, wished) else { return };
        let (number, generation) = (instance.number, instance.generation);
        let holder = Return { id: id.to_owned(), number, generation, leaf: section };
        self.send(Party::Instance(number), Some(cause), What::Unlock(*set.first().unwrap(), holder, set));
    }

    /// Nobody waits for that any more.
    fn drop_leaf(&mut self, cause: usize, id: &str, leaf: Leaf) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        match instance.open.get(&leaf) {
            Some((_, Wish::Lock(_))) => self.unlock(cause, id, leaf),
            Some((since, Wish::Work { work, attempt, asked })) => {
                if *since == self.now {
                    let asked = i64::try_from(*asked).unwrap();
                    self.maybe.insert((id.to_owned(), asked, work.number, *attempt));
                }
                instance.open.remove(&leaf);
            }
            _ => drop(instance.open.remove(&leaf)),
        }
    }

    /// Lets go all that a generation has held or waited for.
    fn close(&mut self, cause: usize, id: &str, recursive: bool) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        let from = Party::Instance(instance.number);
        let sections: Vec<_> = instance.sections.keys().copied().collect();
        for (leaf, (_, wish)) in instance.open.clone() {
            if let (true, Wish::Child(Some(child), _)) = (recursive, wish) {
                self.send(from, Some(cause), What::Terminate { id: child, recursive });
            }
            self.drop_leaf(cause, id, leaf);
        }
        for section in sections {
            self.unlock(cause, id, section);
        }
    }

    fn next_generation(&mut self, cause: usize, id: &str, program: Program, notes: Vec<Value>) {
        self.close(cause, id, false);
        let Some(instance) = self.instances.get_mut(id) else { return };
        instance.generation += 1;
        let unread = std::mem::take(&mut instance.desk.borrow_mut().unread);
        instance.desk = Desk::new(instance.generation, unread);
        instance.code = Some(Box::pin(desk::run(Rc::clone(&instance.desk), program, notes)));
        self.take_turn(cause, id);
    }

    fn end(&mut self, cause: usize, id: &str, ending: Ending, recursive: bool) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        instance.ending = Some(ending.clone());
        instance.ended_by = Some((self.now, cause));
        instance.code = None;
        let (from, parent) = (Party::Instance(instance.number), instance.parent.clone());
        self.close(cause, id, recursive);
        if let Some(parent) = parent {
            let answer = match ending {
                Ending::Completed(notes) => Ok(Value::List(notes)),
                Ending::Failed(failed) => Err(failed),
                Ending::Terminated => Err(Failed::new(FailureKind::Terminated)),
            };
            self.send(from, Some(cause), What::Answer(parent, answer));
        }
    }
}
