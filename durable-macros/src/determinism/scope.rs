//! The names that a body brings into scope itself.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{
    Block, Expr, Ident, Item, ItemConst, ItemFn, ItemStatic, ItemUse, Local, Pat, PatIdent, Signature,
    visit::{self, Visit},
};

use super::{imports::Imports, receivers::Variables};

/// What is known of the names of a body. Blocks inside it are not told apart: a name that is local anywhere is taken
/// for local everywhere.
#[derive(Default)]
pub(crate) struct Scope {
    /// Variables, parameters and nested items.
    pub(crate) locals: HashSet<String>,
    /// All names in the code, but for those in macros.
    pub(crate) names: Vec<String>,
    /// Types that are declared inside.
    pub(crate) types: HashSet<String>,
    /// Variables that hold async closures, and parameters that are async functions.
    pub(crate) asynchronous: HashSet<String>,
    /// Variables that hold collections which forget the order of insertion.
    pub(crate) unordered: HashSet<String>,
    /// Type parameters.
    pub(crate) generics: HashSet<String>,
    /// What `Self` is, if that is known.
    pub(crate) own_type: Option<String>,
    /// What is known of the types of variables.
    pub(crate) variables: Variables,
    /// Imports and aliases inside.
    pub(crate) imports: Imports,
    /// The imports as they are written.
    pub(crate) uses: Vec<ItemUse>,
}

impl Scope {
    /// The names of a function.
    pub(crate) fn of(signature: &Signature, body: &Block) -> Self {
        let mut scope = Self::default();
        scope.variables.add_parameters(signature);
        scope.visit_block(body);
        scope.visit_signature(signature);
        for parameter in &signature.generics.params {
            match parameter {
                syn::GenericParam::Const(parameter) => {
                    scope.locals.insert(parameter.ident.to_string());
                }
                syn::GenericParam::Type(parameter) => {
                    scope.generics.insert(parameter.ident.to_string());
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        scope.add_async_parameters(signature);
        scope
    }

    /// Whether it is the name of a type parameter.
    pub(crate) fn is_generic(&self, name: &str) -> bool {
        self.generics.contains(name)
    }

    fn add_async_parameters(&mut self, signature: &Signature) {
        let is_async = |tokens: &str| tokens.contains("AsyncFn");
        let generics = &signature.generics;
        let bounds =
            generics.params.to_token_stream().to_string() + &generics.where_clause.to_token_stream().to_string();
        for argument in &signature.inputs {
            let syn::FnArg::Typed(argument) = argument else { continue };
            let Pat::Ident(pattern) = &*argument.pat else { continue };
            let ty = argument.ty.to_token_stream().to_string();
            let generic = generics.type_params().any(|parameter| parameter.ident == ty) && is_async(&bounds);
            if is_async(&ty) || generic {
                self.asynchronous.insert(pattern.ident.to_string());
            }
        }
    }
}

/// The variable of a pattern with at most a type.
pub(crate) fn variable(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) => Some(&pattern.ident),
        Pat::Type(pattern) => variable(&pattern.pat),
        _ => None,
    }
}

/// Whether the tokens name a collection that forgets the order of insertion.
pub(crate) fn names_unordered(tokens: &impl ToTokens) -> bool {
    let text = tokens.to_token_stream().to_string();
    ["BTreeMap", "BTreeSet", "HashMap", "HashSet", "BinaryHeap"].iter().any(|name| text.contains(name))
}

impl<'ast> Visit<'ast> for Scope {
    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.names.push(ident.to_string());
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.locals.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.variables.add_local(local);
        if let (Some(variable), Some(init)) = (variable(&local.pat), &local.init) {
            if matches!(&*init.expr, Expr::Closure(closure) if closure.asyncness.is_some()) {
                self.asynchronous.insert(variable.to_string());
            }
            let typed = matches!(&local.pat, Pat::Type(pattern) if names_unordered(&pattern.ty));
            let made = matches!(&*init.expr, Expr::Call(call) if names_unordered(&call.func));
            if typed || made {
                self.unordered.insert(variable.to_string());
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.imports.add(&Item::Use(item.clone()));
        self.uses.push(item.clone());
    }

    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Struct(item) => {
                self.types.insert(item.ident.to_string());
            }
            Item::Enum(item) => {
                self.types.insert(item.ident.to_string());
            }
            Item::Trait(item) => {
                self.types.insert(item.ident.to_string());
            }
            Item::Mod(item) => {
                self.locals.insert(item.ident.to_string());
            }
            Item::Type(_) => self.imports.add(item),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.locals.insert(item.sig.ident.to_string());
        visit::visit_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.locals.insert(item.ident.to_string());
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        self.locals.insert(item.ident.to_string());
        visit::visit_item_static(self, item);
    }
}
