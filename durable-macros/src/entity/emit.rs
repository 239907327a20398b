//! [`Operations`] → tokens; cannot fail.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use super::{Operation, Operations, parse};
use crate::names::{self, Runtime};

pub(super) fn emit(entity: &Operations) -> TokenStream {
    let Operations { runtime, item, entity: name, .. } = entity;
    let reference = reference(name);
    let implementation = implementation(entity, &reference);
    let descriptions = descriptions(entity, &reference);
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
        impl #runtime::EntityAddress for #reference {
            type Entity = #name;

            fn entity_ref(&self) -> &#runtime::EntityRef<#name> {
                self.__durable_ref()
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
    let operations = usable().map(|Operation { name, reads, conditions, .. }| {
        let name = names::durable(name);
        quote!(#(#conditions)* #runtime::OperationInfo { name: #name, reads: #reads })
    });
    let arms = usable().map(|operation| arm(runtime, operation));
    quote! {
        impl #runtime::Entity for #name {
            const NAME: &'static str = <#reference>::__DURABLE_NAME;
            const STATES: &'static [#runtime::StateType] = &[#(#states),*];
            const OPERATIONS: &'static [#runtime::OperationInfo] = &[#(#operations),*];

            #[allow(deprecated)]
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
    let Operation { name, is_async, conditions, signature, .. } = operation;
    let durable_name = names::durable(name);
    let (input, pattern) = (signature.input_type(), signature.input_pattern());
    let arguments = signature.call_arguments(&quote!(__durable_ctx), false);
    let wait = is_async.then(|| quote!(.await));
    let outcome = signature.returns.outcome(runtime, &quote!(Self::#name(self #(, #arguments)*) #wait));
    let (value, error) = (signature.returns.value(runtime), signature.returns.error(runtime));
    let encoded = quote!(#runtime::encode_outcome::<#value, #error>(#durable_name, #outcome));
    let dispatched = if *is_async {
        quote!(Running(::std::boxed::Box::pin(async move { #encoded })))
    } else {
        quote!(Done(#encoded))
    };
    quote! {
        #(#conditions)*
        #durable_name => match #runtime::decode_input::<#input>(#durable_name, __durable_input) {
            ::core::result::Result::Ok(#pattern) => #runtime::Dispatched::#dispatched,
            ::core::result::Result::Err(__durable_failure) => {
                #runtime::Dispatched::Done(::core::result::Result::Err(__durable_failure))
            }
        }
    }
}

fn descriptions(entity: &Operations, reference: &Path) -> TokenStream {
    let Operations { runtime, entity: name, list, .. } = entity;
    let methods = list.iter().map(|operation| description(runtime, name, operation));
    let has_delete = list.iter().any(|operation| operation.name == "delete");
    let delete = (!has_delete).then(|| {
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

fn description(runtime: &Runtime, entity: &Path, operation: &Operation) -> TokenStream {
    let Operation { name, docs, conditions, written, signature, usable, .. } = operation;
    let durable_name = names::durable(name);
    let has_docs = docs.iter().any(|attribute| attribute.path().is_ident("doc"));
    let doc = format!("Describes the operation `{durable_name}`.");
    let doc = (!has_docs).then(|| quote!(#[doc = #doc]));
    let parameters = signature.described();
    let (value, error) = if signature.returns_owned && !parse::result_is_generic(written) {
        (signature.returns.value(runtime), signature.returns.error(runtime))
    } else {
        (quote!(()), quote!(#runtime::Error))
    };
    let (generics, body) = if *usable {
        let input = signature.input_value();
        let body = quote! {
            #runtime::EntityRef::operation(self.__durable_ref(), #durable_name, #input)
        };
        (TokenStream::new(), body)
    } else {
        (written.generics.to_token_stream(), quote!(::core::unreachable!()))
    };
    let clause = (!usable).then_some(&written.generics.where_clause);
    let allow = (!usable).then(|| quote!(#[allow(unused_variables)]));
    quote! {
        #(#conditions)*
        #(#docs)*
        #doc
        #allow
        pub fn #name #generics (&self #(, #parameters)*) -> #runtime::OperationCall<#entity, #value, #error> #clause {
            #body
        }
    }
}

/// The type that refers to one such entity, beside it in its module.
fn reference(entity: &Path) -> Path {
    let mut path = entity.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = names::reference(&last.ident);
    }
    path
}
