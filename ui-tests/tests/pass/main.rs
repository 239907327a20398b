//! What must keep compiling, without a warning: every file in `pass/` is a module of this test.
#![deny(warnings)]
#![allow(dead_code, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
// The cases are about the compiler's opinion.
#![allow(clippy::all, clippy::pedantic, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
#![allow(clippy::disallowed_methods, clippy::indexing_slicing, clippy::non_minimal_cfg, clippy::print_stdout)]
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

mod activity {
    automod::dir!("tests/pass/activity");
}
mod bodies {
    automod::dir!("tests/pass/bodies");
}
mod entity {
    automod::dir!("tests/pass/entity");
}
mod helpers {
    automod::dir!("tests/pass/helpers");
}
mod names {
    automod::dir!("tests/pass/names");
}
mod orchestrator {
    automod::dir!("tests/pass/orchestrator");
}
mod registry {
    automod::dir!("tests/pass/registry");
}
mod roles {
    automod::dir!("tests/pass/roles");
}
mod sections {
    automod::dir!("tests/pass/sections");
}
mod types {
    automod::dir!("tests/pass/types");
}

#[test]
fn every_rule_has_a_case_beside_it_that_passes() {
    let names = |folder: &str| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let sources = entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
        sources.map(|path| path.file_stem().unwrap().to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    for net in ["names", "types", "helpers"] {
        let (fail, pass) = (names(&format!("tests/fail/{net}")), names(&format!("tests/pass/{net}")));
        let alone: Vec<_> = fail.difference(&pass).collect();
        assert!(alone.is_empty(), "{net}: no case in `pass` for {alone:?}");
    }
}
