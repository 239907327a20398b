//! What a durable function may look like: its contexts, states, arguments and result.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, Ident, Pat, PatType, ReturnType, Type};

use crate::{
    diagnostics::Diagnostics,
    names::{self, Runtime},
    role::Role,
    types::{self, Flaw},
};

/// A signature, as far as it could be understood.
pub(crate) struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Returns,
    /// The whole list of parameters.
    parentheses: Span,
    /// Whether a caller can be given the type of the result: it has no flaw of its own.
    pub(crate) returns_owned: bool,
}

/// One parameter.
pub(crate) enum Parameter {
    Context { mutable: bool },
    State(Box<Type>),
    Input(Box<Input>),
}

/// A parameter that is part of the description.
pub(crate) struct Input {
    /// The user's name for it, if it has one.
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// What the function returns.
pub(crate) enum Returns {
    /// The value itself; failure is impossible.
    Plain(Type),
    /// A type called `Result`.
    Result(Type),
}

impl Signature {
    /// Understands what it can, and reports the rest.
    pub(crate) fn parse(role: Role, signature: &syn::Signature, diagnostics: &mut Diagnostics) -> Self {
        let mut parameters = Vec::new();
        for argument in &signature.inputs {
            if let FnArg::Typed(argument) = argument {
                check_unconditional(argument, diagnostics);
                parameters.push(parameter(role, parameters.len(), argument, diagnostics));
            }
        }
        let returns = Returns::parse(&signature.output);
        let mut flaws = Diagnostics::default();
        check_owned(role, Place::Result, returns.ty(), &mut flaws);
        let returns_owned = flaws.is_empty();
        diagnostics.append(flaws);
        let parsed = Self { parameters, returns, parentheses: signature.paren_token.span.join(), returns_owned };
        if let Some(one_too_many) = parsed.inputs().nth(16) {
            let wrong = format!("{} has at most 16 arguments", role.a());
            diagnostics.error(&one_too_many.name, wrong, "put them into a struct, and take that");
        }
        parsed
    }

    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Input(input) => Some(&**input),
            Parameter::Context { .. } | Parameter::State(_) => None,
        })
    }

    /// The type of all arguments together. Errors about the tuple are to point at the whole list of parameters.
    pub(crate) fn input_type(&self) -> TokenStream {
        let tuple = together(self.inputs().map(|input| &input.ty));
        let place = |mut tree: TokenTree| {
            if let TokenTree::Group(_) = tree {
                tree.set_span(Span::call_site().located_at(self.parentheses));
            }
            tree
        };
        if self.inputs().nth(1).is_some() { tuple.into_iter().map(place).collect() } else { tuple }
    }

    /// The arguments as one value, where they have the user's names.
    pub(crate) fn input_value(&self) -> TokenStream {
        together(self.inputs().map(|input| &input.name))
    }

    /// The pattern that takes them apart again.
    pub(crate) fn input_pattern(&self) -> TokenStream {
        together(self.inputs().enumerate().map(|(index, _)| names::argument(index)))
    }

    /// The parameters of the description.
    pub(crate) fn described(&self) -> impl Iterator<Item = TokenStream> {
        self.inputs().map(|Input { name, ty }| quote!(#name: #ty))
    }

    /// What keeps clippy from complaining that the description uses a parameter whose name says that it is not used.
    pub(crate) fn allow_underscores(&self) -> Option<TokenStream> {
        let any = self.inputs().any(|input| input.name.to_string().starts_with('_'));
        any.then(|| quote!(#[allow(clippy::used_underscore_binding)]))
    }

    /// What the function is called with; `context` is a place or a reference, as its `&` or `&mut` asks for.
    pub(crate) fn call_arguments(&self, context: &TokenStream, borrow: bool) -> Vec<TokenStream> {
        let mut index = 0..;
        let argument = |parameter: &Parameter| match parameter {
            Parameter::Context { .. } if !borrow => context.clone(),
            Parameter::Context { mutable: true } => quote!(&mut #context),
            Parameter::Context { mutable: false } => quote!(&#context),
            Parameter::State(ty) => quote!(#context.state::<#ty>()),
            Parameter::Input(_) => names::argument(index.next().unwrap_or_default()).to_token_stream(),
        };
        self.parameters.iter().map(argument).collect()
    }

    /// Whether a context is borrowed mutably.
    pub(crate) fn borrows_mutably(&self) -> bool {
        self.parameters.iter().any(|parameter| matches!(parameter, Parameter::Context { mutable: true }))
    }

    /// The types of application state that are asked for, each once.
    pub(crate) fn states(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::State(ty) => Some(&**ty),
            Parameter::Context { .. } | Parameter::Input(_) => None,
        })
    }
}

/// `()`, the only one, or a tuple.
fn together<T: ToTokens>(mut parts: impl Iterator<Item = T>) -> TokenStream {
    match (parts.next(), parts.next()) {
        (None, _) => quote!(()),
        (Some(only), None) => only.into_token_stream(),
        (Some(first), Some(second)) => quote!((#first, #second #(, #parts)*)),
    }
}

impl Returns {
    fn parse(output: &ReturnType) -> Self {
        match output {
            ReturnType::Default => Self::Plain(syn::parse_quote!(())),
            ReturnType::Type(_, ty) if types::last_segment(ty).is_some_and(|last| last.ident == "Result") => {
                Self::Result((**ty).clone())
            }
            ReturnType::Type(_, ty) => Self::Plain((**ty).clone()),
        }
    }

    fn ty(&self) -> &Type {
        match self {
            Self::Plain(ty) | Self::Result(ty) => ty,
        }
    }

    /// The type of the value of success.
    pub(crate) fn value(&self, runtime: &Runtime) -> TokenStream {
        match self {
            Self::Plain(ty) => ty.to_token_stream(),
            Self::Result(ty) => projection(runtime, ty, "Value"),
        }
    }

    /// The type of the error.
    pub(crate) fn error(&self, runtime: &Runtime) -> TokenStream {
        match self {
            Self::Plain(_) => quote!(#runtime::Error),
            Self::Result(ty) => projection(runtime, ty, "Error"),
        }
    }

    /// Makes a `Result` of what the function returned.
    pub(crate) fn outcome(&self, runtime: &Runtime, returned: &TokenStream) -> TokenStream {
        match self {
            Self::Plain(_) => quote!(::core::result::Result::Ok(#returned)),
            Self::Result(_) => quote!(#runtime::Outcome::into_result(#returned)),
        }
    }
}

/// A part of a `Result`, which lies where the user wrote the type: errors are to point there.
fn projection(runtime: &Runtime, ty: &Type, part: &str) -> TokenStream {
    let spans: Vec<_> = ty.to_token_stream().into_iter().map(|tree| tree.span()).collect();
    let at = |span: Option<&Span>| Span::call_site().located_at(span.copied().unwrap_or_else(Span::call_site));
    let (first, last) = (at(spans.first()), at(spans.last()));
    let part = Ident::new(part, last);
    let open = quote_spanned!(first=> <);
    quote_spanned!(last=> #open #ty as #runtime::Outcome>::#part)
}

fn parameter(role: Role, index: usize, argument: &PatType, diagnostics: &mut Diagnostics) -> Parameter {
    if let Some((owner, borrow)) = context_in(&argument.ty) {
        check_context(role, owner, &borrow, argument, diagnostics);
        return Parameter::Context { mutable: borrow == Borrow::Mutable };
    }
    if let Some(segment) = types::last_segment(&argument.ty).filter(|segment| segment.ident == "State") {
        if role == Role::Orchestrator {
            let help = "take the `State` in an activity, and call that";
            diagnostics.error(&argument.ty, "an orchestrator has no `State`: replay could not reproduce it", help);
        }
        if let Some(ty) = types::only_argument(segment) {
            return Parameter::State(Box::new(ty.clone()));
        }
        diagnostics.error(&argument.ty, "`State` needs to know of which type", "write `State<T>` with the type `T`");
        return Parameter::State(syn::parse_quote!(()));
    }
    check_owned(role, Place::Argument, &argument.ty, diagnostics);
    let name = match &*argument.pat {
        Pat::Ident(pattern) if pattern.subpat.is_none() => pattern.ident.clone(),
        _ => format_ident!("__durable_arg{index}"),
    };
    Parameter::Input(Box::new(Input { name, ty: (*argument.ty).clone() }))
}

#[derive(PartialEq)]
enum Borrow {
    No,
    Shared,
    Mutable,
}

/// The role whose context this type is.
fn context_in(ty: &Type) -> Option<(Role, Borrow)> {
    let (ty, borrow) = match ty {
        Type::Reference(reference) if reference.mutability.is_some() => (&*reference.elem, Borrow::Mutable),
        Type::Reference(reference) => (&*reference.elem, Borrow::Shared),
        _ => (ty, Borrow::No),
    };
    let segment = types::last_segment(ty).filter(|segment| segment.arguments.is_none())?;
    Role::with_context(&segment.ident).map(|role| (role, borrow))
}

fn check_context(role: Role, owner: Role, borrow: &Borrow, argument: &PatType, diagnostics: &mut Diagnostics) {
    let (wanted, help) = (role.context(), role.help_on_context());
    if role != owner {
        let wrong = format!("{} has no `{}`: that belongs to {}", role.a(), owner.context(), owner.plural());
        let more = match (role, owner) {
            (Role::Orchestrator, Role::Activity) => "; what does I/O belongs in an `#[activity]`",
            (Role::Activity, Role::Orchestrator) => ", or make it an `#[orchestrator]` if it calls activities",
            (Role::Operation, Role::Orchestrator) => "; an operation signals and starts, but never waits for others",
            _ => "",
        };
        diagnostics.error(&argument.ty, wrong, format_args!("{help}{more}"));
    } else if *borrow == Borrow::No {
        diagnostics.error(&argument.ty, format_args!("the context of {} is borrowed", role.a()), help);
    } else if *borrow == Borrow::Mutable && role != Role::Orchestrator {
        diagnostics.error(&argument.ty, format_args!("`{wanted}` is never borrowed mutably"), help);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Argument,
    Result,
}

fn check_owned(role: Role, place: Place, ty: &Type, diagnostics: &mut Diagnostics) {
    for (tokens, flaw) in types::flaws(ty) {
        let a = role.a();
        match (flaw, place) {
            (Flaw::Borrowed(owned), Place::Argument) => diagnostics.error(
                tokens,
                format_args!("{a} can't borrow its arguments: they are stored before it runs"),
                format_args!("take the owned type: {owned}"),
            ),
            (Flaw::Borrowed(owned), Place::Result) => diagnostics.error(
                tokens,
                format_args!("{a} can't return a reference: its result is stored"),
                format_args!("return the owned type: {owned}"),
            ),
            (Flaw::Opaque, _) => diagnostics.error(
                tokens,
                format_args!("{a} can't use `impl Trait`: what is stored needs one type, to be read again"),
                "write a concrete type",
            ),
            (Flaw::Inferred, _) => diagnostics.error(tokens, "this type can't be left open", "write the type"),
        }
    }
}

fn check_unconditional(argument: &PatType, diagnostics: &mut Diagnostics) {
    for attribute in argument.attrs.iter().filter(|attribute| types::ends_in(attribute.path(), &["cfg", "cfg_attr"])) {
        let wrong = "a parameter can't be conditional: arguments stored by one build are read by another";
        diagnostics.error(attribute, wrong, "take an `Option`");
    }
}
