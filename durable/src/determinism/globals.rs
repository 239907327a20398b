//! Which `static`s an orchestrator may use.

use std::{
    cell::{Cell, OnceCell, RefCell},
    ops::Deref,
    sync::{
        Arc, LazyLock, Mutex, OnceLock, RwLock,
        atomic::{
            AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
            AtomicU32, AtomicU64, AtomicUsize,
        },
    },
    thread::LocalKey,
};

/// A global under the probe.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Global<'a, T: ?Sized>(pub &'a T);

/// What a global that can change is found to be.
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Changing<T: ?Sized>(std::marker::PhantomData<T>);

/// What a constant global is found to be.
#[doc(hidden)]
#[derive(Debug)]
pub struct Constant;

/// Globals that a replay sees as they were.
#[diagnostic::on_unimplemented(
    message = "nondeterministic value: that of a global that can change",
    label = "shared mutable state: a replay may see another value",
    note = "use a local variable, an argument, or an `#[entity]`"
)]
pub trait ReplayedGlobal {
    /// Says nothing: the bound is what is checked.
    #[doc(hidden)]
    fn check(self);
}

#[diagnostic::do_not_recommend]
impl ReplayedGlobal for Constant {
    fn check(self) {}
}

/// Types with a value that can change behind a shared reference.
#[doc(hidden)]
pub trait Mutable {}

macro_rules! mutable {
    ($([$($parameter:ident)*] $type:ty,)*) => { $(impl<$($parameter),*> Mutable for $type {})* };
}

mutable! {
    [] AtomicBool, [] AtomicI8, [] AtomicI16, [] AtomicI32, [] AtomicI64, [] AtomicIsize,
    [] AtomicU8, [] AtomicU16, [] AtomicU32, [] AtomicU64, [] AtomicUsize, [T] AtomicPtr<T>,
    [T] Mutex<T>, [T] RwLock<T>, [T] OnceLock<T>, [T] LocalKey<T>, [T] Cell<T>, [T] RefCell<T>, [T] OnceCell<T>,
    [T] tokio::sync::Mutex<T>, [T] tokio::sync::RwLock<T>, [T] tokio::sync::OnceCell<T>, [] tokio::sync::Notify,
    [] tokio::sync::Semaphore, [T] std::sync::mpsc::Sender<T>, [T] tokio::sync::mpsc::Sender<T>,
    [T] tokio::sync::mpsc::UnboundedSender<T>,
}
impl<T: Mutable> Mutable for LazyLock<T> {}
impl<T: Mutable + ?Sized> Mutable for Arc<T> {}
impl<T: Mutable + ?Sized> Mutable for Box<T> {}
impl<T: Mutable + ?Sized> Mutable for &T {}
impl<T: Mutable> Mutable for [T] {}
impl<T: Mutable, const N: usize> Mutable for [T; N] {}

impl<T: Mutable + ?Sized> Global<'_, T> {
    /// Found first.
    pub fn probe(self) -> Changing<T> {
        Changing(std::marker::PhantomData)
    }
}

/// Found next: what a `lazy_static` or a `Lazy` of another crate leads to.
#[doc(hidden)]
pub trait GlobalThrough {
    /// What it leads to.
    type Target: ?Sized;

    /// Found next.
    fn probe(self) -> Changing<Self::Target>;
}

impl<T: Deref<Target: Mutable> + ?Sized> GlobalThrough for Global<'_, T> {
    type Target = T::Target;

    fn probe(self) -> Changing<T::Target> {
        Changing(std::marker::PhantomData)
    }
}

/// Found last.
#[doc(hidden)]
pub trait GlobalElse {
    /// Found last.
    fn probe(self) -> Constant;
}

impl<T: ?Sized> GlobalElse for &Global<'_, T> {
    fn probe(self) -> Constant {
        Constant
    }
}
