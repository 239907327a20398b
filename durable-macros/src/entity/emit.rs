//! [`Operations`] → tokens; cannot fail.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::{Operation, Operations, parse};
use crate::names::{self, Runtime};

pub(super) fn emit(entity: &Operations) -> TokenStream {
    let Operations { runtime, item, entity: name, .. } = entity;
    let reference = reference(name);
    let implementation = implementation(entity, &reference);
    let descriptions = descriptions(entity, &reference);
    let calls = calls(entity);
    let conditions = crate::function::partition(item.attrs.clone(), &["cfg"]).0;
    // What clippy would have otherwise is asked for by us.
    quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
        #item

        #(#conditions)*
        #implementation

        #(#conditions)*
        #descriptions

        #(#conditions)*
        #calls

        #(#conditions)*
        impl #runtime::EntityAddress for #reference {
            type Entity = #name;

            fn entity_ref(&self) -> #runtime::EntityRef<#name> {
                ::core::clone::Clone::clone(self.__durable_ref())
            }
        }

        #(#conditions)*
        impl #runtime::Registered for #name {
            const ITEM: #runtime::Item = #runtime::Item::entity::<#name>();
        }
    }
}

fn implementation(entity: &Operations, reference: &Path) -> TokenStream {
    let Operations { runtime, entity: name, .. } = entity;
    let usable = || entity.list.iter().filter(|operation| operation.usable);
    let states = usable().flat_map(|operation| {
        let conditions = &operation.conditions;
        operation.signature.states().map(move |ty| quote!(#(#conditions)* #runtime::StateType::of::<#ty>()))
    });
    let info = |Operation { name, reads, .. }: &Operation| {
        let name = names::durable(name);
        quote!(#runtime::OperationInfo { name: #name, reads: #reads })
    };
    let operations = usable().filter(|operation| !operation.is_fallback).map(|operation| {
        let (conditions, info) = (&operation.conditions, info(operation));
        quote!(#(#conditions)* #info)
    });
    let fallbacks = usable().filter(|operation| operation.is_fallback).map(|operation| {
        let (conditions, info) = (&operation.conditions, info(operation));
        quote! {
            #(#conditions)*
            const FALLBACK: ::core::option::Option<#runtime::OperationInfo> = ::core::option::Option::Some(#info);
        }
    });
    // What stands for all names comes last.
    let (last, named): (Vec<_>, Vec<_>) = usable().partition(|operation| operation.is_fallback);
    let arms = named.into_iter().chain(last).map(|operation| arm(runtime, operation));
    quote! {
        impl #runtime::Entity for #name {
            const NAME: &'static str = <#reference>::__DURABLE_NAME;
            const STATES: &'static [#runtime::StateType] = &[#(#states),*];
            const OPERATIONS: &'static [#runtime::OperationInfo] = &[#(#operations),*];
            #(#fallbacks)*

            #[allow(deprecated, unreachable_patterns)]
            fn dispatch<'__durable>(
                &'__durable mut self,
                __durable_ctx: &'__durable #runtime::EntityContext,
                __durable_operation: &'__durable str,
                __durable_input: &'__durable #runtime::Payload,
            ) -> #runtime::Dispatched<'__durable> {
                match __durable_operation {
                    #(#arms)*
                    _ => #runtime::Dispatched::Unknown,
                }
            }
        }
    }
}

/// Reads the argument, calls the method, and writes its result.
fn arm(runtime: &Runtime, operation: &Operation) -> TokenStream {
    let Operation { name, is_fallback, conditions, written, signature, .. } = operation;
    let is_async = written.asyncness.is_some();
    let (durable_name, pattern) = if *is_fallback {
        (quote!(__durable_operation), quote!(_))
    } else {
        let name = names::durable(name);
        (quote!(#name), quote!(#name))
    };
    let arguments = signature.call_arguments(&quote!(__durable_ctx), false);
    let wait = is_async.then(|| quote!(.await));
    let outcome = signature.returns.outcome(runtime, &quote!(Self::#name(self #(, #arguments)*) #wait));
    let (value, error) = (signature.returns.value(runtime), signature.returns.error(runtime));
    let encoded = quote!(#runtime::encode_outcome::<#value, #error>(#durable_name, #outcome));
    let dispatched = if is_async {
        quote!(#runtime::Dispatched::Running(::std::boxed::Box::pin(async move { #encoded })))
    } else {
        quote!(#runtime::Dispatched::Done(#encoded))
    };
    let (input, taken, done) = match (is_fallback, signature.inputs().nth(1)) {
        (true, Some(argument)) => {
            let (ty, name, value) = (&argument.ty, names::argument(0), names::argument(1));
            let done = quote!({
                let #name = ::std::borrow::ToOwned::to_owned(__durable_operation);
                #dispatched
            });
            (quote!(#ty), quote!(#value), done)
        }
        // An argument that nobody takes is no mistake.
        _ if signature.inputs().next().is_none() => return quote!(#(#conditions)* #pattern => #dispatched,),
        _ => (signature.input_type(), signature.input_pattern(), dispatched),
    };
    quote! {
        #(#conditions)*
        #pattern => match #runtime::decode_input::<#input>(#durable_name, __durable_input) {
            ::core::result::Result::Ok(#taken) => #done,
            ::core::result::Result::Err(__durable_failure) => {
                #runtime::Dispatched::Done(::core::result::Result::Err(__durable_failure))
            }
        }
    }
}

fn descriptions(entity: &Operations, reference: &Path) -> TokenStream {
    let Operations { runtime, entity: name, list, .. } = entity;
    let methods = described(list).map(|operation| description(runtime, name, operation));
    let delete = (!has_delete(list)).then(|| {
        quote! {
            /// Describes the deletion of the entity: its state is dropped, and it begins anew when it is used again.
            pub fn delete(&self) -> #runtime::OperationCall<#name, (), #runtime::Error> {
                #runtime::EntityRef::operation::<(), (), #runtime::Error>(
                    self.__durable_ref(),
                    "delete",
                    (),
                )
            }
        }
    });
    quote! {
        #[allow(dead_code, private_interfaces)]
        impl #reference {
            #(#methods)*
            #delete
        }
    }
}

/// The operations that have a method of their own.
fn described(list: &[Operation]) -> impl Iterator<Item = &Operation> {
    list.iter().filter(|operation| !operation.is_fallback)
}

fn has_delete(list: &[Operation]) -> bool {
    described(list).any(|operation| operation.name == "delete")
}

fn description(runtime: &Runtime, entity: &Path, operation: &Operation) -> TokenStream {
    let durable_name = names::durable(&operation.name);
    let doc = format!("Describes the operation `{durable_name}`.");
    let input = operation.signature.input_value();
    let body = quote!(#runtime::EntityRef::operation(self.__durable_ref(), #durable_name, #input));
    let (value, error) = outcome(runtime, operation);
    let returns = quote!(#runtime::OperationCall<#entity, #value, #error>);
    method(operation, &doc, &quote!(&self), &returns, &body)
}

/// The methods of the handle to a locked entity.
fn calls(entity: &Operations) -> TokenStream {
    let Operations { runtime, entity: name, list, .. } = entity;
    let locked = sibling(name, names::locked);
    let methods = described(list).map(|operation| call(runtime, name, operation));
    let delete = (!has_delete(list)).then(|| {
        quote! {
            /// Deletes the entity: its state is dropped, and it begins anew when it is used again.
            pub fn delete(&mut self) -> #runtime::CallLocked<'_, #name, (), #runtime::Error> {
                let locked = self.__durable_locked();
                let operation = #runtime::EntityRef::operation::<(), (), #runtime::Error>(
                    locked.entity_ref(),
                    "delete",
                    (),
                );
                locked.operate(operation)
            }
        }
    });
    quote! {
        #[allow(dead_code, private_interfaces)]
        impl #locked<'_> {
            #(#methods)*
            #delete
        }
    }
}

fn call(runtime: &Runtime, entity: &Path, operation: &Operation) -> TokenStream {
    let durable_name = names::durable(&operation.name);
    let doc = format!("Calls the operation `{durable_name}`.");
    let input = operation.signature.input_value();
    let (value, error) = outcome(runtime, operation);
    let body = quote! {
        let __durable_locked = self.__durable_locked();
        __durable_locked.operate(#runtime::EntityRef::operation(__durable_locked.entity_ref(), #durable_name, #input))
    };
    let returns = quote!(#runtime::CallLocked<'_, #entity, #value, #error>);
    // While a call changes the entity, no other may be under way.
    let receiver = if operation.reads { quote!(&self) } else { quote!(&mut self) };
    method(operation, &doc, &receiver, &returns, &body)
}

/// What an operation gives and fails with, as far as that can be said.
fn outcome(runtime: &Runtime, operation: &Operation) -> (TokenStream, TokenStream) {
    let Operation { written, signature, .. } = operation;
    if signature.returns_owned && !parse::result_is_generic(written) {
        (signature.returns.value(runtime), signature.returns.error(runtime))
    } else {
        (quote!(()), quote!(#runtime::Error))
    }
}

/// A method with the name, the parameters and the documentation of an operation.
fn method(
    operation: &Operation,
    doc: &str,
    receiver: &TokenStream,
    returns: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let Operation { name, docs, conditions, written, signature, usable, .. } = operation;
    let has_docs = docs.iter().any(|attribute| attribute.path().is_ident("doc"));
    let doc = (!has_docs).then(|| quote!(#[doc = #doc]));
    let parameters = signature.described();
    let (generics, body) =
        if *usable { (None, body.clone()) } else { (Some(&written.generics), quote!(::core::unreachable!())) };
    let clause = (!usable).then_some(&written.generics.where_clause);
    let allow_underscores = signature.allow_underscores();
    let allow = (!usable).then(|| quote!(#[allow(unused_variables)]));
    quote! {
        #(#conditions)*
        #(#docs)*
        #doc
        #allow_underscores
        #allow
        pub fn #name #generics (#receiver #(, #parameters)*) -> #returns #clause {
            #body
        }
    }
}

/// The type that refers to one such entity.
fn reference(entity: &Path) -> Path {
    sibling(entity, names::reference)
}

/// A type beside the entity in its module.
fn sibling(entity: &Path, name: impl FnOnce(&syn::Ident) -> syn::Ident) -> Path {
    let mut path = entity.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = name(&last.ident);
    }
    path
}
