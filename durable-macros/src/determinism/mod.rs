//! Nets 1 to 3 of determinism: what the macros can see, and what they put around the code for the type checker to see.
//!
//! [`check`] walks a body once. *Names* are refused at once; awaits, iterations and globals are wrapped into probes of
//! the crate `durable`, which the type checker refuses; calls of free functions are collected, and checked by items
//! beside the function that look for the mark of `#[deterministic]`.

mod body;
mod calls;
mod denied;
mod expansion;
mod imports;
mod invocations;
mod marks;
mod order;
mod pure;
mod receivers;
mod scope;
mod sources;
mod wrapping;

pub(crate) use expansion::expand;

use proc_macro2::{Span, TokenStream};
use syn::{Block, FnArg, Pat, Signature, Type, TypeReference};

use crate::{diagnostics::Diagnostics, names::Runtime, types};
use body::Body;
use imports::Imports;
use scope::Scope;
use sources::{Site, View};

/// Whose body is checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Owner {
    Orchestrator,
    /// A function or method marked `#[deterministic]`.
    Helper,
}

impl Owner {
    /// Where something is refused.
    fn place(self) -> &'static str {
        match self {
            Self::Orchestrator => "an orchestrator",
            Self::Helper => "a `#[deterministic]` function",
        }
    }
}

/// What comes of a check.
#[derive(Default)]
pub(crate) struct Checked {
    /// Items to be put beside the function.
    pub(crate) beside: TokenStream,
    /// There were errors, and the body as it was written would bring more.
    pub(crate) hopeless: bool,
}

/// Checks a body, and rewrites it so that the compiler checks the rest.
pub(crate) fn check(
    owner: Owner,
    runtime: &Runtime,
    own_type: Option<&str>,
    signature: &Signature,
    body: &mut Block,
    diagnostics: &mut Diagnostics,
) -> Checked {
    let mut surroundings = Surroundings::of(&signature.ident);
    let mut scope = Scope::of(signature, body);
    scope.own_type = own_type.map(str::to_owned);
    scope.names.extend(own_type.map(str::to_owned));
    let mut imports = scope.imports.clone();
    imports.add_outer(&surroundings.imports);
    surroundings.imports = imports;
    let walked = Body::new(owner, runtime, signature, context(signature), scope, surroundings).run(body);
    if !walked.errors.is_empty() {
        diagnostics.append(walked.errors);
        return Checked { hopeless: walked.needs_rewriting, ..Checked::default() };
    }
    // In an `impl` block of which the place is not known, there is no telling what the names mean.
    let calls = walked.calls;
    let is_method = own_type.is_some() || signature.receiver().is_some();
    if is_method && !calls.in_module || in_editor() {
        return Checked::default();
    }
    Checked { beside: marks::beside(owner, runtime, &signature.ident, &calls), hopeless: false }
}

/// The parameter that is the context: its name and its type.
fn context(signature: &Signature) -> Option<(String, TypeReference)> {
    signature.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(argument) => match (&*argument.pat, &*argument.ty) {
            (Pat::Ident(name), Type::Reference(ty))
                if types::last_segment(&ty.elem).is_some_and(|last| last.ident == "Context") =>
            {
                Some((name.ident.to_string(), ty.clone()))
            }
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

/// What is known of the place where the function stands.
pub(crate) struct Surroundings {
    sources: Option<View>,
    imports: Imports,
    /// Whether it stands in a module directly, and not in the body of a function.
    in_module: bool,
    /// Whether it stands in an `impl` block or trait.
    in_impl: bool,
    /// Whether the module has its name: `use fee::fee;` then finds no place for a type of that name.
    in_namesake: bool,
}

impl Surroundings {
    pub(crate) fn of(function: &syn::Ident) -> Self {
        let Some((sources, place)) = site(function.span()).as_ref().and_then(View::from) else {
            return Self {
                sources: None,
                imports: Imports::default(),
                in_module: false,
                in_impl: false,
                in_namesake: false,
            };
        };
        let imports = if place.is_some() { sources.imports() } else { Imports::default() };
        let in_namesake = *function == sources.module_name();
        Self { in_module: place.is_some(), in_impl: place == Some(true), in_namesake, imports, sources: Some(sources) }
    }
}

/// Whether the expansion is made for rust-analyzer. It reports no errors of traits, and would lead from a call to the
/// items that check it.
fn in_editor() -> bool {
    let name =
        |path: std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains("analyzer"));
    proc_macro::is_available() && std::env::current_exe().is_ok_and(name)
}

/// The file and line of a token; nothing in unit tests, doctests and editors.
fn site(span: Span) -> Option<Site> {
    if !proc_macro::is_available() {
        return None;
    }
    let span = span.unwrap();
    let file = std::fs::canonicalize(span.local_file()?).ok()?;
    Some(Site { file, line: span.line() })
}
