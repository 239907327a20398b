//! `#[entity]`: on a struct or enum the state, on an `impl` block the operations.

mod check;
mod emit;
mod parse;
mod state;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, Item, ItemImpl, Path};

use crate::{
    args::{Args, Attribute as Admits},
    diagnostics::Diagnostics,
    names::Runtime,
    signature::Signature,
};

/// An `impl` block whose methods are operations.
pub(crate) struct Operations {
    runtime: Runtime,
    /// As the user wrote it, without the marks `#[skip]` and `#[fallback]`.
    item: ItemImpl,
    /// The type of the state.
    entity: Path,
    list: Vec<Operation>,
}

/// A method that is an operation.
pub(crate) struct Operation {
    name: Ident,
    /// Whether it takes `&self`.
    reads: bool,
    docs: Vec<Attribute>,
    /// Its `cfg`s: they go everywhere.
    conditions: Vec<Attribute>,
    written: syn::Signature,
    signature: Signature,
    /// Whether it takes all operations that have no method of their own.
    is_fallback: bool,
    /// Whether nothing is wrong with it.
    usable: bool,
}

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut expanded = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(_) | Item::Enum(_)) => {
            let args = Args::parse(Admits::EntityState, args, &mut diagnostics);
            state::expand(&args, item, &mut diagnostics)
        }
        Ok(Item::Impl(block)) => {
            let args = Args::parse(Admits::EntityOperations, args, &mut diagnostics);
            expand_operations(args, block, &mut diagnostics)
        }
        Ok(other) => {
            let help = "annotate a struct or enum, which is the state, and its `impl` block, which has the operations";
            diagnostics.error(crate::function::beginning(&other), "an entity is a type and its methods", help);
            item
        }
        Err(error) => {
            diagnostics.add(error);
            item
        }
    };
    diagnostics.to_tokens(&mut expanded);
    expanded
}

fn expand_operations(args: Args, block: ItemImpl, diagnostics: &mut Diagnostics) -> TokenStream {
    let Some(entity) = parse::entity(&block, diagnostics) else {
        return parse::unmarked(block).into_token_stream();
    };
    let mut operations = parse::operations(args, block, entity, diagnostics);
    check::check(&mut operations, diagnostics);
    emit::emit(&operations)
}
