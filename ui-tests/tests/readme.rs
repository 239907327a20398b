//! The README shows what the compiler says: these are the same texts.

use std::fs;

#[test]
fn the_readme_shows_the_errors_as_the_compiler_prints_them() {
    let readme = fs::read_to_string("../README.md").expect("the README is at the root");
    for name in ["names", "types"] {
        let errors = fs::read_to_string(format!("tests/fail/readme/{name}.stderr")).expect("the test `ui` wrote it");
        let shown = errors.replace(&format!("tests/fail/readme/{name}.rs"), "src/flows.rs").replace("$DIR/", "");
        let parts: Vec<_> = shown.trim_end().split("\n\nerror").collect();
        let missing: Vec<_> = parts.iter().filter(|part| !readme.contains(**part)).collect();
        // Of the second file, the README leaves the await out.
        assert!(missing.len() <= usize::from(name == "types"), "not in the README as printed: {missing:#?}");
    }
}
