//! Application state by type: connection pools, clients, configuration.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    ops::Deref,
    sync::Arc,
};

use rustc_hash::FxHashMap;

/// Application state of type `T`, as a parameter of an activity or entity operation.
///
/// It is provided with `Runtime::builder().state(value)`; a missing one is an error at start.
///
/// ```
/// use durable::prelude::*;
///
/// struct Greeting(&'static str);
///
/// #[activity]
/// async fn greet(greeting: State<Greeting>, name: String) -> Result<String> {
///     let Greeting(word) = &*greeting;
///     Ok(format!("{word}, {name}!"))
/// }
/// ```
pub struct State<T>(pub Arc<T>);

impl<T> Deref for State<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(&type_name::<T>()).finish()
    }
}

/// The type of a state that something needs.
#[derive(Clone, Copy)]
pub struct StateType {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
}

impl StateType {
    /// The type `T`.
    pub const fn of<T: Send + Sync + 'static>() -> Self {
        Self { id: TypeId::of::<T>, name: type_name::<T> }
    }

    /// The name of the type, for people.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }
}

impl fmt::Debug for StateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// All states that a runtime was given, by type.
#[derive(Clone, Default)]
pub struct States {
    by_type: Arc<FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl States {
    /// Adds a state; a second one of the same type replaces the first.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        Arc::make_mut(&mut self.by_type).insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The state of type `T`, if it was provided.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<State<T>> {
        let value = self.by_type.get(&TypeId::of::<T>())?;
        Arc::clone(value).downcast::<T>().ok().map(State)
    }

    /// Whether that type was provided.
    pub fn contains(&self, wanted: StateType) -> bool {
        self.by_type.contains_key(&(wanted.id)())
    }

    /// The state of type `T` for code that declared that it needs it.
    ///
    /// # Panics
    ///
    /// It was not provided: the start of a runtime checks that, so this happens only to undeclared needs.
    pub(crate) fn expect<T: Send + Sync + 'static>(&self) -> State<T> {
        self.get().unwrap_or_else(|| {
            panic!("no state of type `{}`: provide it with `Runtime::builder().state(..)`", type_name::<T>())
        })
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "States({} types)", self.by_type.len())
    }
}
