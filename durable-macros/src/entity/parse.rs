//! `ItemImpl` → [`Operations`].

use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Receiver, ReceiverKind, Safety, Type, TypePath,
};

use super::{Operation, Operations};
use crate::{args::Args, diagnostics::Diagnostics, function::partition, role::Role, signature::Signature, types};

/// The type whose `impl` block it is, if there can be a type that refers to it.
pub(super) fn entity(block: &ItemImpl, diagnostics: &mut Diagnostics) -> Option<Path> {
    let generic = "an entity can't be generic: its name in the history stands for one type";
    if !block.generics.params.is_empty() {
        diagnostics.error(&block.generics, generic, "write concrete, owned types");
        return None;
    }
    if let Some(clause) = &block.generics.where_clause {
        diagnostics.error(clause, generic, "remove the `where` clause");
        return None;
    }
    let Type::Path(TypePath { qself: None, path, .. }) = &*block.self_ty else {
        let help = "annotate the `impl` block of a struct or enum";
        diagnostics.error(&block.self_ty, "an entity is a struct or enum", help);
        return None;
    };
    if let Some(segment) = path.segments.iter().find(|segment| !segment.arguments.is_none()) {
        let help = "put the type into a struct of its own, and annotate that";
        diagnostics.error(&segment.arguments, generic, help);
        return None;
    }
    Some(path.clone())
}

/// What the block as a whole may not be. Such a block has no operations.
fn check_own(block: &ItemImpl, diagnostics: &mut Diagnostics) -> bool {
    let mut flaws = Diagnostics::default();
    for rival in partition(block.attrs.clone(), &["entity", "activity", "orchestrator"]).0 {
        flaws.error(rival, "an entity is annotated once, and is nothing else beside", "remove this attribute");
    }
    if let Some((implemented, _)) = &block.trait_ {
        let help = "annotate the `impl` block of the type itself, and call the trait from its methods";
        flaws.error(implemented, "the operations of an entity are its own methods, not those of a trait", help);
    }
    let own = flaws.is_empty();
    diagnostics.append(flaws);
    own
}

/// The block as it is, without the marks.
pub(super) fn unmarked(mut block: ItemImpl) -> ItemImpl {
    block.attrs = partition(block.attrs, &["entity", "activity", "orchestrator"]).1;
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attribute| !is_skip(attribute) && !is_fallback(attribute) && !is_rival(attribute));
        }
    }
    block
}

/// Finds the operations, and makes the best of each.
pub(super) fn operations(args: Args, block: ItemImpl, entity: Path, diagnostics: &mut Diagnostics) -> Operations {
    let own = check_own(&block, diagnostics);
    let methods = block.items.iter().filter(|_| own).filter_map(|item| match item {
        ImplItem::Fn(method) => operation(method, diagnostics),
        _ => None,
    });
    let list = methods.collect();
    Operations { runtime: args.runtime, item: unmarked(block), entity, list }
}

fn operation(method: &ImplItemFn, diagnostics: &mut Diagnostics) -> Option<Operation> {
    for mark in method.attrs.iter().filter(|attribute| is_skip(attribute) || is_fallback(attribute)) {
        if !matches!(mark.meta, Meta::Path(_)) {
            let name = if is_skip(mark) { "skip" } else { "fallback" };
            let wrong = format!("`#[{name}]` has no arguments");
            diagnostics.error(&mark.meta, wrong, format_args!("write `#[{name}]`"));
        }
    }
    let fallback = method.attrs.iter().find(|attribute| is_fallback(attribute));
    let skipped = method.attrs.iter().any(is_skip);
    let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first().filter(|_| !skipped) else {
        if let Some(mark) = fallback {
            let wrong = "the fallback is an operation: it borrows the state, and is not skipped";
            diagnostics.error(mark, wrong, if skipped { "remove one of the marks" } else { "take `&mut self`" });
        }
        return None;
    };
    let mut flaws = Diagnostics::default();
    for rival in partition(method.attrs.clone(), &["activity", "orchestrator", "entity"]).0 {
        let help = "remove this attribute, or move the function out of the `impl` block";
        flaws.error(rival, "a method of an entity is an operation, and nothing else beside", help);
    }
    let reads = reads(receiver, &mut flaws);
    check_concrete(method, &mut flaws);
    check_qualifiers(method, &mut flaws);
    let signature = Signature::parse(Role::Operation, &method.sig, &mut flaws);
    let is_fallback = fallback.is_some();
    if is_fallback {
        check_fallback(method, &signature, &mut flaws);
    }
    let usable = flaws.is_empty();
    diagnostics.append(flaws);
    Some(Operation {
        name: method.sig.ident.clone(),
        reads,
        docs: partition(method.attrs.clone(), &["doc", "deprecated"]).0,
        conditions: partition(method.attrs.clone(), &["cfg"]).0,
        written: method.sig.clone(),
        signature,
        is_fallback,
        usable,
    })
}

fn is_skip(attribute: &Attribute) -> bool {
    attribute.path().is_ident("skip")
}

fn is_fallback(attribute: &Attribute) -> bool {
    attribute.path().is_ident("fallback")
}

/// It takes the name of the operation, and its argument.
fn check_fallback(method: &ImplItemFn, signature: &Signature, flaws: &mut Diagnostics) {
    let wrong = "the fallback takes the name of the operation and its argument";
    let help = "write `(&mut self, operation: String, input: Payload)`, with `ctx: &EntityContext` if it needs that";
    let takes_name = |input: &crate::signature::Input| {
        let is_string = |segment: &syn::PathSegment| segment.ident == "String" && segment.arguments.is_none();
        // A `&str` is reported already.
        types::last_segment(&input.ty).is_some_and(is_string) || !types::flaws(&input.ty).is_empty()
    };
    let inputs: Vec<_> = signature.inputs().collect();
    if inputs.len() != 2 || !inputs.first().is_some_and(|input| takes_name(input)) {
        flaws.error(&method.sig.inputs, wrong, help);
    }
}

fn is_rival(attribute: &Attribute) -> bool {
    types::ends_in(attribute.path(), &["activity", "orchestrator", "entity"])
}

/// Whether the receiver is `&self`.
fn reads(receiver: &Receiver, flaws: &mut Diagnostics) -> bool {
    let wrong = "an operation borrows the state: it stays in the entity";
    let help = "take `&self` or `&mut self`, or mark the method `#[skip]` if it is no operation";
    match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, mutability)
            if lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_") =>
        {
            mutability.is_none()
        }
        _ => {
            flaws.error(receiver, wrong, help);
            false
        }
    }
}

fn check_concrete(method: &ImplItemFn, flaws: &mut Diagnostics) {
    let generics = &method.sig.generics;
    let wrong = "an operation can't be generic: it is found by its name";
    let help = "write concrete, owned types, or mark the method `#[skip]` if it is no operation";
    if !generics.params.is_empty() {
        flaws.error(generics, wrong, help);
    } else if let Some(clause) = &generics.where_clause {
        flaws.error(clause, wrong, help);
    }
}

fn check_qualifiers(method: &ImplItemFn, flaws: &mut Diagnostics) {
    let help = "remove it, or mark the method `#[skip]` if it is no operation";
    if let Safety::Unsafe(token) = &method.sig.safety {
        flaws.error(token, "an operation can't be `unsafe`: the runtime calls it", help);
    }
    if let Some(abi) = &method.sig.abi {
        flaws.error(abi, "an operation can't be `extern`: the runtime calls it", help);
    }
}

/// Whether a parameter of the description speaks of the type parameters of the method.
pub(super) fn result_is_generic(written: &syn::Signature) -> bool {
    let names = written.generics.type_params().map(|parameter| &parameter.ident);
    types::mentions(&written.output, &names.collect::<Vec<_>>())
}
