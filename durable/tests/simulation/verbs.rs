//! The reference, part four: what clients do, and what they are told.

use durable::FailureKind;

use super::{
    entity::Request,
    program::{Command, Exists, Verb},
    world::{Mail, Party, Reply, What, World},
};

impl World {
    pub(super) fn command(&mut self, command: &Command) -> Reply {
        let verb = command.verb.clone();
        let client = |what| Mail { from: Party::Client, cause: None, what };
        let live = |world: &Self, id: &str| match world.instances.get(id) {
            None => Err(FailureKind::NotFound),
            Some(instance) if instance.ending.is_some() => Err(FailureKind::InvalidState),
            Some(_) => Ok(()),
        };
        match verb {
            Verb::Start { id, program, later, if_exists } => {
                match (live(self, &id), if_exists) {
                    (Err(FailureKind::NotFound), _) => {}
                    (_, Exists::Error) | (Ok(()), Exists::ReplaceEnded) => return Err(FailureKind::AlreadyExists),
                    (_, Exists::Attach) => return Ok(()),
                    (found, Exists::Replace | Exists::ReplaceEnded) => {
                        if found.is_ok() {
                            self.mail.push_back(client(What::Terminate { id: id.clone(), recursive: false }));
                            self.deliver_all();
                            // Who is told of the end may write to the id, and nobody knows whom that finds.
                            self.undecided |= self.addressed.iter().filter(|addressed| **addressed == id).count() > 1;
                        }
                        self.instances.remove(&id);
                        self.has_successors = true;
                    }
                }
                let later = later.map(|later| self.now + later);
                self.mail.push_back(client(What::Start { id, program, parent: None, later }));
            }
            Verb::Raise { id, name, first, count } => {
                live(self, &id)?;
                let numbers = first..first + i64::try_from(count).unwrap();
                self.mail.extend(numbers.map(|number| client(What::Raise(id.clone(), name, number))));
            }
            Verb::Suspend(id) => {
                live(self, &id)?;
                let instance = self.instances.get_mut(&id).ok_or(FailureKind::NotFound)?;
                if std::mem::replace(&mut instance.suspended, true) {
                    return Err(FailureKind::InvalidState);
                }
            }
            Verb::Resume(id) => {
                live(self, &id)?;
                if !self.instances[&id].suspended {
                    return Err(FailureKind::InvalidState);
                }
                self.mail.push_back(client(What::Resume(id)));
            }
            Verb::Terminate { id, recursive } => {
                live(self, &id)?;
                self.mail.push_back(client(What::Terminate { id, recursive }));
            }
            Verb::Purge(id) => {
                if live(self, &id) != Err(FailureKind::InvalidState) {
                    return Err(live(self, &id).err().unwrap_or(FailureKind::InvalidState));
                }
                self.instances.remove(&id);
                self.has_successors = true;
            }
            Verb::Signal { op, later } => {
                let request = Request { act: op.act, section: None, reply: None };
                let what = What::Operation(op.entity, request);
                match later {
                    None => self.mail.push_back(client(what)),
                    Some(later) => self.later(self.now + later, what),
                }
            }
        }
        Ok(())
    }
}
