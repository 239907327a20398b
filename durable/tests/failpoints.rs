//! The failpoints that are described are those that the sources have. The sources are read as text.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_failpoint_is_described_and_every_described_one_is_there_once() {
    let mut uses = BTreeMap::<String, usize>::new();
    for text in sources() {
        for rest in text.split("failpoint!(\"").skip(1) {
            *uses.entry(rest.split('"').next().unwrap().to_owned()).or_default() += 1;
        }
    }
    let described = names_in(between(&own_source(), "pub const SITES", "];"), "    (\"");
    assert_eq!(uses.keys().cloned().collect::<BTreeSet<_>>(), described);
    assert!(uses.values().all(|count| *count == 1), "{uses:?}");
}

#[test]
fn the_failpoints_that_give_an_error_are_listed() {
    let mut fallible = BTreeSet::new();
    for text in sources() {
        for rest in text.split("failpoint!(\"").skip(1) {
            let (name, after) = rest.split_once('"').unwrap();
            if after.starts_with(',') {
                fallible.insert(name.to_owned());
            }
        }
    }
    assert_eq!(names_in(between(&own_source(), "pub const FALLIBLE", "];"), "    \""), fallible);
}

fn own_source() -> String {
    fs::read_to_string(source_root().join("failpoint.rs")).unwrap()
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

/// What stands in quotes at the beginning of lines.
fn names_in(text: &str, before: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix(before)?.split('"').next());
    names.map(ToOwned::to_owned).collect()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The texts of all source files but the one that defines failpoints.
fn sources() -> Vec<String> {
    let (mut texts, mut folders) = (Vec::new(), vec![source_root()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("failpoint.rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}
