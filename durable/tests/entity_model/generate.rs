//! Makes a plan from a seed.

use durable::EntityId;

use super::{
    program::{Act, Command, Exit, Inner, Locking, Op, OpId, Patience, Plan, Program, Step},
    seeds::Rng,
};

pub fn plan(rng: &mut Rng) -> Plan {
    let count = 2 + rng.below(5);
    let id = |n: usize| EntityId::new(if n.is_multiple_of(3) { "Slow" } else { "Quick" }, n.to_string()).unwrap();
    let mut maker = Maker { rng, entities: (0..count).map(id).collect(), next: 1 };
    let programs: Vec<_> = (0..3 + maker.rng.below(8)).map(|_| maker.program()).collect();
    let mut commands: Vec<_> = (0..5 + maker.rng.below(30)).map(|_| maker.command(programs.len())).collect();
    for program in 0..programs.len() {
        // Early, so that they are in each other's way.
        let at = maker.rng.below(1 + commands.len() / 3);
        commands.insert(at, Command::Start(program));
    }
    Plan { entities: maker.entities, programs, commands }
}

struct Maker<'r> {
    rng: &'r mut Rng,
    entities: Vec<EntityId>,
    next: OpId,
}

impl Maker<'_> {
    fn program(&mut self) -> Program {
        let steps = (0..3 + self.rng.below(8)).map(|_| self.step()).collect();
        Program { steps, next: 0, notes: Vec::new() }
    }

    fn step(&mut self) -> Step {
        match self.rng.below(20) {
            0 | 1 => Step::Call(self.op()),
            2 | 3 => Step::CallWithin(self.op(), self.seconds()),
            4 => Step::Both(self.op(), self.op()),
            5..=7 => Step::Signal(self.op()),
            8 => Step::SignalLater(self.op(), self.seconds()),
            9 => Step::Pause(self.seconds()),
            10 => Step::Work,
            11 => Step::ContinueAsNew,
            _ => Step::Lock(self.locking()),
        }
    }

    fn locking(&mut self) -> Locking {
        let set: Vec<_> = (0..=self.rng.below(4)).map(|_| self.entity()).collect();
        let patience = match self.rng.below(10) {
            0 | 1 => Patience::Within(self.seconds()),
            2 | 3 => Patience::Race(self.seconds()),
            4 => Patience::Dropped,
            _ => Patience::Forever,
        };
        let exit = match self.rng.below(40) {
            0..=2 => Exit::Return,
            3..=5 => Exit::Fail,
            6 => Exit::Panic,
            _ => Exit::Dropped,
        };
        let steps = (0..self.rng.below(6)).map(|_| self.inner(&set)).collect();
        Locking { set, patience, steps, exit }
    }

    fn inner(&mut self, set: &[EntityId]) -> Inner {
        let unlocked: Vec<_> = self.entities.iter().filter(|id| !set.contains(id)).cloned().collect();
        let place = self.rng.below(set.len());
        match self.rng.below(16) {
            0..=3 => Inner::Call(place, self.op_on(set[place].clone())),
            4 | 5 => Inner::CallWithin(place, self.op_on(set[place].clone()), self.seconds()),
            6 | 7 => self.transfer(set),
            8 if !unlocked.is_empty() => {
                let to = self.rng.pick(&unlocked);
                Inner::Signal(self.op_on(to))
            }
            9 if !unlocked.is_empty() => {
                let to = self.rng.pick(&unlocked);
                Inner::SignalLater(self.op_on(to), self.seconds())
            }
            10 => Inner::Work,
            _ => Inner::Pause(self.seconds()),
        }
    }

    /// Both are asked for in one step: the sum stays the same.
    fn transfer(&mut self, set: &[EntityId]) -> Inner {
        let (from, to) = (self.rng.below(set.len()), self.rng.below(set.len()));
        if from == to {
            return Inner::Call(to, self.op_on(set[to].clone()));
        }
        let amount = 1 + i64::from(self.next % 100);
        let take = Op { id: self.id(), to: set[from].clone(), act: Act::Add(-amount) };
        let give = Op { id: self.id(), to: set[to].clone(), act: Act::Add(amount) };
        Inner::Transfer((from, take), (to, give))
    }

    fn command(&mut self, programs: usize) -> Command {
        match self.rng.below(24) {
            0..=6 => Command::Call(self.op()),
            7..=9 => Command::Signal(self.op()),
            10 => Command::SignalLater(self.op(), self.seconds()),
            11 => Command::Signals((0..2 + self.rng.below(3)).map(|_| self.op()).collect()),
            12..=15 => Command::Peek(self.entity()),
            16 | 17 => Command::Terminate(self.rng.below(programs)),
            18 | 19 => Command::Suspend(self.rng.below(programs)),
            20 | 21 => Command::Resume(self.rng.below(programs)),
            _ => Command::CleanEntities,
        }
    }

    fn op(&mut self) -> Op {
        let to = self.entity();
        self.op_on(to)
    }

    fn op_on(&mut self, to: EntityId) -> Op {
        let id = self.id();
        let act = match self.rng.below(24) {
            0..=3 => Act::Read,
            4 | 5 => Act::Remove,
            // To itself, too.
            6..=9 => Act::Relay(Box::new(self.op()), self.rng.one_in(4).then(|| self.seconds())),
            10 | 11 => Act::Fail(Box::new(self.op())),
            12 if self.rng.one_in(4) => Act::Panic(Box::new(self.op())),
            _ => Act::Add(1 + i64::from(id % 10)),
        };
        Op { id, to, act }
    }

    fn entity(&mut self) -> EntityId {
        self.rng.pick(&self.entities)
    }

    fn seconds(&mut self) -> u64 {
        self.rng.next() % 3
    }

    fn id(&mut self) -> OpId {
        self.next += 1;
        self.next - 1
    }
}
