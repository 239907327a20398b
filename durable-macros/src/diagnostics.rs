//! Collects errors, so that the user sees all of them at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    combined: Option<syn::Error>,
}

impl Diagnostics {
    /// Reports what is wrong with these tokens of the user's, and on a second line what to do.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, wrong: impl Display, help: impl Display) {
        self.add(syn::Error::new_spanned(tokens, format_args!("{wrong}\nhelp: {help}")));
    }

    /// Reports an error of the parser's.
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.combined {
            Some(combined) => combined.combine(error),
            None => self.combined = Some(error),
        }
    }

    /// The value, or nothing and an error reported.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Adds those of another part.
    pub(crate) fn append(&mut self, other: Self) {
        if let Some(error) = other.combined {
            self.add(error);
        }
    }

    /// Whether nothing was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.combined.is_none()
    }
}

/// One `compile_error!` for each error.
impl ToTokens for Diagnostics {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(error) = &self.combined {
            tokens.extend(error.to_compile_error());
        }
    }
}
