//! What `#[activity]` and `#[orchestrator]` are put on: a function, as far as both have the same rules.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, FnArg, Ident, Item, ItemFn, Safety};

use crate::{
    args::{self, Args},
    diagnostics::Diagnostics,
    names::{self, Runtime},
    role::Role,
    signature::Signature,
    types,
};

/// An annotated function.
pub(crate) struct Function {
    pub(crate) runtime: Runtime,
    pub(crate) durable_name: String,
    /// As the user wrote it, but for the attributes that move to the description.
    pub(crate) item: ItemFn,
    pub(crate) signature: Signature,
    /// Whether it begins only when all that led to it is on disk; for activities.
    pub(crate) persist_first: bool,
    /// Docs and the like: they go to the description.
    pub(crate) described_by: Vec<Attribute>,
    /// Its `cfg`s: they go everywhere.
    pub(crate) conditions: Vec<Attribute>,
    /// It has errors, and its body as it was written would bring more.
    pub(crate) hopeless: bool,
}

impl Function {
    /// Makes the best of the item; nothing if it is no function at all.
    pub(crate) fn parse(
        role: Role,
        attribute: args::Attribute,
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let args = Args::parse(attribute, args, diagnostics);
        let mut item = parse_item(role, item, diagnostics)?;
        let (conditions, rest) = partition(std::mem::take(&mut item.attrs), &["cfg"]);
        let (rivals, rest) = partition(rest, &["activity", "orchestrator", "entity"]);
        let (mut described_by, rest) = partition(rest, &["doc", "deprecated"]);
        // The description has the same parameters, so what is allowed for the one is allowed for the other.
        described_by.extend(rest.iter().filter(|rest| types::ends_in(rest.path(), &["allow"])).cloned());
        item.attrs = rest;
        for rival in rivals {
            let wrong = format!("{} is annotated once, and is nothing else beside", role.a());
            diagnostics.error(rival, wrong, "remove one of the attributes");
        }
        let signature = Signature::parse(role, &item.sig, diagnostics);
        let durable_name = args.name.map_or_else(|| names::durable(&item.sig.ident), |name| name.value());
        Some(Self {
            runtime: args.runtime,
            durable_name,
            item,
            signature,
            persist_first: args.persist_first,
            described_by,
            conditions,
            hopeless: false,
        })
    }

    /// The rules for both.
    pub(crate) fn check(&self, role: Role, diagnostics: &mut Diagnostics) {
        self.check_concrete(role, diagnostics);
        self.check_qualifiers(role, diagnostics);
    }

    fn check_concrete(&self, role: Role, diagnostics: &mut Diagnostics) {
        let generics = &self.item.sig.generics;
        let wrong = format!("{} can't be generic: its name in the history stands for one signature", role.a());
        if !generics.params.is_empty() {
            diagnostics.error(generics, wrong, "write concrete, owned types");
        } else if let Some(clause) = &generics.where_clause {
            diagnostics.error(clause, wrong, "remove the `where` clause");
        }
    }

    fn check_qualifiers(&self, role: Role, diagnostics: &mut Diagnostics) {
        let signature = &self.item.sig;
        let mut refuse = |tokens: &dyn ToTokens, what: &str, help: &str| {
            diagnostics.error(tokens, format_args!("{} can't be {what}: the runtime calls it", role.a()), help);
        };
        if let Some(token) = &signature.constness {
            refuse(token, "`const`", "remove `const`");
        }
        if let Safety::Unsafe(token) = &signature.safety {
            refuse(token, "`unsafe`", "remove `unsafe`, and call what is unsafe inside");
        }
        if let Some(abi) = &signature.abi {
            refuse(abi, "`extern`", "remove `extern`");
        }
        if let Some(variadic) = &signature.variadic {
            refuse(variadic, "variadic", "take a `Vec`");
        }
    }

    /// The user's name for it.
    pub(crate) fn name(&self) -> &Ident {
        &self.item.sig.ident
    }
}

fn parse_item(role: Role, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<ItemFn> {
    let item = match syn::parse2(tokens) {
        Ok(Item::Fn(item)) => item,
        // A function without a body: the compiler says so itself.
        Ok(Item::Verbatim(_)) => return None,
        Ok(other) => {
            diagnostics.error(beginning(&other), format_args!("{} is a function", role.a()), help_on_items(&other));
            return None;
        }
        Err(error) => {
            diagnostics.add(error);
            return None;
        }
    };
    if let Some(FnArg::Receiver(receiver)) = item.sig.inputs.first() {
        let wrong = format!("{} has no `self`: it is called by its name alone", role.a());
        diagnostics.error(receiver, wrong, "make it a free function; state that outlives a call is an `#[entity]`");
        return None;
    }
    Some(item)
}

fn help_on_items(item: &Item) -> &'static str {
    match item {
        Item::Struct(_) | Item::Enum(_) | Item::Impl(_) => "annotate a function, or write `#[entity]`",
        Item::Mod(_) => "annotate the functions in the module",
        _ => "annotate a function",
    }
}

/// The tokens to point at where the whole item is meant.
pub(crate) fn beginning(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.struct_token.to_token_stream(),
        Item::Enum(item) => item.enum_token.to_token_stream(),
        Item::Impl(item) => item.impl_token.to_token_stream(),
        Item::Mod(item) => item.mod_token.to_token_stream(),
        Item::Trait(item) => item.trait_token.to_token_stream(),
        Item::Const(item) => item.const_token.to_token_stream(),
        Item::Static(item) => item.static_token.to_token_stream(),
        _ => item.to_token_stream(),
    }
}

/// The attributes of these names, and the others.
pub(crate) fn partition(attributes: Vec<Attribute>, names: &[&str]) -> (Vec<Attribute>, Vec<Attribute>) {
    attributes.into_iter().partition(|attribute| types::ends_in(attribute.path(), names))
}
