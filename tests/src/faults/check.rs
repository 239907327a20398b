//! Opens what a disk has left, lets everything finish, and compares it with what was told.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use durable::{
    Client, Error, Handle, InstanceId, Payload, Result, Status, client::IfExists, model::Event,
    store::sqlite::Durability,
};
use rusqlite::{Connection, OpenFlags};

use super::{
    journal::{Deed, Fact},
    plan::{Kind, Planned},
    program::{Counter, LAST, Witness},
    workload::{DATABASE, PATIENCE, counter, start},
};

/// What must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Promise {
    /// All that was told, and what had to be on disk before an activity began.
    Told(Durability),
    /// Nothing but that what is there belongs together.
    Consistency,
}

/// What was asked for and told before the end.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    asked: HashSet<Deed>,
    done: HashSet<Deed>,
    results: HashSet<usize>,
    seen: u64,
    ran: Vec<(&'a str, u64, bool)>,
}

impl<'a> Told<'a> {
    pub(super) fn of(facts: &[&'a Fact]) -> Self {
        let mut told = Self::default();
        for fact in facts {
            match fact {
                Fact::Asked(deed) => drop(told.asked.insert(*deed)),
                Fact::Done(deed) => drop(told.done.insert(*deed)),
                Fact::Told(instance) => drop(told.results.insert(*instance)),
                Fact::Seen(count) => told.seen = told.seen.max(*count),
                Fact::Ran { instance, task, persisted } => told.ran.push((instance, *task, *persisted)),
            }
        }
        told
    }

    fn is_anything(&self) -> bool {
        !self.done.is_empty() || !self.results.is_empty() || self.seen > 0
    }

    pub(super) fn has_asked(&self, deed: Deed) -> bool {
        self.asked.contains(&deed)
    }

    /// What one after the other was sent is there once and in order: nothing else, and all that was acknowledged if that
    /// is `promised`. What is wrong with it, if anything is.
    fn flaw(&self, who: &str, got: &[u64], promised: bool, number: impl Fn(&Deed) -> Option<u64>) -> Option<String> {
        let (asked, done) = (Self::numbers(&self.asked, &number), Self::numbers(&self.done, &number));
        let right = got.is_sorted_by(|a, b| a < b)
            && got.iter().all(|number| asked.contains(number))
            && (!promised || done.iter().all(|number| got.contains(number)));
        (!right).then(|| format!("{who} got {got:?} of {asked:?}, of which {done:?} were acknowledged"))
    }

    /// The numbers of such deeds, in order.
    fn numbers(deeds: &HashSet<Deed>, number: impl Fn(&Deed) -> Option<u64>) -> Vec<u64> {
        let mut numbers: Vec<_> = deeds.iter().filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// What is wrong with what an instance gave, if anything is.
pub(super) fn matches_plan(
    plan: &Planned,
    number: usize,
    output: &Payload,
    told: &Told<'_>,
    promised: bool,
) -> Option<String> {
    if let Some(result) = plan.result() {
        let right = output.decode::<u64>().is_ok_and(|given| given == result);
        return (!right).then(|| format!("`{}` ({:?}) gave {output} instead of {result}", plan.id, plan.kind));
    }
    let Ok(got) = output.decode::<Vec<u64>>() else { return Some(format!("`{}` gave {output}", plan.id)) };
    told.flaw(&format!("`{}`", plan.id), &got, promised, |deed| {
        if let Deed::Raise(instance, event) = deed { (*instance == number).then_some(*event) } else { None }
    })
}

/// Checks the database in that directory; gives what is wrong.
pub(super) async fn check(directory: &Path, plans: &[Planned], told: &Told<'_>, promise: Promise) -> Vec<String> {
    let mut check = Check { directory, plans, told, promise, wrong: Vec::new() };
    if let Err(error) = check.all().await {
        check.wrong.push(format!("{error:?}"));
    }
    check.wrong
}

struct Check<'a> {
    directory: &'a Path,
    plans: &'a [Planned],
    told: &'a Told<'a>,
    promise: Promise,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn is_promised(&self) -> bool {
        self.promise != Promise::Consistency
    }

    fn expect(&mut self, is_right: bool, otherwise: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(otherwise());
        }
    }

    async fn all(&mut self) -> Result<()> {
        if self.is_promised() {
            match Client::read_only(self.directory.join(DATABASE)).await {
                Ok(client) => self.before(&client).await?,
                Err(error) => {
                    let told = self.told.is_anything();
                    self.expect(!told, || format!("something was told, and there is no database: {error}"));
                }
            }
        }
        let runtime = start(self.directory, Durability::Full, Witness::default()).await?;
        let finished = self.finish(&runtime.client()).await;
        runtime.shutdown().await?;
        finished?;
        self.file()
    }

    /// What is there before anything goes on.
    async fn before(&mut self, client: &Client) -> Result<()> {
        for (number, plan) in self.plans.iter().enumerate() {
            let status = client.status(&InstanceId::new(&plan.id)?).await?;
            let is = |set: &HashSet<Deed>, deed| set.contains(&deed);
            let (start, purge) = (Deed::Start(number), Deed::Purge(number));
            let lost = is(&self.told.done, start) && !is(&self.told.asked, purge) && status.is_none();
            self.expect(!lost, || format!("`{}` was started, and is not there", plan.id));
            let back = is(&self.told.done, purge) && status.is_some();
            self.expect(!back, || format!("`{}` was removed, and is there", plan.id));
            if self.told.results.contains(&number) && !is(&self.told.asked, purge) {
                let ended = status.as_ref().is_some_and(|status| status.status == Status::Completed);
                self.expect(ended, || format!("the result of `{}` was told, and it has not ended", plan.id));
            }
        }
        let held = tokens(client, "plain").await?.len() as u64;
        self.expect(held >= self.told.seen, || format!("{} signals were seen, and {held} are there", self.told.seen));
        self.scheduled(client).await
    }

    /// No activity ran that had to be on disk before, and is not.
    async fn scheduled(&mut self, client: &Client) -> Result<()> {
        let strict = self.promise == Promise::Told(Durability::Strict);
        let mut known: HashMap<&str, Option<HashSet<u64>>> = HashMap::new();
        for (instance, task, persisted) in &self.told.ran {
            let plan = self.plans.iter().position(|plan| plan.id == *instance);
            let is_gone = plan.is_some_and(|plan| {
                self.told.asked.contains(&Deed::Purge(plan))
                    || self.plans.get(plan).is_some_and(|plan| plan.kind == Kind::Generations)
            });
            if !(*persisted || strict) || is_gone {
                continue;
            }
            if !known.contains_key(instance) {
                let history = client.history(&InstanceId::new(instance)?).await?;
                let scheduled = history.map(|history| {
                    let events = history.into_iter().flat_map(|segment| segment.events);
                    events.filter_map(|event| scheduled(&event)).collect()
                });
                known.insert(instance, scheduled);
            }
            let is_there = known.get(instance).and_then(Option::as_ref).is_some_and(|tasks| tasks.contains(task));
            self.expect(is_there, || format!("activity {task} of `{instance}` has run, and nothing is known of it"));
        }
        Ok(())
    }

    /// Lets everything end, and looks at the results.
    async fn finish(&mut self, client: &Client) -> Result<()> {
        let mut waiting = Vec::new();
        for (number, plan) in self.plans.iter().enumerate() {
            if !self.told.asked.contains(&Deed::Start(number)) {
                continue;
            }
            let handle: Handle<Payload, Error> = if self.told.asked.contains(&Deed::Purge(number)) {
                let Some(status) = client.status(&InstanceId::new(&plan.id)?).await? else { continue };
                client.handle(status.id.as_str())?
            } else {
                // A client that was not answered asks again.
                let start = client.start_named(plan.orchestrator(), plan.input()?).instance_id(&plan.id);
                start.if_exists(IfExists::Attach).await?
            };
            waiting.push((number, plan, handle));
        }
        for (number, plan, handle) in waiting {
            if plan.kind == Kind::Collect {
                // It may have ended.
                drop(handle.raise("number", &LAST).await);
            }
            let output = match handle.output_within(PATIENCE).await {
                Ok(output) => output,
                Err(error) => {
                    self.wrong.push(format!("`{}` ({:?}) gives no result: {error:?}", plan.id, plan.kind));
                    continue;
                }
            };
            self.wrong.extend(matches_plan(plan, number, &output, self.told, self.is_promised()));
            if matches!(plan.kind, Kind::Tally | Kind::Together) {
                self.tokens_of(client, plan).await?;
            }
        }
        let plain = numbers(&tokens(client, "plain").await?);
        let promised = self.is_promised();
        self.wrong.extend(self.told.flaw("`plain`", &plain, promised, |deed| {
            if let Deed::Signal(number) = deed { Some(*number) } else { None }
        }));
        let called = numbers(&tokens(client, "called").await?);
        self.wrong.extend(self.told.flaw("`called`", &called, promised, |deed| {
            if let Deed::Call(number) = deed { Some(*number) } else { None }
        }));
        Ok(())
    }

    /// An orchestration has sent its tokens once each and in order.
    async fn tokens_of(&mut self, client: &Client, plan: &Planned) -> Result<()> {
        let (counters, count): (&[_], _) =
            if plan.kind == Kind::Tally { (&["tally"], plan.size + 1) } else { (&["left", "right"], plan.size) };
        for key in counters {
            let prefix = format!("{}/", plan.id);
            let held = tokens(client, key).await?;
            let got: Vec<_> = held.iter().filter_map(|token| token.strip_prefix(&prefix)).collect();
            let wanted: Vec<_> = (0..count).map(|number| number.to_string()).collect();
            self.expect(got == wanted, || format!("`{key}` got {got:?} of {wanted:?} from `{}`", plan.id));
        }
        Ok(())
    }

    /// The file is sound, and nothing is left over in it.
    fn file(&mut self) -> Result<()> {
        let connection = Connection::open_with_flags(self.directory.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        self.expect(verdict == "ok", || format!("integrity_check says: {verdict}"));
        for rows in [
            "inbox",
            "wake",
            "delivery",
            "instance WHERE parked IS NOT NULL OR status < 3",
            "entity WHERE parked IS NOT NULL OR locked_by IS NOT NULL",
        ] {
            let left: i64 = connection.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0))?;
            self.expect(left == 0, || format!("{left} rows are left in {rows}"));
        }
        Ok(())
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only one kind of event is of interest")]
fn scheduled(event: &Event) -> Option<u64> {
    match event {
        Event::TaskScheduled { id, .. } => Some(*id),
        _ => None,
    }
}

async fn tokens(client: &Client, key: &str) -> Result<Vec<String>> {
    let state = client.read_named(&counter(key)?).await?;
    Ok(state.map(|state| state.decode::<Counter>()).transpose()?.unwrap_or_default().tokens)
}

fn numbers(tokens: &[String]) -> Vec<u64> {
    tokens.iter().filter_map(|token| token.parse().ok()).collect()
}
