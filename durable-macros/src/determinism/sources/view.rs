//! The sources as they are seen from one module, in which a name means what it means there.

use std::{cell::RefCell, collections::HashSet, rc::Rc};

use super::{Chain, Site, Sources, read};
use crate::determinism::imports::Imports;

/// The sources, seen from a module.
#[derive(Clone)]
pub(crate) struct View {
    sources: Rc<RefCell<Sources>>,
    module: usize,
}

impl View {
    /// The view from a place, and whether a function stands there in a module directly, and in an `impl` block of it.
    pub(crate) fn from(site: &Site) -> Option<(Self, Option<bool>)> {
        let sources = Sources::around(site)?;
        let (place, of_file) = (sources.borrow().place_of(site), sources.borrow().module_of_file(site)?);
        let module = place.map_or(of_file, |(module, _)| module);
        Some((Self { sources, module }, place.map(|(_, in_impl)| in_impl)))
    }

    /// Asks, and reads what turns out to be missing, until nothing is.
    fn ask<T>(&self, question: impl Fn(&Sources) -> T) -> T {
        loop {
            let answer = question(&self.sources.borrow());
            let wanted = self.sources.borrow().take_wanted();
            if wanted.is_empty() {
                return answer;
            }
            read::read(&mut self.sources.borrow_mut(), wanted);
        }
    }

    /// The name of the module.
    pub(crate) fn module_name(&self) -> String {
        self.sources.borrow().module_name(self.module).to_owned()
    }

    /// The imports of the module.
    pub(crate) fn imports(&self) -> Imports {
        self.sources.borrow().imports_of(self.module)
    }

    /// Whether a type of that name is one of the crate.
    pub(crate) fn has_type(&self, name: &str) -> bool {
        self.ask(|sources| sources.has_type(name, self.module))
    }

    /// Whether a type of the crate has a method of that name.
    pub(crate) fn has_method(&self, name: &str) -> bool {
        self.ask(|sources| sources.has_method(name))
    }

    /// Whether a module of that name is declared in the crate.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        self.ask(|sources| sources.has_module(name))
    }

    /// Whether it is the state of an entity.
    pub(crate) fn has_entity(&self, name: &str) -> bool {
        self.ask(|sources| sources.has_entity(name))
    }

    /// Whether a function or type of that name is anywhere in the sources.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.ask(|sources| sources.declares(name))
    }

    /// Whether no function of that name is anywhere in the sources, and no macro could have made one.
    pub(crate) fn is_nowhere(&self, name: &str) -> bool {
        self.ask(|sources| sources.is_nowhere(name))
    }

    /// Follows a path through the re-exports of the crate's own modules.
    pub(crate) fn follow(&self, path: &[String]) -> Vec<String> {
        self.ask(|sources| sources.follow(path.to_vec()))
    }

    /// The type of a field.
    pub(crate) fn field(&self, ty: &str, name: &str) -> Option<String> {
        self.ask(|sources| sources.field(ty, name))
    }

    /// Whether the crate has a function of that path.
    pub(crate) fn has_function(&self, path: &[String]) -> bool {
        self.ask(|sources| sources.has_function(path, self.module))
    }

    /// Whether all functions that could be meant are `const` or marked, or only describe work.
    pub(crate) fn is_callable(&self, path: &[String]) -> bool {
        self.ask(|sources| sources.is_callable(path, self.module))
    }

    /// Whether all functions that could be meant are `async` and have no mark.
    pub(crate) fn is_unmarked_async(&self, path: &[String]) -> bool {
        self.ask(|sources| sources.is_unmarked_async(path, self.module))
    }

    /// Whether a path that begins with that name means something of a module.
    pub(crate) fn is_of_a_module(&self, name: &str) -> bool {
        self.ask(|sources| sources.is_of_a_module(name, self.module))
    }

    /// What a function of that path describes, if it is nothing else.
    pub(crate) fn described(&self, path: &[String]) -> Option<&'static str> {
        self.ask(|sources| sources.described(path, self.module))
    }

    /// How a function or associated function of that path comes to something refused.
    pub(crate) fn chain_of(&self, path: &[String]) -> Option<Chain> {
        self.ask(|sources| sources.chain_of(path, self.module))
    }

    /// The same for a method, by the types around the call.
    pub(crate) fn chain_of_method(&self, name: &str, near: &HashSet<String>) -> Option<Chain> {
        self.ask(|sources| sources.chain_of_method(name, near))
    }

    /// The types of the crate that these names have to do with.
    pub(crate) fn near(&self, names: &[String]) -> HashSet<String> {
        self.ask(|sources| sources.near(names, self.module))
    }

    /// The same for a method of a type that is known.
    pub(crate) fn chain_of_own(&self, ty: &str, method: &str) -> Option<Chain> {
        self.ask(|sources| sources.chain_of_own(ty, method, self.module))
    }

    /// The same for a macro.
    pub(crate) fn chain_of_macro(&self, name: &str) -> Option<Chain> {
        self.ask(|sources| sources.chain_of_macro(name, self.module))
    }

    /// The same for the initial value of a static.
    pub(crate) fn chain_of_static(&self, name: &str) -> Option<Chain> {
        self.ask(|sources| sources.chain_of_static(name, self.module))
    }

    /// The type of a static of that name that can change.
    pub(crate) fn changing_static(&self, name: &str) -> Option<String> {
        self.ask(|sources| sources.changing_static(name, self.module))
    }
}
