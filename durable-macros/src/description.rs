//! Emits what stands for an annotated function: a type that can run it, and a function that describes a call of it.
//!
//! Both have the user's name. The type, the *twin*, is a struct with braces and so lives among the types only, the
//! function among the values, and one `use` brings both.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, Ident, ItemFn, Visibility, parse_quote};

use crate::{diagnostics::Diagnostics, function::Function, signature::Parameter, types};

/// What differs between activities and orchestrators.
pub(crate) struct Kind {
    /// The trait of the twin.
    pub(crate) implements: Ident,
    /// The type of the context.
    pub(crate) context: Ident,
    /// The function that makes an `Item` of the twin.
    pub(crate) item: Ident,
    /// The type of the description.
    pub(crate) description: Ident,
}

/// Emits all of it. Where there are errors, what cannot work is replaced, so that nothing else fails for it.
pub(crate) fn emit(kind: &Kind, function: &Function, constants: &TokenStream, errors: &Diagnostics) -> TokenStream {
    let usable = errors.is_empty();
    let twin = twin(kind, function, usable);
    let run = if usable { run(kind, function) } else { run_never(kind, function) };
    let Function { runtime, conditions, durable_name, .. } = function;
    let (name, implements) = (function.name(), &kind.implements);
    let description = description(kind, function, usable);
    let kept = (!usable).then(|| kept(kind, function));
    quote! {
        #twin
        #(#conditions)*
        impl #runtime::#implements for #name {
            const NAME: &'static str = #durable_name;
            #constants
            #run
        }
        #description
        #kept
    }
}

/// The type, and its place in registries.
fn twin(kind: &Kind, function: &Function, usable: bool) -> TokenStream {
    let Function { runtime, conditions, item, .. } = function;
    let (name, visibility, make) = (function.name(), &item.vis, &kind.item);
    // What is registered may be called by name only: its description counts as used.
    let used = usable.then(|| quote!(#[allow(deprecated)] let _ = #name;));
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #visibility struct #name {}

        // A call of it only describes work.
        #(#conditions)*
        impl #runtime::Marked for #name {}

        #(#conditions)*
        impl #runtime::Registered for #name {
            const ITEM: #runtime::Item = {
                #used
                #runtime::Item::#make::<#name>()
            };
        }
    }
}

/// The types of arguments and result, and the function that calls the user's.
fn run(kind: &Kind, function: &Function) -> TokenStream {
    let Function { runtime, signature, .. } = function;
    let (name, context) = (function.name(), &kind.context);
    let (input, pattern) = (signature.input_type(), signature.input_pattern());
    let (value, error) = (signature.returns.value(runtime), signature.returns.error(runtime));
    let arguments = signature.call_arguments(&quote!(__durable_ctx), true);
    let wait = function.item.sig.asyncness.map(|_| quote!(.await));
    let outcome = signature.returns.outcome(runtime, &quote!(__DurableBody::#name(#(#arguments),*) #wait));
    // An associated function is not in scope in its own body: there, its name is that of the description.
    let body = ItemFn { vis: Visibility::Inherited, ..function.item.clone() };
    let mutable = signature.borrows_mutably().then(|| quote!(mut));
    let head = run_head(function, &quote!(#mutable __durable_ctx: #runtime::#context), &quote!(__durable_input));
    quote! {
        type Input = #input;
        type Output = #value;
        type Error = #error;
        #head {
            enum __DurableBody {}
            #[allow(clippy::needless_pass_by_value, clippy::unused_async, unused_qualifications)]
            impl __DurableBody {
                #body
            }
            let #pattern = __durable_input;
            #outcome
        }
    }
}

/// The same for a function with errors.
fn run_never(kind: &Kind, function: &Function) -> TokenStream {
    let Function { runtime, signature, item, .. } = function;
    let context = &kind.context;
    let (mut value, mut error) = (quote!(()), quote!(#runtime::Error));
    let generics = item.sig.generics.params.iter().map(|parameter| match parameter {
        syn::GenericParam::Type(parameter) => &parameter.ident,
        syn::GenericParam::Const(parameter) => &parameter.ident,
        syn::GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
    });
    if signature.returns_owned && !types::mentions(&item.sig.output, &generics.collect::<Vec<_>>()) {
        (value, error) = (signature.returns.value(runtime), signature.returns.error(runtime));
    }
    let head = run_head(function, &quote!(_: #runtime::#context), &quote!(_));
    quote! {
        type Input = ();
        type Output = #value;
        type Error = #error;
        #head {
            ::core::unreachable!()
        }
    }
}

/// Stands at the user's name: that is where an error about the future is to point.
fn run_head(function: &Function, context: &TokenStream, input: &TokenStream) -> TokenStream {
    let span = Span::call_site().located_at(function.name().span());
    quote_spanned! {span=>
        async fn run(
            #context,
            #input: Self::Input,
        ) -> ::core::result::Result<Self::Output, Self::Error>
    }
}

/// The function that the user calls.
fn description(kind: &Kind, function: &Function, usable: bool) -> TokenStream {
    let Function { runtime, conditions, described_by, signature, item, .. } = function;
    let (visibility, name, description) = (&item.vis, function.name(), &kind.description);
    let parameters = signature.described();
    let (generics, clause, body) = if usable {
        let input = signature.input_value();
        (None, None, quote!(#runtime::#description::<#name>::new(#input)))
    } else {
        let generics = &item.sig.generics;
        (Some(generics), generics.where_clause.as_ref(), quote!(::core::unreachable!()))
    };
    let allow_underscores = signature.allow_underscores();
    let allow_unused = (!usable).then(|| quote!(#[allow(unused_variables)]));
    quote! {
        #(#conditions)*
        #(#described_by)*
        #allow_underscores
        #allow_unused
        #visibility fn #name #generics (#(#parameters),*) -> #runtime::#description<#name> #clause {
            #body
        }
    }
}

/// The user's function, where no one calls it, so that its body is still checked: with the context that it should have.
fn kept(kind: &Kind, function: &Function) -> Option<TokenStream> {
    let Function { runtime, conditions, signature, item, .. } = function;
    let (mut item, context) = (item.clone(), &kind.context);
    // The compiler would complain of these again.
    if item.sig.variadic.is_some() || !signature.returns_owned || function.hopeless {
        return None;
    }
    for (argument, parameter) in item.sig.inputs.iter_mut().zip(&signature.parameters) {
        let FnArg::Typed(argument) = argument else { continue };
        match parameter {
            Parameter::Context { mutable } => {
                let mutability = mutable.then(|| quote!(mut));
                argument.ty = parse_quote!(&#mutability #runtime::#context);
            }
            Parameter::State(ty) => argument.ty = parse_quote!(#runtime::State<#ty>),
            Parameter::Input(_) => {}
        }
    }
    item.vis = Visibility::Inherited;
    item.attrs.push(parse_quote!(#[allow(dead_code)]));
    Some(quote! {
        #(#conditions)*
        const _: () = { #item };
    })
}
