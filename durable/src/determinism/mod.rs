#![doc = include_str!("chapter.md")]
// What the macros put around the code of orchestrators, so that the type checker sees what syntax can't. Every check has
// the same form. A *probe* wraps the value; its inherent method is found first for the types that are refused, a trait's
// method for all others. What the probe gives is passed to a trait that is implemented for the harmless answer only, so
// that the compiler says the text of that trait at the user's own tokens. Values go through unchanged: nothing of this
// is left after inlining.
#![expect(clippy::return_self_not_must_use, reason = "macros alone call the probes")]

mod awaits;
mod globals;
mod machine;
mod marks;
mod order;
mod sorted;

pub use awaits::{AwaitInMacro, Awaitable};
pub use globals::{Changing, Constant, Global, GlobalElse, GlobalThrough, Mutable, ReplayedGlobal};
pub use machine::{
    Clock, Files, Harmless, OfIo, OfNothing, Outcome, OutcomeElse, Receiver, ReceiverElse, WithoutClock, WithoutFiles,
    WithoutIo,
};
pub use marks::{Marked, Unmarked};
pub use order::{
    AnyOrder, CollectElse, CollectedFromHash, FixedOrder, HashOrdered, Hashed, Known, Order, OrderElse, Shown,
    ShownElse,
};
pub use sorted::{Sorted, sorted};

/// Vouches for an expression that the determinism check can't see through: it is taken as it is.
///
/// It has the type and the value of the expression. Use it where you know better than the check: for a pure function
/// of a crate that the check does not know, or for an order that does not matter. All uses are found by searching for
/// the name; if you are wrong, instances part from their history and are parked when they are next replayed.
///
/// A function of your own is better marked `#[deterministic]`, which checks its body.
///
/// `let sum = durable::assume_deterministic!(legacy::checksum(&text));`
#[macro_export]
macro_rules! assume_deterministic {
    ($($expression:tt)*) => { $($expression)* };
}
