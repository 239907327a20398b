//! Makes a plan from a seed.

use super::{
    program::{
        Act, Child, ChildId, Command, Exists, Fate, Inner, Locking, Micros, Op, Plan, Program, Step, Trying, Verb, Work,
    },
    seeds::Rng,
};

const ENTITIES: usize = 3;
const EVENTS: usize = 2;

pub fn plan(rng: &mut Rng) -> Plan {
    let is_large = rng.one_in(25);
    let (instances, commands) =
        if is_large { (4 + rng.below(8), 20 + rng.below(40)) } else { (1 + rng.below(3), rng.below(9)) };
    let mut maker = Maker { rng, next: 0, ids: Vec::new() };
    let mut all = Vec::new();
    let names: Vec<_> = (0..instances).map(|n| format!("i{n}")).collect();
    maker.ids.extend(names.iter().cloned());
    for id in names {
        let program = maker.program(if is_large { 4 } else { 3 }, true);
        let later = maker.rng.one_in(8).then(|| maker.micros());
        let at = maker.rng.next() % 20_000;
        all.push(Command { at, verb: Verb::Start { id, program, later, if_exists: Exists::Error } });
    }
    for _ in 0..commands {
        let at = maker.moment();
        all.push(Command { at, verb: maker.verb() });
    }
    if maker.rng.one_in(3) {
        all.extend(maker.pause());
    }
    all.sort_by_key(|command| command.at);
    Plan { commands: all }
}

struct Maker<'r> {
    rng: &'r mut Rng,
    next: i64,
    /// The ids that instances may have.
    ids: Vec<String>,
}

impl Maker<'_> {
    fn number(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    /// Few of them are alike, so that few things happen at the same time.
    fn micros(&mut self) -> Micros {
        let most = self.rng.pick(&[2_000, 50_000, 50_000, 400_000]);
        1 + self.rng.next() % most
    }

    fn moment(&mut self) -> Micros {
        let most = self.rng.pick(&[20_000, 200_000, 200_000, 1_000_000]);
        1 + self.rng.next() % most
    }

    fn new_id(&mut self, kind: char) -> String {
        let id = format!("{kind}{}", self.number());
        self.ids.push(id.clone());
        id
    }

    fn some_id(&mut self) -> String {
        if self.rng.one_in(12) { "nobody".to_owned() } else { self.rng.pick(&self.ids) }
    }

    /// An instance is suspended, and gets events meanwhile.
    fn pause(&mut self) -> [Command; 3] {
        let id = format!("i{}", self.rng.below(2));
        let from = self.moment();
        let (raised, until) = (from + self.micros(), from + 50_000 + self.micros());
        let (first, count) = (self.number(), 1 + self.rng.below(8));
        self.next += 8;
        [
            Command { at: from, verb: Verb::Suspend(id.clone()) },
            Command { at: raised, verb: Verb::Raise { id: id.clone(), name: self.name(), first, count } },
            Command { at: until, verb: Verb::Resume(id) },
        ]
    }

    /// Does a little in each generation, and reads events or leaves something unfinished.
    fn reader(&mut self) -> Program {
        let event = Step::Event { name: self.name(), within: None };
        let mut steps = vec![if self.rng.one_in(2) { event } else { Step::Timer(self.micros()) }, Step::ContinueAsNew];
        for _ in 0..self.rng.below(3) {
            let at = self.rng.below(2);
            let step = match self.rng.below(6) {
                0 => self.event(),
                1 => Step::Timer(self.micros()),
                2 | 3 => Step::Race(Box::new(Step::Work(self.work())), Box::new(Step::Timer(self.micros()))),
                4 => Step::Within(self.micros(), Box::new(Step::Work(self.work()))),
                _ => self.child(1),
            };
            steps.insert(at, Step::Caught(Box::new(step)));
        }
        Program { steps, generations: 1 + u32::try_from(self.rng.below(8)).unwrap() }
    }

    fn program(&mut self, depth: usize, is_top: bool) -> Program {
        if is_top && self.rng.one_in(6) {
            return self.reader();
        }
        let mut steps = Vec::new();
        if !self.rng.one_in(4) {
            // So that it does not end in the moment in which it begins.
            steps.push(if self.rng.one_in(2) { Step::Timer(self.micros()) } else { Step::Work(self.work()) });
        }
        for _ in 0..=self.rng.below(if is_top { 5 } else { 3 }) {
            steps.push(match self.rng.below(14) {
                0 => Step::ContinueAsNew,
                1 => Step::Section(self.locking()),
                2 if is_top => Step::Status(self.number()),
                _ => self.step(depth),
            });
        }
        let generations = match self.rng.below(30) {
            0 => 20,
            1..=9 => 1 + u32::try_from(self.rng.below(3)).unwrap(),
            _ => 0,
        };
        if generations > 0 && !steps.contains(&Step::ContinueAsNew) {
            steps.push(Step::ContinueAsNew);
        }
        Program { steps, generations }
    }

    fn step(&mut self, depth: usize) -> Step {
        let boxed = |maker: &mut Self| Box::new(maker.step(depth - 1));
        match self.rng.below(if depth > 1 { 42 } else { 20 }) {
            0..=3 => Step::Work(self.work()),
            4 | 5 => Step::Timer(if self.rng.one_in(12) { 0 } else { self.micros() }),
            9 => Step::Call { op: self.op(), within: self.rng.one_in(4).then(|| self.micros()) },
            10 | 11 => Step::Signal { op: self.op(), later: self.rng.one_in(3).then(|| self.micros()) },
            12 | 13 => Step::Send { to: self.some_id(), name: self.name(), number: self.number() },
            14 => Step::Status(self.number()),
            15 => Step::Now,
            16 => Step::Chance,
            17 => Step::Caught(Box::new(Step::Fail(self.number()))),
            18 if self.rng.one_in(4) => Step::Fail(self.number()),
            19 if self.rng.one_in(6) => Step::Panic(self.number()),
            6..=8 | 18..=21 => self.event(),
            22 | 23 => self.start(depth - 1),
            24..=26 => self.child(depth - 1),
            27 | 28 => Step::Caught(Box::new(self.child(depth - 1))),
            29 => Step::Sequence(self.steps(depth)),
            30 | 31 => Step::All(self.steps(depth)),
            32 => Step::TryAll(self.steps(depth)),
            33 | 34 => Step::Race(boxed(self), boxed(self)),
            35 => Step::First(self.steps(depth)),
            36 | 37 => Step::Within(self.micros(), boxed(self)),
            38 => Step::Caught(boxed(self)),
            39 | 40 => self.waiters(),
            _ => Step::Dropped(boxed(self)),
        }
    }

    fn steps(&mut self, depth: usize) -> Vec<Step> {
        (0..=self.rng.below(4)).map(|_| self.step(depth - 1)).collect()
    }

    fn event(&mut self) -> Step {
        let within = (!self.rng.one_in(4)).then(|| self.micros());
        let event = Step::Event { name: self.name(), within };
        if self.rng.one_in(3) { event } else { Step::Caught(Box::new(event)) }
    }

    /// Several wait for events of one name.
    fn waiters(&mut self) -> Step {
        let name = self.name();
        let waiters = (0..2 + self.rng.below(2)).map(|_| {
            let within = (!self.rng.one_in(3)).then(|| 20_000 + self.moment());
            Step::Sequence(vec![Step::Event { name, within }, Step::Timer(self.micros())])
        });
        let waiters = waiters.collect();
        if self.rng.one_in(3) { Step::First(waiters) } else { Step::All(waiters) }
    }

    fn name(&mut self) -> u8 {
        u8::try_from(self.rng.below(EVENTS)).unwrap()
    }

    fn work(&mut self) -> Work {
        let attempts = 1 + u32::try_from(self.rng.below(3)).unwrap();
        let fate = match self.rng.below(10) {
            0 | 1 => Fate::Fails(attempts),
            2 => Fate::Panics(attempts),
            3 => Fate::Fatal,
            _ => Fate::Succeeds,
        };
        let takes = (0..attempts).map(|_| self.micros()).collect();
        let retry = (fate != Fate::Succeeds && !self.rng.one_in(4)).then(|| self.trying());
        Work { number: self.number(), fate, takes, retry }
    }

    fn trying(&mut self) -> Trying {
        Trying {
            attempts: 1 + u32::try_from(self.rng.below(4)).unwrap(),
            first: self.micros(),
            factor: 1 + u32::try_from(self.rng.below(3)).unwrap(),
            longest: self.rng.pick(&[30_000, 3_000_000]),
            deadline: self.rng.one_in(4).then(|| self.moment()),
        }
    }

    fn child(&mut self, depth: usize) -> Step {
        let id = match self.rng.below(6) {
            0 => ChildId::Usual,
            1 => ChildId::Fixed(self.new_id('c')),
            2 if self.rng.one_in(4) => ChildId::Fixed(self.some_id()),
            _ => ChildId::Fresh(self.new_id('c')),
        };
        let program = self.program(depth, false);
        let within = self.rng.one_in(5).then(|| self.micros());
        let retry = self.rng.one_in(5).then(|| self.trying());
        Step::Child(Child { id, program, within, retry })
    }

    fn start(&mut self, depth: usize) -> Step {
        let later = self.rng.one_in(3).then(|| self.micros());
        Step::Start { id: self.new_id('s'), program: self.program(depth, false), later }
    }

    fn op(&mut self) -> Op {
        Op { entity: u8::try_from(self.rng.below(ENTITIES)).unwrap(), act: self.act() }
    }

    fn act(&mut self) -> Act {
        match self.rng.below(12) {
            0 | 1 => Act::Read,
            2 => Act::Remove,
            3 => Act::Fail(self.number()),
            4 if self.rng.one_in(3) => Act::Panic(self.number()),
            5 => Act::Relay(Box::new(self.op())),
            _ => Act::Add(self.number()),
        }
    }

    fn locking(&mut self) -> Locking {
        let entities: Vec<_> = (0..=self.rng.below(3)).map(|_| self.op().entity).collect();
        let steps = (0..=self.rng.below(3)).map(|_| match self.rng.below(5) {
            0 | 1 => Inner::Call(self.rng.below(entities.len()), self.act()),
            2 => Inner::Work(self.work()),
            _ => Inner::Timer(self.micros()),
        });
        let steps = steps.collect();
        Locking { entities, within: self.rng.one_in(3).then(|| self.micros()), steps }
    }

    fn verb(&mut self) -> Verb {
        match self.rng.below(30) {
            0..=11 => {
                let first = self.number();
                let count = if self.rng.one_in(4) { 2 + self.rng.below(12) } else { 1 };
                self.next += i64::try_from(count).unwrap();
                Verb::Raise { id: self.some_id(), name: self.name(), first, count }
            }
            12..=14 => Verb::Suspend(self.some_id()),
            15..=18 => Verb::Resume(self.some_id()),
            19 | 20 => Verb::Terminate { id: self.some_id(), recursive: self.rng.one_in(2) },
            21 | 22 => Verb::Purge(self.some_id()),
            23..=26 => {
                let if_exists = self.rng.pick(&[
                    Exists::Error,
                    Exists::Attach,
                    Exists::Replace,
                    Exists::Replace,
                    Exists::ReplaceEnded,
                ]);
                let later = self.rng.one_in(6).then(|| self.micros());
                Verb::Start { id: self.some_id(), program: self.program(2, true), later, if_exists }
            }
            _ => Verb::Signal { op: self.op(), later: self.rng.one_in(3).then(|| self.micros()) },
        }
    }
}
