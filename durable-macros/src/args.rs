//! One parser for the arguments of all attributes; each attribute says which it admits.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Expr, ExprLit, Ident, Lit, LitStr, Path, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use crate::{diagnostics::Diagnostics, names, names::Runtime};

/// What an attribute was given.
#[derive(Default)]
pub(crate) struct Args {
    /// `name = ".."`
    pub(crate) name: Option<LitStr>,
    /// `crate = path`
    pub(crate) runtime: Runtime,
    /// `persist_first`
    pub(crate) persist_first: bool,
}

/// Which attribute is read, and so what it admits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Attribute {
    Activity,
    Orchestrator,
    EntityState,
    EntityOperations,
    Deterministic,
}

impl Attribute {
    fn name(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Orchestrator => "orchestrator",
            Self::EntityState | Self::EntityOperations => "entity",
            Self::Deterministic => "deterministic",
        }
    }

    fn admits_name(self) -> bool {
        !matches!(self, Self::EntityOperations | Self::Deterministic)
    }

    fn supported(self) -> &'static str {
        match self {
            Self::EntityOperations => "`crate = path` is supported; `name = \"..\"` stands at the struct or enum",
            Self::Deterministic => "`crate = path` is supported",
            Self::Activity => "`name = \"..\"`, `persist_first` and `crate = path` are supported",
            Self::Orchestrator | Self::EntityState => "`name = \"..\"` and `crate = path` are supported",
        }
    }
}

impl Args {
    /// Reads what can be read, and reports the rest.
    pub(crate) fn parse(attribute: Attribute, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                args.parse_one(attribute, input, diagnostics);
                skip_to_comma(input, diagnostics);
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            diagnostics.add(error);
        }
        args
    }

    fn parse_one(&mut self, attribute: Attribute, input: ParseStream<'_>, diagnostics: &mut Diagnostics) {
        let macro_name = attribute.name();
        let Ok(key) = input.call(Ident::parse_any) else {
            let rest = take_to_comma(input);
            return diagnostics.error(
                &rest,
                format_args!("`#[{macro_name}]` takes arguments of the form `name = value`"),
                attribute.supported(),
            );
        };
        match key.to_string().as_str() {
            "name" if attribute.admits_name() => {
                let form = "`name` takes a text in quotes";
                let help = format!("write `#[{macro_name}(name = \"..\")]`");
                let Some(name) = value(&key, input, form, &help, diagnostics, text) else { return };
                if let Some((wrong, help)) = names::flaw(&name.value(), attribute == Attribute::EntityState) {
                    diagnostics.error(&name, wrong, help);
                } else if self.name.is_some() {
                    duplicate(&key, diagnostics);
                } else {
                    self.name = Some(name);
                }
            }
            "persist_first" if attribute == Attribute::Activity => {
                let written = take_to_comma(input);
                if !written.is_empty() {
                    diagnostics.error(
                        join(&key, &written),
                        "`persist_first` takes no value",
                        "write `#[activity(persist_first)]`, or leave it away",
                    );
                } else if self.persist_first {
                    duplicate(&key, diagnostics);
                } else {
                    self.persist_first = true;
                }
            }
            "crate" => {
                let form = "`crate` takes the path of the crate `durable`";
                let help = format!("write `#[{macro_name}(crate = path::to::durable)]`");
                let Some(root) = value(&key, input, form, &help, diagnostics, path) else { return };
                if self.runtime.root.is_some() {
                    duplicate(&key, diagnostics);
                } else {
                    self.runtime.root = Some(root);
                }
            }
            _ => {
                let rest = take_to_comma(input);
                let wrong = format!("`#[{macro_name}]` has no argument `{}`{}", key.unraw(), place(attribute, &key));
                diagnostics.error(
                    if rest.is_empty() { key.into_token_stream() } else { join(&key, &rest) },
                    wrong,
                    attribute.supported(),
                );
            }
        }
    }
}

/// An argument that is right elsewhere.
fn place(attribute: Attribute, key: &Ident) -> &'static str {
    if attribute == Attribute::EntityOperations && key == "name" { " on an `impl` block" } else { "" }
}

/// What follows the key: `= value`.
fn value<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    help: &str,
    diagnostics: &mut Diagnostics,
    read: fn(Expr) -> Option<T>,
) -> Option<T> {
    let written = take_to_comma(input);
    let parser = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        input.parse::<Expr>()
    };
    let value = parser.parse2(written.clone()).ok().and_then(read);
    if value.is_none() {
        diagnostics.error(join(key, &written), form, help);
    }
    value
}

fn text(value: Expr) -> Option<LitStr> {
    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = value { Some(text) } else { None }
}

fn path(value: Expr) -> Option<Path> {
    if let Expr::Path(path) = value { path.qself.is_none().then_some(path.path) } else { None }
}

fn duplicate(key: &Ident, diagnostics: &mut Diagnostics) {
    diagnostics.error(key, format_args!("`{key}` is given twice"), "keep one of them");
}

fn join(key: &Ident, rest: &TokenStream) -> TokenStream {
    let mut tokens = key.to_token_stream();
    tokens.extend(rest.clone());
    tokens
}

fn take_to_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<proc_macro2::TokenTree>() {
            Ok(tree) => tokens.extend([tree]),
            Err(_) => break,
        }
    }
    tokens
}

/// What is left of an argument was reported, or is a comma.
fn skip_to_comma(input: ParseStream<'_>, diagnostics: &mut Diagnostics) {
    take_to_comma(input);
    if !input.is_empty() {
        diagnostics.ok(input.parse::<Token![,]>());
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[track_caller]
    fn check(tokens: TokenStream, errors: usize) -> Args {
        let mut diagnostics = Diagnostics::default();
        let args = Args::parse(Attribute::Activity, tokens, &mut diagnostics);
        let found = diagnostics.to_token_stream().to_string().matches("compile_error").count();
        assert_eq!(found, errors, "{}", diagnostics.to_token_stream());
        args
    }

    #[test]
    fn name_and_crate_are_understood_in_any_order() {
        let args = check(quote!(crate = a::b, name = "n",), 0);
        assert_eq!(args.name.map(|name| name.value()).as_deref(), Some("n"));
        assert!(args.runtime.root.is_some());
    }

    #[test]
    fn persist_first_is_a_word_of_its_own_and_for_activities_only() {
        assert!(check(quote!(persist_first, name = "n"), 0).persist_first);
        assert!(!check(quote!(name = "n"), 0).persist_first);
        check(quote!(persist_first = true), 1);
        check(quote!(persist_first, persist_first), 1);
        let mut diagnostics = Diagnostics::default();
        Args::parse(Attribute::Orchestrator, quote!(persist_first), &mut diagnostics);
        assert!(diagnostics.to_token_stream().to_string().contains("has no argument `persist_first`"));
    }

    #[test]
    fn a_wrong_argument_does_not_hide_the_others() {
        let args = check(quote!(nam = "a", "b", name(c), crate = "d", name = "n", name = "o", = 5), 6);
        assert_eq!(args.name.map(|name| name.value()).as_deref(), Some("n"));
    }
}
