//! Name -> handler: what the macros feed, and what the engine asks.

use std::{future::Future, pin::Pin, rc::Rc};

use rustc_hash::FxHashMap;

use crate::{
    activity::{Activity, ActivityContext, StateType, States},
    entity::{AnyEntity, Entity, OperationInfo},
    model::{ApplicationError, Data, Error, Failure, FailureKind, Payload},
    orchestration::{Context, Orchestrator, journal::SharedJournal},
};

/// A list of activities, orchestrators and entities; made by `registry![..]`.
///
/// ```
/// use durable::{Registry, prelude::*};
///
/// #[activity]
/// async fn ship(order: u64) -> Result<()> {
///     Ok(())
/// }
///
/// pub const SHIPPING: Registry = registry![ship];
///
/// #[orchestrator]
/// async fn sell(ctx: &Context, order: u64) -> Result<()> {
///     ctx.call(ship(order)).await
/// }
///
/// pub const SHOP: Registry = registry![SHIPPING, sell];
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Registry {
    items: &'static [Item],
}

impl Registry {
    /// The list of these items; `registry![..]` also checks their names.
    pub const fn new(items: &'static [Item]) -> Self {
        Self { items }
    }
}

/// One entry of a registry.
#[derive(Clone, Copy)]
pub struct Item(Kind);

#[derive(Clone, Copy)]
enum Kind {
    Activity(ActivityHandler),
    Orchestrator(OrchestratorHandler),
    Entity(EntityHandler),
    Registry(Registry),
}

impl Item {
    /// An activity.
    pub const fn activity<A: Activity>() -> Self {
        Self(Kind::Activity(ActivityHandler {
            name: A::NAME,
            blocking: A::BLOCKING,
            persist_first: A::PERSIST_FIRST,
            states: A::STATES,
            run: run_activity::<A>,
        }))
    }

    /// An orchestrator.
    pub const fn orchestrator<O: Orchestrator>() -> Self {
        Self(Kind::Orchestrator(OrchestratorHandler { name: O::NAME, begin: begin_orchestration::<O> }))
    }

    /// An entity.
    pub const fn entity<E: Entity>() -> Self {
        Self(Kind::Entity(EntityHandler {
            name: E::NAME,
            states: E::STATES,
            operations: E::OPERATIONS,
            fallback: E::FALLBACK,
            load: load_entity::<E>,
        }))
    }

    /// All that is in another registry.
    pub const fn registry(registry: Registry) -> Self {
        Self(Kind::Registry(registry))
    }
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::Activity(ActivityHandler { name, .. })
            | Kind::Orchestrator(OrchestratorHandler { name, .. })
            | Kind::Entity(EntityHandler { name, .. }) => f.write_str(name),
            Kind::Registry(registry) => registry.fmt(f),
        }
    }
}

/// What `registry![..]` can list.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be registered: it is no activity, orchestrator or entity",
    note = "mark it `#[activity]`, `#[orchestrator]` or `#[entity]`"
)]
pub trait Registered {
    /// The entry.
    const ITEM: Item;
}

pub(crate) type BoxedActivity = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;
pub(crate) type BoxedOrchestration = Pin<Box<dyn Future<Output = Result<Payload, Failure>>>>;

#[derive(Clone, Copy)]
pub(crate) struct ActivityHandler {
    pub(crate) name: &'static str,
    pub(crate) blocking: bool,
    pub(crate) persist_first: bool,
    pub(crate) states: &'static [StateType],
    pub(crate) run: fn(ActivityContext, &Payload) -> BoxedActivity,
}

#[derive(Clone, Copy)]
pub(crate) struct OrchestratorHandler {
    pub(crate) name: &'static str,
    pub(crate) begin: fn(&SharedJournal, &Payload) -> Result<BoxedOrchestration, Failure>,
}

#[derive(Clone, Copy)]
pub(crate) struct EntityHandler {
    pub(crate) name: &'static str,
    pub(crate) states: &'static [StateType],
    pub(crate) operations: &'static [OperationInfo],
    pub(crate) fallback: Option<OperationInfo>,
    pub(crate) load: fn(Option<&Payload>) -> serde_json::Result<Box<dyn AnyEntity>>,
}

impl EntityHandler {
    /// What performs the operation of that name; `delete` without a method works for all entities.
    pub(crate) fn operation(&self, name: &str) -> Option<OperationInfo> {
        let own = self.operations.iter().find(|operation| operation.name == name).copied();
        own.or(self.fallback.filter(|_| name != "delete"))
    }
}

fn run_activity<A: Activity>(ctx: ActivityContext, input: &Payload) -> BoxedActivity {
    match decode_input::<A::Input>(A::NAME, input) {
        Ok(input) => Box::pin(async move { encode_outcome(A::NAME, A::run(ctx, input).await) }),
        Err(failure) => Box::pin(std::future::ready(Err(failure))),
    }
}

fn begin_orchestration<O: Orchestrator>(
    journal: &SharedJournal,
    input: &Payload,
) -> Result<BoxedOrchestration, Failure> {
    let input = decode_input::<O::Input>(O::NAME, input)?;
    let ctx = Context::new(Rc::clone(journal));
    Ok(Box::pin(async move { encode_outcome(O::NAME, O::run(ctx, input).await) }))
}

fn load_entity<E: Entity>(state: Option<&Payload>) -> serde_json::Result<Box<dyn AnyEntity>> {
    Ok(Box::new(E::load(state)?))
}

/// Reads the argument of `what`.
///
/// # Errors
///
/// A failure of kind `InvalidPayload` that shows the argument and says what does not fit.
pub fn decode_input<T: Data>(what: &str, input: &Payload) -> Result<T, Failure> {
    T::from_payload(input).map_err(|error| {
        let message = format!("`{what}` can't take the argument {input}: {error}");
        Failure { retryable: false, ..Failure::new(FailureKind::InvalidPayload, message) }
    })
}

/// Writes what `what` returned.
///
/// # Errors
///
/// The error that it returned, or a failure of kind `InvalidPayload` if the value can't be serialized.
pub fn encode_outcome<T: Data, E: ApplicationError>(what: &str, outcome: Result<T, E>) -> Result<Payload, Failure> {
    let value = outcome.map_err(ApplicationError::into_failure)?;
    value.to_payload().map_err(|error| {
        let message = format!("the result of `{what}` can't be serialized: {error}");
        Failure::new(FailureKind::InvalidPayload, message)
    })
}

/// Refuses, at compile time, two items of one durable name.
///
/// # Panics
///
/// Two items have the same name.
#[expect(clippy::indexing_slicing, reason = "a const fn can't iterate otherwise; the indices are checked by the loops")]
pub const fn assert_distinct(items: &[Item]) {
    let mut i = 0;
    while i < items.len() {
        let mut j = 0;
        while j < i {
            assert_disjoint(&items[i], &items[j]);
            j += 1;
        }
        i += 1;
    }
}

#[expect(clippy::indexing_slicing, reason = "a const fn can't iterate otherwise; the index is checked by the loop")]
const fn assert_disjoint(a: &Item, b: &Item) {
    match (&a.0, &b.0) {
        (Kind::Registry(registry), _) => {
            let mut i = 0;
            while i < registry.items.len() {
                assert_disjoint(&registry.items[i], b);
                i += 1;
            }
        }
        (_, Kind::Registry(_)) => assert_disjoint(b, a),
        _ => {
            if same(item_name(a), item_name(b)) {
                refuse();
            }
        }
    }
}

const fn refuse() -> ! {
    panic!("two items of this registry have the same durable name; rename one with `name = \"..\"`")
}

const fn item_name(item: &Item) -> &'static str {
    match &item.0 {
        Kind::Activity(handler) => handler.name,
        Kind::Orchestrator(handler) => handler.name,
        Kind::Entity(handler) => handler.name,
        Kind::Registry(_) => "",
    }
}

#[expect(clippy::indexing_slicing, reason = "a const fn can't iterate otherwise; the index is checked by the loop")]
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// How the names of what we register ourselves begin.
const BUILT_IN: &str = "BuiltIn::";

/// All handlers, by name.
#[derive(Default, Clone)]
pub(crate) struct Handlers {
    activities: FxHashMap<&'static str, ActivityHandler>,
    orchestrators: FxHashMap<&'static str, OrchestratorHandler>,
    entities: FxHashMap<&'static str, EntityHandler>,
}

impl Handlers {
    /// Adds all of a registry.
    ///
    /// # Errors
    ///
    /// A name is taken already, by an item of the same or of another kind, or is reserved.
    pub(crate) fn add(&mut self, registry: Registry) -> Result<(), Error> {
        registry.items.iter().try_for_each(|item| self.add_item(item))
    }

    /// Adds all of a registry of our own, whose names users can't take.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub(crate) fn add_built_in(&mut self, registry: Registry) -> Result<(), Error> {
        registry.items.iter().try_for_each(|item| self.insert(item))
    }

    fn add_item(&mut self, item: &Item) -> Result<(), Error> {
        match &item.0 {
            Kind::Registry(registry) => self.add(*registry),
            Kind::Activity(_) | Kind::Orchestrator(_) | Kind::Entity(_) if item_name(item).starts_with(BUILT_IN) => {
                let name = item_name(item);
                let message = format!("the durable name `{name}` is reserved, as all that begin with `{BUILT_IN}`");
                Err(Error::of_kind(FailureKind::InvalidArgument, message))
            }
            Kind::Activity(_) | Kind::Orchestrator(_) | Kind::Entity(_) => self.insert(item),
        }
    }

    fn insert(&mut self, item: &Item) -> Result<(), Error> {
        let name = item_name(item);
        let kind = [
            (self.activities.contains_key(name), "an activity"),
            (self.orchestrators.contains_key(name), "an orchestrator"),
            (self.entities.contains_key(name), "an entity"),
        ];
        if let Some((_, kind)) = kind.into_iter().find(|(taken, _)| *taken) {
            let message = format!("the durable name `{name}` is registered twice: {kind} has it already");
            return Err(Error::of_kind(FailureKind::InvalidArgument, message));
        }
        match item.0 {
            Kind::Activity(handler) => drop(self.activities.insert(name, handler)),
            Kind::Orchestrator(handler) => drop(self.orchestrators.insert(name, handler)),
            Kind::Entity(handler) => drop(self.entities.insert(name, handler)),
            Kind::Registry(_) => {}
        }
        Ok(())
    }

    pub(crate) fn activity(&self, name: &str) -> Option<ActivityHandler> {
        self.activities.get(name).copied()
    }

    pub(crate) fn orchestrator(&self, name: &str) -> Option<OrchestratorHandler> {
        self.orchestrators.get(name).copied()
    }

    pub(crate) fn entity(&self, name: &str) -> Option<EntityHandler> {
        self.entities.get(name).copied()
    }

    /// The names of all orchestrators, in order.
    pub(crate) fn orchestrator_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            self.orchestrators.keys().copied().filter(|name| !name.starts_with("BuiltIn::")).collect();
        names.sort_unstable();
        names
    }

    /// The names of all entities, in order.
    pub(crate) fn entity_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.entities.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Checks that all needed application states were provided.
    ///
    /// # Errors
    ///
    /// Names each missing type and all that need it.
    pub(crate) fn check_states(&self, states: &States) -> Result<(), Error> {
        let activities = self.activities.values().map(|handler| (handler.name, handler.states));
        let entities = self.entities.values().map(|handler| (handler.name, handler.states));
        let mut missing = std::collections::BTreeMap::<&str, Vec<&str>>::new();
        for (name, needed) in activities.chain(entities) {
            for state in needed.iter().filter(|state| !states.contains(**state)) {
                missing.entry(state.name()).or_default().push(name);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let lines = missing.into_iter().map(|(state, mut names)| {
            names.sort_unstable();
            names.dedup();
            format!("no state of type `{state}` was provided, but {} need it", names.join(", "))
        });
        let message = format!("{}; add `.state(..)` to the builder", lines.collect::<Vec<_>>().join("; "));
        Err(Error::of_kind(FailureKind::InvalidArgument, message))
    }
}
