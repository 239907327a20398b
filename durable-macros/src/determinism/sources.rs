//! The crate's own sources, as far as they can be read: which functions call what is refused, and through whom.
//!
//! Only positive evidence refuses: where several functions could be meant, all of them have to be guilty. Marked
//! functions are innocent here, as they are checked themselves. Where sources can't be read (in doctests, in editors),
//! this net is missing and the others stay.

mod chains;
mod facts;
mod read;
mod view;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    path::PathBuf,
    rc::Rc,
};

pub(crate) use chains::{Chain, is_changing};
use facts::Facts;
pub(super) use facts::{names_in, qualified};
pub(super) use view::View;

use super::imports::Imports;

/// What a crate, or a file of its own, consists of.
#[derive(Default)]
pub(crate) struct Sources {
    modules: Vec<Module>,
    functions: HashMap<String, Vec<Rc<Definition>>>,
    /// By type and name.
    associated: HashMap<(String, String), Vec<Rc<Definition>>>,
    methods: HashMap<String, Vec<Rc<Definition>>>,
    macros: HashMap<String, Vec<Rc<Definition>>>,
    statics: HashMap<String, Vec<Rc<Definition>>>,
    /// The types and traits, and the modules that declare them.
    types: HashMap<String, Vec<usize>>,
    /// The names of all functions, also of activities and orchestrators.
    declared: HashSet<String>,
    entities: HashSet<String>,
    /// Whether there are macros that may declare functions.
    has_generated: bool,
    /// The types of named fields, by type and name.
    fields: HashMap<(String, String), String>,
    /// The names in the types of all fields of a type, for each declaration of the name.
    parts: HashMap<String, Vec<Vec<String>>>,
    /// The names in the types that functions return.
    returns: HashMap<String, Vec<String>>,
    /// The names in the types that the methods of a type return.
    given: HashMap<String, Vec<String>>,
    /// The traits that a type implements.
    interfaces: HashMap<String, Vec<String>>,
    /// The functions and methods by their place: the module, and whether it is a method.
    places: HashMap<Site, (usize, bool)>,
    /// What was found out about definitions during a question: code calls itself, and each other.
    verdicts: RefCell<HashMap<*const Definition, Option<Chain>>>,
    /// The files that were read.
    read: HashSet<PathBuf>,
    /// Files that were not read yet, by the names that they declare.
    unread: HashMap<String, Vec<PathBuf>>,
    /// Those that a question has asked for.
    wanted: RefCell<HashSet<PathBuf>>,
}

/// A module: of a file, or inline.
struct Module {
    name: String,
    file: PathBuf,
    imports: Imports,
    children: HashSet<String>,
    /// All functions, also activities and orchestrators, and which of these they are.
    functions: HashMap<String, Option<&'static str>>,
}

/// A function, method, macro or static.
struct Definition {
    shown: String,
    at: String,
    is_const: bool,
    is_async: bool,
    is_marked: bool,
    /// The module.
    module: usize,
    /// The type or trait that it is a method of.
    owner: Option<String>,
    /// The type of a static.
    ty: Option<StaticType>,
    facts: Facts,
}

/// The type of a static: as it is written, and the names in it.
struct StaticType {
    text: String,
    names: Vec<String>,
}

impl Module {
    /// Whether everything of another module of the crate is imported.
    fn has_globs(&self) -> bool {
        let pure = |head: &String| head == "durable" || super::pure::is_pure_crate(head);
        self.imports.globs().any(|glob| glob.first().is_some_and(|head| !pure(head)))
    }
}

/// Where the expansion stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

thread_local! {
    // Plain text only: tokens must not outlive the expansion that they came with.
    static CACHE: RefCell<HashMap<PathBuf, Rc<RefCell<Sources>>>> = RefCell::default();
}

impl Sources {
    /// The sources around the file that is expanded.
    pub(crate) fn around(site: &Site) -> Option<Rc<RefCell<Self>>> {
        let root = read::root(&site.file);
        let sources = CACHE.with_borrow_mut(|cache| {
            let read = || Rc::new(RefCell::new(read::scan(&root)));
            Rc::clone(cache.entry(root.clone()).or_insert_with(read))
        });
        read::read(&mut sources.borrow_mut(), [site.file.clone()].into());
        let is_read = sources.borrow().module_of_file(site).is_some();
        is_read.then_some(sources)
    }

    /// Asks for the files that declare a name. What is not read yet is read after the question, which is asked again then.
    fn want(&self, name: &str) {
        if let Some(files) = self.unread.get(name) {
            self.wanted.borrow_mut().extend(files.iter().cloned());
        }
    }

    /// The files that were asked for since the last time.
    fn take_wanted(&self) -> HashSet<PathBuf> {
        self.wanted.take()
    }

    /// The module in which the function there stands, and whether it stands in an `impl` block. Nothing if it stands in
    /// the body of another function.
    pub(crate) fn place_of(&self, site: &Site) -> Option<(usize, bool)> {
        self.places.get(site).copied()
    }

    /// The module of that file that is no part of another one there.
    pub(crate) fn module_of_file(&self, site: &Site) -> Option<usize> {
        self.modules.iter().position(|module| module.file == site.file)
    }

    /// The name of a module.
    pub(crate) fn module_name(&self, module: usize) -> &str {
        self.modules.get(module).map(|module| module.name.as_str()).unwrap_or_default()
    }

    /// The imports of a module.
    pub(crate) fn imports_of(&self, module: usize) -> Imports {
        self.modules.get(module).map(|module| module.imports.clone()).unwrap_or_default()
    }

    /// Whether a type of that name, as it is meant in that module, is one of the crate.
    pub(crate) fn has_type(&self, name: &str, from: usize) -> bool {
        !self.declaring(name, from).is_empty()
    }

    /// The modules that declare the type which that name means in a module.
    fn declaring(&self, name: &str, from: usize) -> Vec<usize> {
        if !self.is_foreign(name, from) {
            self.want(name);
        }
        let (Some(all), Some(module)) = (self.types.get(name), self.modules.get(from)) else { return Vec::new() };
        if all.contains(&from) {
            return vec![from];
        }
        if let Some(target) = module.imports.target(name) {
            return self.declaring_path(target, all);
        }
        if module.has_globs() { all.clone() } else { Vec::new() }
    }

    /// The modules among these that a path to a type leads to.
    fn declaring_path(&self, path: &[String], all: &[usize]) -> Vec<usize> {
        let [head, .., _] = path else { return Vec::new() };
        let of_crate = matches!(head.as_str(), "crate" | "self" | "super") || self.has_module(head);
        let module = path.iter().rev().nth(1);
        match (of_crate, all) {
            (true, [only]) => vec![*only],
            (true, all) => {
                let named = |index: &&usize| self.modules.get(**index).map(|module| &module.name) == module;
                all.iter().filter(named).copied().collect()
            }
            (false, _) => Vec::new(),
        }
    }

    /// The methods of a type, as its name is meant in a module.
    fn methods_of(&self, ty: &str, method: &str, from: usize) -> Vec<Rc<Definition>> {
        // Where its `impl` blocks are: their heads declare it, too.
        self.want(ty);
        let Some(all) = self.associated.get(&(ty.to_owned(), method.to_owned())) else { return Vec::new() };
        match self.types.get(ty).map(Vec::as_slice) {
            // Of a type that is there once, the `impl` blocks may be anywhere; so may those of foreign types.
            None | Some([_]) => all.clone(),
            Some(_) => {
                let declaring = self.declaring(ty, from);
                all.iter().filter(|definition| declaring.contains(&definition.module)).cloned().collect()
            }
        }
    }

    /// Whether a type of the crate has a method of that name.
    pub(crate) fn has_method(&self, name: &str) -> bool {
        self.want(name);
        self.methods.contains_key(name)
    }

    /// Whether the crate has a function of that path.
    pub(crate) fn has_function(&self, path: &[String], from: usize) -> bool {
        !self.candidates(path, from).is_empty()
    }

    /// Whether a module of that name is declared in the crate.
    pub(crate) fn has_module(&self, name: &str) -> bool {
        if !super::pure::is_pure_crate(name) {
            self.want(name);
        }
        self.modules.iter().any(|module| module.children.contains(name))
    }

    /// Whether all functions that could be meant are `const` or marked, or only describe work.
    pub(crate) fn is_callable(&self, path: &[String], from: usize) -> bool {
        let candidates = self.candidates(path, from);
        if candidates.is_empty() {
            return self.described(path, from).is_some();
        }
        candidates.iter().all(|definition| definition.is_const || definition.is_marked)
    }

    /// Whether all functions that could be meant are `async` and have no mark.
    pub(crate) fn is_unmarked_async(&self, path: &[String], from: usize) -> bool {
        let candidates = self.candidates(path, from);
        !candidates.is_empty() && candidates.iter().all(|definition| definition.is_async && !definition.is_marked)
    }

    /// Whether a path that begins with that name means something of a module of that file, and not of the body of a
    /// function in it.
    pub(crate) fn is_of_a_module(&self, name: &str, from: usize) -> bool {
        let file = self.modules.get(from).map(|module| &module.file);
        let declares = |module: &Module| {
            module.functions.contains_key(name)
                || module.children.contains(name)
                || module.imports.target(name).is_some()
        };
        matches!(name, "crate" | "self" | "super")
            || self.modules.iter().filter(|module| Some(&module.file) == file).any(declares)
    }

    /// What a function of that path describes, if it is nothing else.
    pub(crate) fn described(&self, path: &[String], from: usize) -> Option<&'static str> {
        let (name, before) = path.split_last()?;
        let own = self.modules.get(from)?;
        if before.is_empty() && own.functions.contains_key(name) {
            return own.functions.get(name).copied().flatten();
        }
        self.want(name);
        let module = before.last().filter(|module| !matches!(module.as_str(), "crate" | "self" | "super"));
        let named = self.modules.iter().filter(|candidate| match module {
            Some(module) => candidate.name == *module,
            None => !before.is_empty() || own.has_globs(),
        });
        let mut meant = named.filter_map(|module| module.functions.get(name));
        let first = meant.next().copied().flatten()?;
        meant.all(|what| *what == Some(first)).then_some(first)
    }

    /// Whether it is the state of an entity.
    pub(crate) fn has_entity(&self, name: &str) -> bool {
        self.want(name);
        self.entities.contains(name)
    }

    /// Whether a function or type of that name is anywhere in the sources.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.want(name);
        self.declared.contains(name) || self.types.contains_key(name)
    }

    /// Whether no function of that name is anywhere in the sources, and no macro could have made one.
    pub(crate) fn is_nowhere(&self, name: &str) -> bool {
        self.want(name);
        !self.declared.contains(name) && !self.has_generated
    }

    /// Follows a path through the re-exports of the crate's own modules.
    pub(crate) fn follow(&self, path: Vec<String>) -> Vec<String> {
        let mut path = path;
        for _ in 0..8 {
            let Some(next) = self.follow_once(&path) else { break };
            path = next;
        }
        path
    }

    fn follow_once(&self, path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?;
        if !matches!(first.as_str(), "crate" | "self" | "super") && !self.has_module(first) {
            return None;
        }
        let (before, name, rest) = path.windows(2).enumerate().find_map(|(at, pair)| {
            let [module, name] = pair else { return None };
            self.want(module);
            let module = self.modules.iter().find(|candidate| {
                candidate.name == *module && candidate.imports.target(name).is_some_and(|target| target.len() > 1)
            })?;
            Some((module, name, path.get(at + 2..).unwrap_or_default()))
        })?;
        let target = before.imports.target(name)?;
        (target.first() != Some(first) || target != path).then(|| [target, rest].concat())
    }

    /// The functions that a path may mean in a module.
    fn candidates(&self, path: &[String], from: usize) -> Vec<Rc<Definition>> {
        let (Some((name, before)), Some(own)) = (path.split_last(), self.modules.get(from)) else { return Vec::new() };
        if !(before.is_empty() && own.functions.contains_key(name)) {
            self.want(name);
        }
        let Some(all) = self.functions.get(name) else { return Vec::new() };
        if let ["super"] = *before.iter().map(String::as_str).collect::<Vec<_>>()
            && let Some((parent, module)) = self.parent(from)
            && !module.functions.contains_key(name)
            && let Some(target) = module.imports.target(name)
        {
            // The parent has it from somewhere else.
            return self.candidates(target, parent);
        }
        let module = before.last().filter(|module| !matches!(module.as_str(), "crate" | "self" | "super"));
        let meant = |definition: &&Rc<Definition>| match module {
            Some(module) => self.modules.get(definition.module).is_some_and(|candidate| candidate.name == *module),
            None if before.is_empty() && own.functions.contains_key(name) => definition.module == from,
            None => !before.is_empty() || own.has_globs(),
        };
        all.iter().filter(meant).cloned().collect()
    }

    /// The module around an inline module, if it is the only one in its file that has a child of that name.
    fn parent(&self, of: usize) -> Option<(usize, &Module)> {
        let own = self.modules.get(of)?;
        let modules = self.modules.iter().enumerate();
        let mut parents =
            modules.filter(|(at, module)| *at != of && module.file == own.file && module.children.contains(&own.name));
        parents.next().filter(|_| parents.next().is_none())
    }

    /// The definitions of the module itself, or else all of that name.
    fn nearest(all: &[Rc<Definition>], from: usize) -> Vec<Rc<Definition>> {
        let own: Vec<_> = all.iter().filter(|definition| definition.module == from).cloned().collect();
        if own.is_empty() { all.to_vec() } else { own }
    }

    /// The type of a field.
    pub(crate) fn field(&self, ty: &str, name: &str) -> Option<String> {
        self.want(ty);
        self.fields.get(&(ty.to_owned(), name.to_owned())).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sources of a crate of one file.
    fn sources(text: &str) -> Sources {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("durable-{}-{number}.rs", std::process::id()));
        std::fs::write(&file, text).unwrap();
        let mut sources = Sources::default();
        read::read(&mut sources, [file.clone()].into());
        std::fs::remove_file(&file).unwrap();
        sources
    }

    fn path(text: &str) -> Vec<String> {
        text.split("::").map(str::to_owned).collect()
    }

    fn chain(chain: Option<Chain>) -> Option<String> {
        // The name of the file differs in each test.
        chain.map(|chain| {
            let text = chain.path();
            text.split(' ').map(|word| if word.contains(".rs:") { "(..)" } else { word }).collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn what_a_module_has_from_its_parent_is_what_that_has_imported() {
        let sources = sources(
            "mod disk { pub fn work() { std::fs::read(1) } }
             mod tame { pub fn work() {} }
             mod desk { use super::tame::work; mod inner { use super::work; fn outer() { work() } } }
             mod wild { use super::disk::work; mod inside { use super::work; fn outer() { work() } } }",
        );
        let from = |name: &str| sources.modules.iter().position(|module| module.name == name).unwrap();
        assert_eq!(chain(sources.chain_of(&path("super::work"), from("inner"))), None);
        let wild = chain(sources.chain_of(&path("super::work"), from("inside")));
        assert_eq!(wild.as_deref(), Some("`work` (..) calls `std::fs::read`, which"));
    }

    #[test]
    fn calls_are_followed_through_functions_methods_and_imports() {
        let sources = sources(
            "use std::fs as files; mod desk { pub fn outer() -> String { inner() } fn inner() -> String {
             crate::Desk::stamp() } } struct Desk; impl Desk { fn stamp() -> String { files::read_to_string(NAME).unwrap() } }",
        );
        assert_eq!(
            chain(sources.chain_of(&path("desk::outer"), 0)).as_deref(),
            Some(
                "`outer` (..) calls `inner` (..) which calls `Desk::stamp` (..) which calls `std::fs::read_to_string`, which"
            )
        );
        assert_eq!(chain(sources.chain_of(&path("other::outer"), 0)), None);
    }

    #[test]
    fn a_method_is_judged_by_the_types_around_the_call() {
        let sources = sources(
            "struct Log; impl Log { fn lines(&self) -> String { std::fs::read_to_string(\"log\").unwrap() } }
             struct Desk { log: Log }",
        );
        let near = |name: &str| sources.chain_of_method("lines", &sources.near(&[name.to_owned()], 0)).is_some();
        assert!(near("Log") && near("Desk"));
        assert!(!near("String"));
    }

    #[test]
    fn what_is_marked_or_means_several_things_is_innocent() {
        let sources = sources(
            "#[deterministic] fn a() { std::process::id(); } fn b() { a() }
             mod x { pub fn c() { std::process::id(); } } mod y { pub fn c() {} } const fn d() {}",
        );
        assert!(sources.chain_of(&path("b"), 0).is_none());
        assert!(sources.chain_of(&path("c"), 0).is_none());
        assert!(sources.chain_of(&path("x::c"), 0).is_some());
        assert!(
            sources.is_callable(&path("a"), 0)
                && sources.is_callable(&path("d"), 0)
                && !sources.is_callable(&path("b"), 0)
        );
    }

    #[test]
    fn statics_that_can_change_are_known_by_their_types() {
        let sources = sources(
            "static A: Mutex<u64> = Mutex::new(0); static B: &str = \"b\"; struct S { n: AtomicU64 } static C: S = S::new();
             lazy_static! { static ref D: RwLock<u8> = RwLock::new(1); static ref E: String = std::env::var(\"E\").unwrap(); }",
        );
        let changing: Vec<_> =
            ["A", "B", "C", "D", "E"].into_iter().filter(|name| sources.changing_static(name, 0).is_some()).collect();
        assert_eq!(changing, ["A", "C", "D"]);
        assert_eq!(
            chain(sources.chain_of_static("E", 0)).as_deref(),
            Some("`E` (..) gets its value from `std::env::var`, which")
        );
    }

    #[test]
    fn code_that_calls_itself_in_many_places_is_looked_at_once() {
        let calls = "t(); u(); v(); w(); ".repeat(50);
        let sources = sources(&format!(
            "fn t() {{ {calls} }} fn u() {{ {calls} }} fn v() {{ {calls} }} fn w() {{ {calls} std::process::id(); }}"
        ));
        assert!(sources.chain_of(&path("t"), 0).is_some());
    }

    #[test]
    fn re_exports_are_followed() {
        let sources = sources("mod clock { pub use std::time::SystemTime as Now; }");
        assert_eq!(sources.follow(path("clock::Now::now")).join("::"), "std::time::SystemTime::now");
        assert_eq!(sources.follow(path("other::Now::now")).join("::"), "other::Now::now");
    }
}
