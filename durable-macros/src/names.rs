//! Where the runtime is found, and names that can't clash with the user's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Path, ext::IdentExt};

/// The module `__private` of the runtime: all that expansions name.
#[derive(Clone, Default)]
pub(crate) struct Runtime {
    /// What `crate = path` said.
    pub(crate) root: Option<Path>,
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let default = || quote!(::durable);
        let root = self.root.as_ref().map_or_else(default, ToTokens::to_token_stream);
        tokens.extend(quote!(#root::__private));
    }
}

/// The local variable for the argument at that place.
pub(crate) fn argument(index: usize) -> Ident {
    format_ident!("__durable_{index}", span = Span::call_site())
}

/// The type that refers to one entity of that type: `AccountRef` for `Account`.
pub(crate) fn reference(entity: &Ident) -> Ident {
    format_ident!("{}Ref", entity.unraw(), span = entity.span())
}

/// The type of the handle to a locked entity of that type: `LockedAccount` for `Account`.
pub(crate) fn locked(entity: &Ident) -> Ident {
    format_ident!("Locked{}", entity.unraw(), span = entity.span())
}

/// The name in the history, if the user gave no other.
pub(crate) fn durable(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// What is wrong with a durable name, and what to do.
pub(crate) fn flaw(name: &str, is_entity: bool) -> Option<(String, &'static str)> {
    let length = name.chars().count();
    if name.is_empty() {
        Some(("a durable name can't be empty".to_owned(), "leave `name` out to use the name in the code"))
    } else if length > 256 {
        Some((format!("this durable name has {length} characters, and 256 are the limit"), "choose a shorter one"))
    } else if name.chars().any(char::is_control) {
        Some(("a durable name can't contain control characters".to_owned(), "use letters, digits and punctuation"))
    } else if is_entity && name.contains('@') {
        let wrong = "the durable name of an entity can't contain `@`: it ends the name in `@name@key`";
        Some((wrong.to_owned(), "choose a name without `@`"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_at_most_256_characters_long() {
        assert_eq!(flaw(&"ä".repeat(256), true), None);
        assert!(flaw(&"a".repeat(257), false).is_some());
    }

    #[test]
    fn the_sign_of_entities_is_refused_in_their_names_only() {
        assert!(flaw("a@b", true).is_some());
        assert_eq!(flaw("a@b", false), None);
    }

    #[test]
    fn raw_identifiers_lose_their_mark() {
        assert_eq!(durable(&syn::parse_quote!(r#type)), "type");
    }
}
