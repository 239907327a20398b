//! What a type of an argument or a result may hold: nothing borrowed, nothing left open.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericArgument, Ident, Path, PathArguments, PathSegment, Type};

/// Why a type can't cross a durable boundary, as far as its tokens tell.
#[derive(Debug)]
pub(crate) enum Flaw {
    /// `&str`, `Cow<'_, str>`; with what to take instead.
    Borrowed(String),
    /// `impl Trait`
    Opaque,
    /// `_`
    Inferred,
}

/// All flaws of a type, each with the tokens it is in.
pub(crate) fn flaws(ty: &Type) -> Vec<(TokenStream, Flaw)> {
    let mut found = Vec::new();
    look(ty, &mut found);
    found
}

fn look(ty: &Type, found: &mut Vec<(TokenStream, Flaw)>) {
    match ty {
        Type::Reference(reference) => {
            found.push((reference.to_token_stream(), Flaw::Borrowed(owned(&reference.elem))));
        }
        Type::ImplTrait(opaque) => found.push((opaque.to_token_stream(), Flaw::Opaque)),
        Type::Infer(hole) => found.push((hole.to_token_stream(), Flaw::Inferred)),
        Type::Path(path) => path.path.segments.iter().for_each(|segment| look_inside(segment, found)),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| look(elem, found)),
        Type::Array(array) => look(&array.elem, found),
        Type::Slice(slice) => look(&slice.elem, found),
        Type::Paren(paren) => look(&paren.elem, found),
        Type::Group(group) => look(&group.elem, found),
        // Whatever else there is, the compiler refuses by its traits.
        _ => {}
    }
}

fn look_inside(segment: &PathSegment, found: &mut Vec<(TokenStream, Flaw)>) {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return };
    for argument in &arguments.args {
        match argument {
            GenericArgument::Type(ty) => look(ty, found),
            GenericArgument::Lifetime(lifetime) if lifetime.ident != "static" => {
                let has_types = arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Type(_)));
                let instead = if has_types {
                    format!("`{}<'static, ..>`, or what it borrows", segment.ident)
                } else {
                    format!("what `{}` refers to", segment.ident)
                };
                found.push((segment.to_token_stream(), Flaw::Borrowed(instead)));
            }
            _ => {}
        }
    }
}

/// The owned twin of what is borrowed.
fn owned(borrowed: &Type) -> String {
    if let Type::Slice(_) = borrowed {
        return "`Vec`".to_owned();
    }
    match plain_name(borrowed).map(ToString::to_string).as_deref() {
        Some("str") => "`String`".to_owned(),
        Some("Path") => "`PathBuf`".to_owned(),
        Some(name) => format!("`{name}`"),
        None => "the owned type".to_owned(),
    }
}

fn plain_name(ty: &Type) -> Option<&Ident> {
    last_segment(ty).filter(|segment| segment.arguments.is_none()).map(|segment| &segment.ident)
}

/// The last segment of a type that is a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

/// The only type argument of `State<T>`.
pub(crate) fn only_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match (arguments.args.first(), arguments.args.len()) {
        (Some(GenericArgument::Type(ty)), 1) => Some(ty),
        _ => None,
    }
}

/// Whether one of these names occurs in the tokens.
pub(crate) fn mentions(tokens: impl ToTokens, names: &[&Ident]) -> bool {
    tokens.into_token_stream().into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => names.contains(&&ident),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

/// Whether the path ends in that name.
pub(crate) fn ends_in(path: &Path, names: &[&str]) -> bool {
    path.segments.last().is_some_and(|segment| names.iter().any(|name| segment.ident == name))
}
