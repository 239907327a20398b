//! Net 3: items beside a function that look for the marks of what it calls, and at the globals that it uses.
//!
//! A marked function has a twin among the types, a struct of its name, which every `use` and re-export brings along.
//! The check asks for a type of the function's name: the twin, or else a stand-in for which there is an error text.
//! The stand-ins are imported by a glob in an outer block, the names of the module by a glob in an inner block, and so
//! win. In the body of a function there is no such inner block: there, the user's items win against a glob.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, PathArguments, ext::IdentExt, spanned::Spanned};

use super::{
    Owner,
    body::{Calls, Unmarked},
    imports::segments,
    wrapping::at,
};
use crate::names::Runtime;

/// The items; nothing if there is nothing to check.
pub(super) fn beside(owner: Owner, runtime: &Runtime, function: &Ident, calls: &Calls) -> TokenStream {
    let mut seen = HashSet::new();
    let functions = calls.functions.iter().filter(|function| seen.insert(segments(&function.path).join("::")));
    let (of_modules, of_blocks): (Vec<_>, Vec<_>) = functions.partition(|function| function.of_module);
    let checks = |functions: &[&Unmarked]| -> Vec<TokenStream> {
        functions.iter().filter_map(|called| check(owner, runtime, function, calls, called)).collect()
    };
    let (of_modules_checks, of_blocks_checks) = (checks(&of_modules), checks(&of_blocks));
    let mut beside = TokenStream::new();
    let module = format_ident!("__durable_unmarked_{}", function.unraw(), span = Span::call_site());
    if !of_modules.is_empty() {
        let stand_ins = stand_ins(runtime, &of_modules);
        beside.extend(quote! {
            #[allow(unused_imports, dead_code, non_camel_case_types, deprecated)]
            const _: () = {
                mod #module { #stand_ins }
                use #module::*;
                #(#of_modules_checks)*
            };
        });
    }
    if !of_blocks.is_empty() {
        let stand_ins = stand_ins(runtime, &of_blocks);
        beside.extend(quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code, unused_imports)]
            mod #module { #stand_ins }
            #[allow(unused_imports)]
            use #module::*;
            #[allow(unused_imports, dead_code, non_camel_case_types, deprecated)]
            const _: () = { #(#of_blocks_checks)* };
        });
    }
    beside.extend(globals(runtime, calls));
    beside
}

/// One type for each name that is called, for which the mark is missing.
fn stand_ins(runtime: &Runtime, functions: &[&Unmarked]) -> TokenStream {
    let mut seen = HashSet::new();
    let names = functions.iter().filter_map(|function| function.path.segments.last()).map(|last| &last.ident);
    let names = names.filter(|name| seen.insert(name.to_string())).map(|name| {
        let mut own = name.clone();
        own.set_span(Span::call_site());
        own
    });
    quote!(#(pub use #runtime::Unmarked as #names;)*)
}

/// Looks for the mark of one function.
fn check(owner: Owner, runtime: &Runtime, function: &Ident, calls: &Calls, unmarked: &Unmarked) -> Option<TokenStream> {
    let Unmarked { path, of_module, vouched } = unmarked;
    let called = &path.segments.last()?.ident;
    let (by, uses) = (function.unraw(), &calls.uses);
    let who = match owner {
        Owner::Orchestrator => format!("the orchestrator `{by}`"),
        Owner::Helper => format!("the `#[deterministic]` function `{by}`"),
    };
    let message = format!("{who} can't call `{}`: it is not known to be deterministic", called.unraw());
    let vouch = format!("for code that can't be annotated, vouch for it: `durable::assume_deterministic!({vouched})`");
    // A name that is the only one of its kind is shown without its path.
    let may_call = format_ident!("{}_may_call_{}", by, called.unraw(), span = Span::call_site());
    let wanted = at(called.span(), quote!(<#called as #may_call>::CALLABLE));
    let assertion = quote! {
        #[diagnostic::on_unimplemented(
            message = #message,
            label = "not marked `#[deterministic]`",
            note = "mark it `#[deterministic]`, which checks its body as well; if it does I/O, make it an `#[activity]`",
            note = #vouch
        )]
        trait #may_call {
            const CALLABLE: () = ();
        }
        #[diagnostic::do_not_recommend]
        impl<T: #runtime::Marked> #may_call for T {}
        const _: () = #wanted;
    };
    let mut module = path.clone();
    module.segments.pop();
    module.segments.pop_punct();
    module.segments.iter_mut().for_each(|segment| segment.arguments = PathArguments::None);
    let own = of_module.then(|| {
        quote!(
            use self::*;
        )
    });
    Some(if module.segments.is_empty() {
        quote!(const _: () = { #own #(#uses)* #assertion };)
    } else {
        quote!(const _: () = { #own #(#uses)* const _: () = { use #module::*; #assertion }; };)
    })
}

/// A function that is never called, in which the globals are looked at.
fn globals(runtime: &Runtime, calls: &Calls) -> Option<TokenStream> {
    let mut seen = HashSet::new();
    let paths = calls.globals.iter().filter(|path| seen.insert(segments(path).join("::")));
    let checks: Vec<_> = paths
        .map(|path| {
            let check = at(path.span(), quote!(#runtime::ReplayedGlobal::check));
            let global = at(path.span(), quote!(#runtime::Global));
            let probe = at(path.span(), quote!(probe()));
            quote!(#check(#global(&#path).#probe);)
        })
        .collect();
    let (own, uses) = (
        calls.in_module.then(|| {
            quote!(
                use self::*;
            )
        }),
        &calls.uses,
    );
    (!checks.is_empty()).then(|| {
        quote! {
            #[allow(unused_imports, dead_code, deprecated)]
            const _: () = {
                #own
                #(#uses)*
                fn __durable_globals() {
                    use #runtime::{GlobalElse as _, GlobalThrough as _};
                    #(#checks)*
                }
            };
        }
    })
}
