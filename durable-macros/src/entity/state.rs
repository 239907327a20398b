//! The state of an entity: a struct or enum, and the types that refer to one entity.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::DeriveInput;

use crate::{args::Args, diagnostics::Diagnostics, function::partition, names};

/// Keeps the item, and adds what refers to it. It is read as derives read it: struct and enum alike.
pub(super) fn expand(args: &Args, item: TokenStream, diagnostics: &mut Diagnostics) -> TokenStream {
    let Some(state) = diagnostics.ok(syn::parse2::<DeriveInput>(item.clone())) else { return item };
    if !check(&state, diagnostics) {
        return item;
    }
    emit(args, &state)
}

/// Whether there can be a type that refers to it.
fn check(state: &DeriveInput, diagnostics: &mut Diagnostics) -> bool {
    for rival in partition(state.attrs.clone(), &["entity", "activity", "orchestrator"]).0 {
        diagnostics.error(rival, "an entity is annotated once, and is nothing else beside", "remove this attribute");
    }
    let wrong = "an entity can't be generic: its name in the history stands for one type";
    if !state.generics.params.is_empty() {
        diagnostics.error(&state.generics, wrong, "write concrete, owned types");
    } else if let Some(clause) = &state.generics.where_clause {
        diagnostics.error(clause, wrong, "remove the `where` clause");
    } else {
        return true;
    }
    false
}

fn emit(args: &Args, state: &DeriveInput) -> TokenStream {
    let mut state = state.clone();
    state.attrs = partition(state.attrs, &["entity", "activity", "orchestrator"]).1;
    let (runtime, name, visibility) = (&args.runtime, &state.ident, &state.vis);
    let conditions = partition(state.attrs.clone(), &["cfg"]).0;
    let durable_name = args.name.as_ref().map_or_else(|| names::durable(name), syn::LitStr::value);
    let reference = names::reference(name);
    let doc = format!("Refers to one entity `{name}`, by its key; its methods describe operations.");
    let locked = names::locked(name);
    let locked_doc = format!("A locked entity `{name}`: its methods call operations, inside the critical section.");
    let at_doc = format!("Refers to the `{name}` with that key.");
    // What says that the type is no entity yet is to point at its name.
    let span = Span::call_site().located_at(name.span());
    let new = quote!(#runtime::EntityRef::<#name>::new(key)).into_iter().map(|mut tree| {
        tree.set_span(span);
        tree
    });
    let new: TokenStream = new.collect();
    let state = state.to_token_stream();
    quote! {
        #state

        #(#conditions)*
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #visibility struct #reference(#runtime::EntityRef<#name>);

        #(#conditions)*
        impl #name {
            #[doc = #at_doc]
            #[allow(dead_code)]
            #[must_use]
            #visibility fn at(key: impl ::core::convert::AsRef<str>) -> #reference {
                #reference(#new)
            }
        }

        #(#conditions)*
        impl #reference {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __DURABLE_NAME: &'static str = #durable_name;

            #[doc(hidden)]
            #[allow(dead_code)]
            pub fn __durable_ref(&self) -> &#runtime::EntityRef<#name> {
                &self.0
            }
        }

        #(#conditions)*
        #[doc = #locked_doc]
        #[allow(non_camel_case_types)]
        #[derive(::core::fmt::Debug)]
        #visibility struct #locked<'section>(#runtime::Locked<'section, #name>);

        #(#conditions)*
        impl<'section> #locked<'section> {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub fn __durable_locked(&self) -> &#runtime::Locked<'section, #name> {
                &self.0
            }
        }

        #(#conditions)*
        impl #runtime::Lockable for #reference {
            type Locked<'section> = #locked<'section>;

            fn ids(&self, ids: &mut ::std::vec::Vec<::core::result::Result<#runtime::EntityId, #runtime::InvalidId>>) {
                #runtime::Lockable::ids(&self.0, ids);
            }

            fn locked<'section>(self, holding: &#runtime::Holding<'section>) -> #locked<'section> {
                #locked(#runtime::Locked::new(self.0, holding))
            }
        }
    }
}
