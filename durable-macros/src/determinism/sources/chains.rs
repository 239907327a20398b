//! How code comes to something that is refused: through which functions, methods and values.

use std::{collections::HashSet, rc::Rc};

use super::{Definition, Sources, facts::MethodCall};
use crate::determinism::{
    denied::{self, Refusal},
    pure,
};

/// How code comes to something that is refused.
#[derive(Clone)]
pub(crate) struct Chain {
    calls: Vec<String>,
    root: String,
    /// Whether it begins with a static or constant.
    of_value: bool,
    pub(crate) refusal: Refusal,
}

impl Chain {
    fn to(root: String, refusal: Refusal) -> Self {
        Self { calls: Vec::new(), root, of_value: false, refusal }
    }

    /// "`a` (x.rs:1) calls `b` (y.rs:2), which calls `std::fs::read`, which", without what that does.
    pub(crate) fn path(&self) -> String {
        let (mut text, mut verb) = (String::new(), if self.of_value { "gets its value from" } else { "calls" });
        for step in &self.calls {
            if text.is_empty() {
                text.clone_from(step);
            } else {
                text = format!("{text} {verb} {step}, which");
                verb = "calls";
            }
        }
        if self.refusal == denied::GLOBAL {
            verb = "uses";
        }
        format!("{text} {verb} `{}`, which", self.root)
    }
}

/// Methods of the standard library that everything has: a call of one says nothing of its receiver.
const COMMON: &[&str] = &[
    "add",
    "all",
    "and_then",
    "any",
    "append",
    "apply",
    "as_mut",
    "as_ref",
    "as_str",
    "borrow",
    "borrow_mut",
    "call",
    "chain",
    "clear",
    "clone",
    "cmp",
    "collect",
    "contains",
    "count",
    "default",
    "deref",
    "div",
    "drain",
    "drop",
    "entry",
    "eq",
    "err",
    "expect",
    "extend",
    "filter",
    "find",
    "first",
    "fmt",
    "fold",
    "format",
    "from",
    "get",
    "get_mut",
    "hash",
    "id",
    "index",
    "insert",
    "into",
    "into_iter",
    "is_empty",
    "iter",
    "iter_mut",
    "join",
    "key",
    "keys",
    "last",
    "len",
    "load",
    "lock",
    "map",
    "max",
    "min",
    "mul",
    "name",
    "new",
    "next",
    "now",
    "ok",
    "or_else",
    "parse",
    "partial_cmp",
    "poll",
    "pop",
    "position",
    "push",
    "read",
    "recv",
    "remove",
    "replace",
    "retain",
    "rev",
    "run",
    "send",
    "set",
    "sort",
    "split",
    "start",
    "step",
    "stop",
    "store",
    "sub",
    "sum",
    "take",
    "to_owned",
    "to_string",
    "total",
    "trim",
    "try_from",
    "try_into",
    "unwrap",
    "update",
    "value",
    "values",
    "with",
    "write",
    "zip",
];

/// Types whose value can change behind a shared reference.
const CHANGING: &[&str] = &[
    "Mutex",
    "RwLock",
    "OnceLock",
    "OnceCell",
    "Cell",
    "RefCell",
    "UnsafeCell",
    "SyncUnsafeCell",
    "DashMap",
    "SegQueue",
    "ArrayQueue",
    "Sender",
    "Receiver",
    "ArcSwap",
    "Notify",
    "Semaphore",
    "UnboundedSender",
    "FairMutex",
    "ReentrantMutex",
    "LocalKey",
];

/// Whether the name is that of a type whose value can change behind a shared reference.
pub(crate) fn is_changing(ty: &str) -> bool {
    CHANGING.contains(&ty) || ty.starts_with("Atomic")
}

/// How long a chain may be.
const DEPTH: usize = 8;

impl Sources {
    /// How a function or associated function of that path comes to something refused.
    pub(crate) fn chain_of(&self, path: &[String], from: usize) -> Option<Chain> {
        self.path(path, from, 0)
    }

    /// The same for a method, unless its name is too common.
    pub(crate) fn chain_of_method(&self, name: &str, near: &HashSet<String>) -> Option<Chain> {
        self.method(name, near, 0)
    }

    /// The same for a macro.
    pub(crate) fn chain_of_macro(&self, name: &str, from: usize) -> Option<Chain> {
        self.want(name);
        self.guilty(&Self::nearest(self.macros.get(name)?, from), 0)
    }

    /// The same for the initial value of a static.
    pub(crate) fn chain_of_static(&self, name: &str, from: usize) -> Option<Chain> {
        self.want(name);
        let chain = self.guilty(&Self::nearest(self.statics.get(name)?, from), 0)?;
        Some(Chain { of_value: true, ..chain })
    }

    /// The same for a method of a type that is known, whatever its name; the method may be a trait's.
    pub(crate) fn chain_of_own(&self, ty: &str, method: &str, from: usize) -> Option<Chain> {
        if self.has_type(ty, from) { self.own(ty, method, from, 0) } else { None }
    }

    fn own(&self, ty: &str, method: &str, from: usize, depth: usize) -> Option<Chain> {
        let own = self.methods_of(ty, method, from);
        if !own.is_empty() {
            return self.guilty(&own, depth);
        }
        self.want(ty);
        let interfaces = self.interfaces.get(ty)?;
        let provided = interfaces.iter().map(|interface| self.methods_of(interface, method, from));
        if let Some(provided) = provided.into_iter().find(|all| !all.is_empty()) {
            return self.guilty(&provided, depth);
        }
        // All that an iterator provides calls `next`.
        if interfaces.iter().any(|interface| interface == "Iterator") && method != "next" {
            return self.own(ty, "next", from, depth);
        }
        None
    }

    /// The type of a static of that name that can change, if all of that name can.
    pub(crate) fn changing_static(&self, name: &str, from: usize) -> Option<String> {
        self.want(name);
        let all = Self::nearest(self.statics.get(name)?, from);
        let changing = |definition: &Rc<Definition>| {
            definition.ty.as_ref().is_some_and(|ty| ty.names.iter().any(|name| self.can_change(name, 0)))
        };
        let last = all.last()?;
        if all.iter().all(changing) { last.ty.as_ref().map(|ty| ty.text.clone()) } else { None }
    }

    /// Whether a value of that type can change behind a shared reference, also in one of its fields.
    fn can_change(&self, ty: &str, depth: usize) -> bool {
        if is_changing(ty) {
            return true;
        }
        if depth > 2 || pure::is_prelude(ty) {
            return false;
        }
        self.want(ty);
        let one_can = |parts: &Vec<String>| parts.iter().any(|part| self.can_change(part, depth + 1));
        self.parts.get(ty).is_some_and(|declarations| declarations.iter().all(one_can))
    }

    fn path(&self, path: &[String], from: usize, depth: usize) -> Option<Chain> {
        if let [before @ .., ty, name] = path {
            // `crate::desk::Desk::stamp` says where the type is; of a plain `Desk` the module knows it.
            self.want(ty);
            let of_type = match (before, self.types.get(ty)) {
                ([], _) | (_, None) => self.methods_of(ty, name, from),
                (_, Some(all)) => {
                    let declaring = self.declaring_path(&[before, std::slice::from_ref(ty)].concat(), all);
                    let all = self.associated.get(&(ty.clone(), name.clone()));
                    all.into_iter().flatten().filter(|method| declaring.contains(&method.module)).cloned().collect()
                }
            };
            if !of_type.is_empty() || !pure::is_snake(ty) {
                return self.guilty(&of_type, depth);
            }
        }
        self.guilty(&self.candidates(path, from), depth)
    }

    /// Judges a method of that name by those types of the crate that the code around the call has to do with.
    fn method(&self, name: &str, near: &HashSet<String>, depth: usize) -> Option<Chain> {
        if near.is_empty() || COMMON.contains(&name) {
            return None;
        }
        let all = self.methods.get(name)?;
        let meant = |definition: &&Rc<Definition>| {
            let Some(owner) = &definition.owner else { return false };
            let implements = |ty: &String| self.interfaces.get(ty).is_some_and(|all| all.contains(owner));
            let through = |all: &Vec<String>| all.iter().any(|interface| near.contains(interface));
            near.contains(owner) || near.iter().any(implements) || self.interfaces.get(owner).is_some_and(through)
        };
        let meant: Vec<_> = all.iter().filter(meant).cloned().collect();
        self.guilty(&meant, depth)
    }

    /// Whether a module has the name from the prelude, or from another crate.
    pub(super) fn is_foreign(&self, name: &str, from: usize) -> bool {
        let Some(module) = self.modules.get(from) else { return false };
        match module.imports.target(name).and_then(<[String]>::first) {
            Some(head) => pure::is_pure_crate(head) || head == "tokio",
            None => pure::is_prelude(name) && !self.types.get(name).is_some_and(|all| all.contains(&from)),
        }
    }

    /// The types of the crate among these names, as they are meant in a module, and those that they are made of or give.
    pub(crate) fn near(&self, names: &[String], from: usize) -> HashSet<String> {
        // Types begin with capitals; asking for all else would read every file that declares a `new`.
        let may_be_own = |name: &&String| name.len() > 1 && !pure::is_snake(name) && !self.is_foreign(name, from);
        names.iter().filter(may_be_own).for_each(|name| self.want(name));
        let mut near = HashSet::new();
        let own = self.modules.get(from);
        let is_function = |name: &&String| own.is_some_and(|own| own.functions.contains_key(*name));
        let meant = |name: &&String| {
            self.has_type(name, from) || !self.types.contains_key(*name) && self.interfaces.contains_key(*name)
        };
        let given = names.iter().filter(is_function).filter_map(|name| self.returns.get(name)).flatten();
        let mut next: Vec<&String> = names.iter().filter(meant).chain(given).collect();
        while let Some(name) = next.pop() {
            // No variable, no keyword, no type parameter.
            if name.len() > 1 && !pure::is_snake(name) && !pure::is_prelude(name) {
                self.want(name);
            }
            let known = self.types.contains_key(name) || self.interfaces.contains_key(name);
            if known && near.insert(name.clone()) {
                next.extend(self.parts.get(name).into_iter().flatten().flatten());
                next.extend(self.given.get(name).into_iter().flatten());
            }
        }
        near
    }

    /// The chain of the last of them, if all of them have one.
    fn guilty(&self, all: &[Rc<Definition>], depth: usize) -> Option<Chain> {
        let mut chain = None;
        for definition in all {
            chain = Some(self.chain(definition, depth)?);
        }
        chain
    }

    fn chain(&self, definition: &Definition, depth: usize) -> Option<Chain> {
        if depth > DEPTH || definition.is_marked {
            return None;
        }
        if depth == 0 {
            self.verdicts.borrow_mut().clear();
        }
        let key = std::ptr::from_ref(definition);
        if let Some(verdict) = self.verdicts.borrow().get(&key) {
            return verdict.clone();
        }
        // Whoever comes back to it meanwhile finds nothing new here.
        self.verdicts.borrow_mut().insert(key, None);
        let chain = self.look(definition, depth);
        self.verdicts.borrow_mut().insert(key, chain.clone());
        chain
    }

    fn look(&self, definition: &Definition, depth: usize) -> Option<Chain> {
        let found = definition.facts.paths.iter().find_map(|(path, arguments)| {
            let from = definition.module;
            let own = path.len() > 1 && path.get(path.len() - 2).is_some_and(|ty| self.has_type(ty, from));
            match denied::denied(path, *arguments).filter(|_| !own) {
                Some(refusal) => Some(Chain::to(path.join("::"), refusal)),
                None => self.path(path, from, depth + 1),
            }
        });
        let found = found.or_else(|| {
            let near = self.near(&definition.facts.names, definition.module);
            definition.facts.methods.iter().find_map(|call| {
                let MethodCall { name, arguments, receiver } = call;
                if let Some(refusal) = denied::denied_method(name, *arguments).filter(|_| !self.has_method(name)) {
                    return Some(Chain::to(name.clone(), refusal));
                }
                let receiver = receiver
                    .as_ref()
                    .and_then(|(ty, fields)| fields.iter().try_fold(ty.clone(), |ty, name| self.field(&ty, name)));
                match receiver.and_then(|ty| self.own(&ty, name, definition.module, depth + 1)) {
                    Some(chain) => Some(chain),
                    None => self.method(name, &near, depth + 1),
                }
            })
        });
        let found = found.or_else(|| {
            let changing =
                definition.facts.statics.iter().find(|name| self.changing_static(name, definition.module).is_some())?;
            Some(Chain::to(changing.clone(), denied::GLOBAL))
        });
        let mut chain = found?;
        chain.calls.insert(0, format!("{} ({})", definition.shown, definition.at));
        Some(chain)
    }
}
