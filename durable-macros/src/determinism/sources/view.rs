//! The sources as they are seen from one module, in which a name means what it means there.

use std::rc::Rc;

use super::{Chain, Sources};
use crate::determinism::imports::Imports;

/// The sources, seen from a module.
#[derive(Clone)]
pub(crate) struct View {
    pub(crate) sources: Rc<Sources>,
    pub(crate) module: usize,
}

impl View {
    /// The imports of the module.
    pub(crate) fn imports(&self) -> Imports {
        self.sources.imports_of(self.module)
    }

    /// The name of the module.
    pub(crate) fn module_name(&self) -> &str {
        self.sources.module_name(self.module)
    }

    /// Whether a type of that name is one of the crate.
    pub(crate) fn has_type(&self, name: &str) -> bool {
        self.sources.has_type(name, self.module)
    }

    /// Whether the crate has a function of that path.
    pub(crate) fn has_function(&self, path: &[String]) -> bool {
        self.sources.has_function(path, self.module)
    }

    /// Whether all functions that could be meant are `const` or marked, or only describe work.
    pub(crate) fn is_callable(&self, path: &[String]) -> bool {
        self.sources.is_callable(path, self.module)
    }

    /// Whether all functions that could be meant are `async` and have no mark.
    pub(crate) fn is_unmarked_async(&self, path: &[String]) -> bool {
        self.sources.is_unmarked_async(path, self.module)
    }

    /// Whether a path that begins with that name means something of a module.
    pub(crate) fn is_of_a_module(&self, name: &str) -> bool {
        self.sources.is_of_a_module(name, self.module)
    }

    /// What a function of that path describes, if it is nothing else.
    pub(crate) fn described(&self, path: &[String]) -> Option<&'static str> {
        self.sources.described(path, self.module)
    }

    /// How a function or associated function of that path comes to something refused.
    pub(crate) fn chain_of(&self, path: &[String]) -> Option<Chain> {
        self.sources.chain_of(path, self.module)
    }

    /// The same for a method, by the names around the call.
    pub(crate) fn chain_of_method(&self, name: &str, around: &[String]) -> Option<Chain> {
        self.sources.chain_of_method(name, around, self.module)
    }

    /// The same for a method of a type that is known.
    pub(crate) fn chain_of_own(&self, ty: &str, method: &str) -> Option<Chain> {
        self.sources.chain_of_own(ty, method, self.module)
    }

    /// The same for a macro.
    pub(crate) fn chain_of_macro(&self, name: &str) -> Option<Chain> {
        self.sources.chain_of_macro(name, self.module)
    }

    /// The same for the initial value of a static.
    pub(crate) fn chain_of_static(&self, name: &str) -> Option<Chain> {
        self.sources.chain_of_static(name, self.module)
    }

    /// The type of a static of that name that can change.
    pub(crate) fn changing_static(&self, name: &str) -> Option<String> {
        self.sources.changing_static(name, self.module)
    }
}

impl std::ops::Deref for View {
    type Target = Sources;

    fn deref(&self) -> &Sources {
        &self.sources
    }
}
