//! The rules that need to know of several methods at once.

use quote::format_ident;
use syn::{ImplItem, parse_quote};

use super::{Operation, Operations};
use crate::diagnostics::Diagnostics;

pub(super) fn check(entity: &mut Operations, diagnostics: &mut Diagnostics) {
    check_at_is_free(entity, diagnostics);
    check_one_fallback(entity, diagnostics);
}

/// An operation without a method of its own has one place to go. Of those under a `cfg` the compiler knows more.
fn check_one_fallback(entity: &mut Operations, diagnostics: &mut Diagnostics) {
    let unconditional = |operation: &&mut Operation| operation.is_fallback && operation.conditions.is_empty();
    for second in entity.list.iter_mut().filter(unconditional).skip(1) {
        let wrong = "an entity has one fallback: an operation without a method has one place to go";
        diagnostics.error(&second.name, wrong, "remove `#[fallback]` here or there");
        second.usable = false;
    }
}

/// `Account::at(key)` is ours. The user's is renamed, so that the compiler does not complain of it as well.
fn check_at_is_free(entity: &mut Operations, diagnostics: &mut Diagnostics) {
    let Some(name) = entity.entity.segments.last() else { return };
    for item in &mut entity.item.items {
        if let ImplItem::Fn(method) = item
            && method.sig.ident == "at"
        {
            let wrong = format!("`at` is taken: `{}::at(key)` refers to an entity", name.ident);
            diagnostics.error(&method.sig.ident, wrong, "choose another name");
            method.sig.ident = format_ident!("__durable_at");
            method.attrs.push(parse_quote!(#[allow(dead_code)]));
        }
    }
    entity.list.iter_mut().filter(|operation| operation.name == "at").for_each(|at| at.usable = false);
}
