//! Helpers of the unit tests.

use proc_macro2::TokenStream;

/// The expansion as a formatted file. It fails loudly if that is no Rust.
pub(crate) fn pretty(expansion: TokenStream) -> String {
    let text = expansion.to_string();
    match syn::parse2(expansion) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("{error} in the expansion:\n{text}"),
    }
}

/// The messages of all errors in an expansion.
pub(crate) fn errors_of(expansion: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expansion).expect("an expansion with errors is a file, too");
    let errors = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => {
            item.mac.parse_body::<syn::LitStr>().ok().map(|message| message.value())
        }
        _ => None,
    });
    errors.collect()
}

/// Checks that nothing in the expansion goes to the crate by its usual name.
#[track_caller]
pub(crate) fn check_leaves_durable(expansion: &TokenStream) {
    let text = expansion.to_string();
    assert!(text.contains("other :: name :: __private"), "{text}");
    assert!(!text.contains(":: durable ::"), "{text}");
}
