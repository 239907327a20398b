//! The types of expressions, as far as they are written in the source: enough to tell whose `next()` is called.

use std::collections::{HashMap, hash_map::Entry};

use syn::{Expr, FnArg, GenericArgument, Local, Member, Pat, PathArguments, Signature, Type};

use super::pure::is_snake;
use crate::types;

/// Types of variables, by name. A name with two types has none.
#[derive(Default, Clone)]
pub(crate) struct Variables {
    types: HashMap<String, Option<String>>,
}

impl Variables {
    /// Notes the types of parameters.
    pub(crate) fn add_parameters(&mut self, signature: &Signature) {
        for argument in &signature.inputs {
            if let FnArg::Typed(argument) = argument
                && let Pat::Ident(pattern) = &*argument.pat
            {
                self.add(pattern.ident.to_string(), type_name(&argument.ty));
            }
        }
    }

    /// Notes the type of a `let`.
    pub(crate) fn add_local(&mut self, local: &Local) {
        let (pattern, written) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, type_name(&typed.ty)),
            pattern => (pattern, None),
        };
        if let Pat::Ident(variable) = pattern {
            let made = local.init.as_ref().and_then(|init| self.of(None, &init.expr, &|_, _| None));
            self.add(variable.ident.to_string(), written.or(made));
        }
    }

    fn add(&mut self, variable: String, ty: Option<String>) {
        match self.types.entry(variable) {
            Entry::Vacant(unknown) => {
                unknown.insert(ty);
            }
            Entry::Occupied(mut known) if *known.get() != ty => {
                known.insert(None);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// The type of an expression. `own` is that of `self`; `field` tells the type of a field of a type.
    pub(crate) fn of(
        &self,
        own: Option<&str>,
        expression: &Expr,
        field: &dyn Fn(&str, &str) -> Option<String>,
    ) -> Option<String> {
        match expression {
            Expr::Struct(literal) => Some(literal.path.segments.last()?.ident.to_string()),
            Expr::Call(call) => match &*call.func {
                // A constructor: `Clock::new(..)`, or a tuple struct.
                Expr::Path(path) => {
                    let names: Vec<_> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                    match &names[..] {
                        [.., ty, function] if is_snake(function) && !is_snake(ty) && is_constructor(function) => {
                            Some(ty.clone())
                        }
                        [ty] if !is_snake(ty) => Some(ty.clone()),
                        _ => None,
                    }
                }
                _ => None,
            },
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                match self.types.get(&name) {
                    _ if name == "self" => own.map(str::to_owned),
                    Some(known) => known.clone(),
                    // A unit struct.
                    None if !is_snake(&name) && name.chars().any(char::is_lowercase) => Some(name),
                    None => None,
                }
            }
            Expr::Field(access) => {
                let Member::Named(name) = &access.member else { return None };
                field(&self.of(own, &access.base, field)?, &name.to_string())
            }
            Expr::Reference(inner) => self.of(own, &inner.expr, field),
            Expr::Paren(inner) => self.of(own, &inner.expr, field),
            Expr::Group(inner) => self.of(own, &inner.expr, field),
            _ => None,
        }
    }
}

fn is_constructor(name: &str) -> bool {
    ["new", "default", "from", "with", "build", "create", "open", "start", "parse"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// The name of a type, behind references and boxes.
pub(crate) fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(inner) => type_name(&inner.elem),
        other => {
            let segment = types::last_segment(other)?;
            let inner = match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.first(),
                _ => None,
            };
            match (segment.ident.to_string().as_str(), inner) {
                ("Box" | "Rc" | "Arc", Some(GenericArgument::Type(inner))) => type_name(inner),
                (name, _) => Some(name.to_owned()),
            }
        }
    }
}
