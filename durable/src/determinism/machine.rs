//! Methods and results that have to do with the machine: which they are, only their types tell.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Instant, SystemTime},
};

/// The receiver of a method of a suspicious name.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Receiver<'a, T: ?Sized>(pub &'a T);

/// What a receiver that is a time is found to be.
#[derive(Debug)]
pub struct Clock;
/// What a receiver that is a path is found to be.
#[derive(Debug)]
pub struct Files;
/// What any other receiver is found to be.
#[doc(hidden)]
#[derive(Debug)]
pub struct Harmless;

/// What has no clock behind it.
#[diagnostic::on_unimplemented(
    message = "nondeterministic call: this reads the clock of the machine",
    label = "a replay would see another time",
    note = "use `ctx.now().since(..)`, of the recorded time"
)]
pub trait WithoutClock {
    /// Says nothing: the bound is what is checked.
    #[doc(hidden)]
    fn check_clock(self);
}

/// What has no files behind it.
#[diagnostic::on_unimplemented(
    message = "nondeterministic call: this looks at the files of the machine",
    label = "a replay may find other files",
    note = "move it into an `#[activity]`, and await `ctx.call(..)`"
)]
pub trait WithoutFiles {
    /// Says nothing: the bound is what is checked.
    #[doc(hidden)]
    fn check_files(self);
}

#[diagnostic::do_not_recommend]
impl WithoutClock for Harmless {
    #[inline]
    fn check_clock(self) {}
}

#[diagnostic::do_not_recommend]
impl WithoutFiles for Harmless {
    #[inline]
    fn check_files(self) {}
}

macro_rules! receivers {
    ($($type:ty => $found:ident,)*) => { $(
        impl Receiver<'_, $type> {
            /// Found first.
            #[inline]
            pub fn probe(self) -> $found {
                $found
            }
        }
    )* };
}

receivers! {
    SystemTime => Clock, &SystemTime => Clock, Instant => Clock, &Instant => Clock, tokio::time::Instant => Clock,
    Path => Files, &Path => Files, PathBuf => Files, &PathBuf => Files, &mut PathBuf => Files,
}

/// Found otherwise.
#[doc(hidden)]
pub trait ReceiverElse {
    /// Found otherwise.
    fn probe(self) -> Harmless;
}

impl<T: ?Sized> ReceiverElse for Receiver<'_, T> {
    #[inline]
    fn probe(self) -> Harmless {
        Harmless
    }
}

/// What a function of a suspicious name returned.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "macros alone make it")]
pub struct Outcome<T>(pub T);

/// What an outcome of I/O is found to be.
#[derive(Debug)]
pub struct OfIo<T>(T);
/// What any other outcome is found to be.
#[doc(hidden)]
#[derive(Debug)]
pub struct OfNothing<T>(T);

/// What no I/O was done for.
#[diagnostic::on_unimplemented(
    message = "nondeterministic call: this is I/O",
    label = "a replay would repeat the effect, and may see another result",
    note = "move it into an `#[activity]`, and await `ctx.call(..)`"
)]
pub trait WithoutIo: Sized {
    /// The same: the bound is what is checked.
    #[doc(hidden)]
    #[inline]
    fn check_io(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> WithoutIo for OfNothing<T> {}

impl<T> OfIo<T> {
    /// What was probed.
    #[doc(hidden)]
    #[inline]
    pub fn probed(self) -> T {
        self.0
    }
}

impl<T> OfNothing<T> {
    /// What was probed.
    #[doc(hidden)]
    #[inline]
    pub fn probed(self) -> T {
        self.0
    }
}

impl<T> Outcome<io::Result<T>> {
    /// Found first.
    #[inline]
    pub fn probe(self) -> OfIo<io::Result<T>> {
        OfIo(self.0)
    }
}

/// Found otherwise.
#[doc(hidden)]
pub trait OutcomeElse {
    /// What was returned.
    type Returned;

    /// Found otherwise.
    fn probe(self) -> OfNothing<Self::Returned>;
}

impl<T> OutcomeElse for Outcome<T> {
    type Returned = T;

    #[inline]
    fn probe(self) -> OfNothing<T> {
        OfNothing(self.0)
    }
}
