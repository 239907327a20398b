//! Reads the files of a crate.

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Block, ImplItem, Item, ItemMacro, Signature, TraitItem, Type};

use super::{
    Definition, Module, Site, Sources, StaticType,
    facts::{Facts, names_in},
};
use crate::{
    determinism::{imports::Imports, receivers},
    types,
};

/// What belongs together with a file: all of `src`, or the file of a test or example alone.
pub(super) fn root(file: &Path) -> PathBuf {
    let source = env::var_os("CARGO_MANIFEST_DIR").map(|root| PathBuf::from(root).join("src"));
    source.filter(|source| file.starts_with(source)).unwrap_or_else(|| file.to_owned())
}

/// Notes which files declare which names. Most are never read beyond that.
pub(super) fn scan(root: &Path) -> Sources {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    if root.is_dir() {
        walk(root, &mut files);
    }
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let mut names: HashSet<&str> = names_declared(&text).collect();
        let module = module_name(&file);
        names.insert(&module);
        for name in names {
            sources.unread.entry(name.to_owned()).or_default().push(file.clone());
        }
    }
    sources
}

/// The names that a text may declare, and those in the heads of its `impl` blocks: a few too many do no harm.
fn names_declared(text: &str) -> impl Iterator<Item = &str> {
    const DECLARE: &[&str] =
        &["fn", "struct", "enum", "trait", "static", "ref", "const", "type", "mod", "macro_rules", "impl", "for"];
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let mut before = "";
    let mut in_impl = 0_u8;
    words.filter(move |word| {
        let declared = DECLARE.contains(&before) || in_impl > 0;
        // `impl<T: Bound> Trait<U> for Type<T>`
        in_impl = match *word {
            "impl" => 8,
            "fn" | "pub" | "async" | "const" | "type" | "where" => 0,
            _ => in_impl.saturating_sub(1),
        };
        before = word;
        declared
    })
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

/// Reads those files that were not read before, and the modules that files of tests declare.
pub(super) fn read(sources: &mut Sources, files: HashSet<PathBuf>) {
    let _own_tokens = OwnTokens::begin();
    let mut files: Vec<_> = files.into_iter().collect();
    // The order decides which of several chains is told.
    files.sort();
    files.reverse();
    while let Some(file) = files.pop() {
        if !sources.read.insert(file.clone()) {
            continue;
        }
        let parsed = fs::read_to_string(&file).ok().and_then(|text| syn::parse_file(&text).ok());
        let Some(parsed) = parsed else { continue };
        if sources.unread.is_empty() {
            files.extend(declared(&file, &parsed.items));
        }
        Reader { sources, file: &file, marked: false }.module(&module_name(&file), &parsed.items);
    }
    let read = &sources.read;
    for waiting in sources.unread.values_mut() {
        waiting.retain(|file| !read.contains(file));
    }
}

/// The files of `mod x;` beside this one.
fn declared(file: &Path, items: &[Item]) -> Vec<PathBuf> {
    let Some(directory) = file.parent() else { return Vec::new() };
    let own = directory.join(file.file_stem().unwrap_or_default());
    let mut found = Vec::new();
    for item in items {
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            let name = module.ident.to_string();
            for directory in [directory, &own] {
                found.extend([directory.join(format!("{name}.rs")), directory.join(&name).join("mod.rs")]);
            }
        }
    }
    found.retain(|file| file.is_file());
    found
}

fn module_name(file: &Path) -> String {
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match (name(file).as_str(), file.parent()) {
        ("mod", Some(parent)) => name(parent),
        (name, _) => name.to_owned(),
    }
}

impl StaticType {
    fn new(ty: TokenStream) -> Self {
        Self { text: ty.to_string(), names: names_in(ty) }
    }
}

struct Reader<'a> {
    sources: &'a mut Sources,
    file: &'a Path,
    /// Whether the module is marked as a whole.
    marked: bool,
}

impl Reader<'_> {
    fn module(&mut self, name: &str, items: &[Item]) {
        let mut imports = Imports::default();
        for item in items {
            imports.add(item);
        }
        let children = items.iter().filter_map(|item| match item {
            Item::Mod(child) => Some(child.ident.to_string()),
            _ => None,
        });
        let functions = items.iter().filter_map(|item| match item {
            Item::Fn(function) => {
                let kinds = [("activity", "an activity"), ("orchestrator", "an orchestrator")];
                let what = kinds.into_iter().find(|(attribute, _)| has(&function.attrs, &[attribute]));
                Some((function.sig.ident.to_string(), what.map(|(_, what)| what)))
            }
            _ => None,
        });
        let module = Module {
            name: name.to_owned(),
            file: self.file.to_owned(),
            imports: imports.clone(),
            children: children.collect(),
            functions: functions.collect(),
        };
        let index = self.sources.modules.len();
        self.sources.modules.push(module);
        for item in items {
            match item {
                Item::Fn(function) => {
                    self.sources.declared.insert(function.sig.ident.to_string());
                    self.place(function.sig.ident.span(), index, false);
                }
                Item::Impl(block) => {
                    for item in &block.items {
                        if let ImplItem::Fn(method) = item {
                            self.place(method.sig.ident.span(), index, true);
                        }
                    }
                }
                _ => {}
            }
        }
        for item in items {
            self.item(index, &imports, item);
        }
    }

    fn declare(&mut self, ty: String, module: usize) {
        self.sources.types.entry(ty).or_default().push(module);
    }

    fn place(&mut self, span: Span, module: usize, in_impl: bool) {
        let site = Site { file: self.file.to_owned(), line: line(span) };
        self.sources.places.insert(site, (module, in_impl));
    }

    fn item(&mut self, module: usize, imports: &Imports, item: &Item) {
        match item {
            Item::Fn(function) if !has(&function.attrs, &["activity", "orchestrator"]) => {
                let definition =
                    self.function(module, imports, None, &function.sig, &function.block, &[&function.attrs]);
                self.sources.functions.entry(function.sig.ident.to_string()).or_default().push(definition);
            }
            Item::Impl(block) if !has(&block.attrs, &["entity"]) => {
                let ty = type_name(&block.self_ty);
                if let Some((interface, _)) = &block.trait_
                    && let Some(interface) = interface.segments.last()
                {
                    self.sources.interfaces.entry(ty.clone()).or_default().push(interface.ident.to_string());
                }
                for item in &block.items {
                    if let ImplItem::Fn(method) = item {
                        let attributes = [&block.attrs[..], &method.attrs];
                        self.method(module, imports, &ty, &method.sig, &method.block, &attributes);
                    }
                }
            }
            Item::Trait(declaration) => {
                self.declare(declaration.ident.to_string(), module);
                for item in &declaration.items {
                    if let TraitItem::Fn(method) = item
                        && let Some(block) = &method.default
                    {
                        let attributes = [&declaration.attrs[..], &method.attrs];
                        self.method(module, imports, &declaration.ident.to_string(), &method.sig, block, &attributes);
                    }
                }
            }
            Item::Static(item) => {
                let facts = Facts::of_expression(imports, &item.expr);
                let ty = StaticType::new(item.ty.to_token_stream());
                self.other(module, &item.ident.to_string(), line(item.ident.span()), Some(ty), facts);
            }
            Item::Macro(item) => self.item_macro(module, imports, item),
            Item::Struct(item) => {
                self.declare(item.ident.to_string(), module);
                if has(&item.attrs, &["entity"]) {
                    self.sources.entities.insert(item.ident.to_string());
                }
                if derives_default(&item.attrs) {
                    self.derived_default(module, item);
                }
                let parts = item.fields.iter().flat_map(|field| names_in(field.ty.to_token_stream())).collect();
                self.sources.parts.entry(item.ident.to_string()).or_default().push(parts);
                for field in &item.fields {
                    if let (Some(name), Some(ty)) = (&field.ident, receivers::type_name(&field.ty)) {
                        self.sources.fields.insert((item.ident.to_string(), name.to_string()), ty);
                    }
                }
            }
            Item::Const(item) => {
                let facts = Facts::of_expression(imports, &item.expr);
                self.other(module, &item.ident.to_string(), line(item.ident.span()), None, facts);
            }
            Item::Enum(item) => {
                self.declare(item.ident.to_string(), module);
            }
            Item::Mod(child) => {
                if let Some((_, items)) = &child.content {
                    let outer = self.marked;
                    self.marked |= has(&child.attrs, &["deterministic"]);
                    self.module(&child.ident.to_string(), items);
                    self.marked = outer;
                }
            }
            _ => {}
        }
    }

    fn function(
        &mut self,
        module: usize,
        imports: &Imports,
        own_type: Option<&str>,
        signature: &Signature,
        block: &Block,
        attributes: &[&[Attribute]],
    ) -> Rc<Definition> {
        let name = &signature.ident;
        let returned = names_in(signature.output.to_token_stream());
        match own_type {
            Some(ty) => self.sources.given.entry(ty.to_owned()).or_default().extend(returned),
            None => self.sources.returns.entry(name.to_string()).or_default().extend(returned),
        }
        let shown = own_type.map_or_else(|| name.to_string(), |ty| format!("{ty}::{name}"));
        Rc::new(Definition {
            shown: format!("`{shown}`"),
            at: self.at(line(signature.ident.span())),
            is_const: signature.constness.is_some(),
            is_async: signature.asyncness.is_some(),
            is_marked: self.marked || attributes.iter().any(|attributes| has(attributes, &["deterministic"])),
            module,
            owner: own_type.map(str::to_owned),
            ty: None,
            facts: Facts::of_function(imports, own_type, signature, block),
        })
    }

    fn method(
        &mut self,
        module: usize,
        imports: &Imports,
        ty: &str,
        signature: &Signature,
        block: &Block,
        attributes: &[&[Attribute]],
    ) {
        let name = signature.ident.to_string();
        let definition = self.function(module, imports, Some(ty), signature, block, attributes);
        self.sources.associated.entry((ty.to_owned(), name.clone())).or_default().push(Rc::clone(&definition));
        self.sources.methods.entry(name).or_default().push(definition);
    }

    /// A derived `Default` calls that of each field.
    fn derived_default(&mut self, module: usize, item: &syn::ItemStruct) {
        let of_fields = item.fields.iter().filter_map(|field| receivers::type_name(&field.ty));
        let paths = of_fields.map(|ty| (vec![ty, "default".to_owned()], Some(0))).collect();
        let name = item.ident.to_string();
        let definition = Definition {
            shown: format!("`{name}::default`"),
            at: self.at(line(item.ident.span())),
            is_const: false,
            is_async: false,
            is_marked: false,
            module,
            owner: Some(name.clone()),
            ty: None,
            facts: Facts { paths, ..Facts::default() },
        };
        self.sources.associated.entry((name, "default".to_owned())).or_default().push(Rc::new(definition));
    }

    fn other(&mut self, module: usize, name: &str, line: usize, ty: Option<StaticType>, facts: Facts) {
        let definition = Definition {
            shown: format!("`{name}`"),
            at: self.at(line),
            is_const: false,
            is_async: false,
            is_marked: false,
            module,
            owner: None,
            ty,
            facts,
        };
        self.sources.statics.entry(name.to_owned()).or_default().push(Rc::new(definition));
    }

    fn item_macro(&mut self, module: usize, imports: &Imports, item: &ItemMacro) {
        if let Some(name) = &item.ident {
            let definition = Definition {
                shown: format!("`{name}!`"),
                at: self.at(line(name.span())),
                is_const: false,
                is_async: false,
                is_marked: false,
                module,
                owner: None,
                ty: None,
                facts: Facts::of_tokens(imports, item.mac.tokens.clone()),
            };
            self.sources.macros.entry(name.to_string()).or_default().push(Rc::new(definition));
        } else if types::ends_in(&item.mac.path, &["lazy_static", "thread_local"]) {
            for (name, ty, value) in lazy_statics(item.mac.tokens.clone()) {
                let facts = Facts::of_tokens(imports, value);
                let mut ty = StaticType::new(ty);
                if types::ends_in(&item.mac.path, &["thread_local"]) {
                    ty.names.push("LocalKey".to_owned());
                }
                self.other(module, &name.to_string(), line(name.span()), Some(ty), facts);
            }
        } else {
            self.sources.has_generated = true;
        }
    }

    fn at(&self, line: usize) -> String {
        let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let inside = root.as_ref().and_then(|root| self.file.strip_prefix(root).ok());
        let file = inside.unwrap_or_else(|| self.file.file_name().map_or(self.file, Path::new));
        format!("{}:{line}", file.display())
    }
}

fn derives_default(attributes: &[Attribute]) -> bool {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives.into_iter().any(|attribute| names_in(attribute.meta.to_token_stream()).iter().any(|name| name == "Default"))
}

/// Whether one of these attributes is there.
fn has(attributes: &[Attribute], names: &[&str]) -> bool {
    attributes.iter().any(|attribute| types::ends_in(attribute.path(), names))
}

fn type_name(ty: &Type) -> String {
    receivers::type_name(ty).unwrap_or_default()
}

/// The names, types and values of `static ref NAME: Type = value;` and `static NAME: Type = value;`.
fn lazy_statics(tokens: TokenStream) -> Vec<(syn::Ident, TokenStream, TokenStream)> {
    let is = |tree: &TokenTree, c: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c);
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for declaration in trees.split(|tree| is(tree, ';')) {
        let Some(equals) = declaration.iter().position(|tree| is(tree, '=')) else { continue };
        let (before, value) = declaration.split_at(equals);
        let Some(colon) = before.iter().position(|tree| is(tree, ':')) else { continue };
        let (name, ty) = before.split_at(colon);
        if let Some(TokenTree::Ident(name)) = name.last() {
            let rest = |trees: &[TokenTree]| trees.iter().skip(1).cloned().collect();
            found.push((name.clone(), rest(ty), rest(value)));
        }
    }
    found
}

/// The line of a token, from 1.
fn line(span: Span) -> usize {
    span.start().line
}

/// While it lives, tokens are made by `proc_macro2` itself: those of the compiler all lie where the macro is called.
struct OwnTokens;

impl OwnTokens {
    fn begin() -> Self {
        if proc_macro::is_available() {
            proc_macro2::fallback::force();
        }
        Self
    }
}

impl Drop for OwnTokens {
    fn drop(&mut self) {
        proc_macro2::fallback::unforce();
    }
}
