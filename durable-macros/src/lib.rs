//! The macros of the crate `durable`: [`macro@activity`], [`macro@orchestrator`], [`macro@entity`] and [`registry!`].
//!
//! Use them through `durable`, where they are documented with examples; the code they emit needs that crate.
//!
//! Every macro is a pipeline of three steps over `proc_macro2` tokens, so all of it runs in unit tests: *parse* makes
//! the best of what the user wrote, *check* adds the rules, both collect errors, and *emit* cannot fail. Where there
//! are errors, the user's item stays and stand-ins keep its uses from failing too.

#![forbid(unsafe_code)]
#![expect(clippy::wildcard_enum_match_arm, reason = "the enums of syn grow; ours are matched in full")]
#![cfg_attr(test, expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them"))]

mod activity;
mod args;
mod description;
mod determinism;
mod diagnostics;
mod entity;
mod function;
mod names;
mod orchestrator;
mod registry;
mod role;
mod signature;
#[cfg(test)]
mod testing;
mod types;

use proc_macro::TokenStream;

/// Makes a function an activity: work that may do anything, runs at least once, and whose result is recorded once.
///
/// Calling the function then describes the work; `ctx.call(..)` has it done. Arguments: `name = ".."` (the durable
/// name, if not that of the function), `persist_first` (it begins only when all that led to it is on disk),
/// `crate = path` (where `durable` is found).
#[proc_macro_attribute]
pub fn activity(args: TokenStream, item: TokenStream) -> TokenStream {
    activity::expand(args.into(), item.into()).into()
}

/// Makes an `async fn` an orchestrator: code that calls activities, waits, and is rebuilt by replay.
///
/// Its first parameter is `&Context` (`&mut Context` if it locks entities). Calling the function then describes an
/// orchestration to start or to call. Arguments: `name = ".."`, `crate = path`.
#[proc_macro_attribute]
pub fn orchestrator(args: TokenStream, item: TokenStream) -> TokenStream {
    orchestrator::expand(args.into(), item.into()).into()
}

/// Marks what orchestrators may call: functions, methods, `impl` blocks and inline modules that only compute, or await
/// durable futures.
///
/// Their bodies are checked like those of orchestrators. An `async fn` becomes a function that returns a durable future.
/// Argument: `crate = path`.
#[proc_macro_attribute]
pub fn deterministic(args: TokenStream, item: TokenStream) -> TokenStream {
    determinism::expand(args.into(), item.into()).into()
}

/// Makes a struct the state of an entity, and the methods of its `impl` block the operations.
///
/// On the struct or enum it admits `name = ".."` and `crate = path`; on the `impl` block `crate = path`. A method that
/// is no operation is marked `#[skip]`.
#[proc_macro_attribute]
pub fn entity(args: TokenStream, item: TokenStream) -> TokenStream {
    entity::expand(args.into(), item.into()).into()
}

/// Lists activities, orchestrators and entities: `registry![pay, charge, Account, billing::REGISTRY]`.
///
/// A name in capitals is another registry, to be included. Two items of one durable name are a compile error. The
/// value can be a `const`. `registry![crate = path; ..]` says where `durable` is found.
#[proc_macro]
pub fn registry(items: TokenStream) -> TokenStream {
    registry::expand(items.into()).into()
}
