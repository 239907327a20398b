//! Collects the programs of the documentation, so that `tests/documentation.rs` can run them.
//!
//! A program is a block of Rust, in the README or in a doc comment, that starts a runtime in its `main`. Each becomes a
//! module in which `Runtime` is another one: that of an environment for tests, whose process dies when the test says so.

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = root.join("durable/src");
    let mut files = vec![root.join("README.md")];
    collect(&sources, &mut files);
    files.sort();
    let (mut modules, mut list) = (String::new(), String::new());
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(file).expect("the sources can be read");
        let place = file.strip_prefix(&root).expect("they are below the root").display().to_string();
        for (line, program) in programs(&text, place != "README.md") {
            let name = format!("{}_{line}", place.replace(['/', '.', '-'], "_").to_lowercase());
            writeln!(modules, "mod {name} {{\n{program}\n}}").expect("a string takes everything");
            writeln!(list, "    Program {{ place: \"{place}:{line}\", run: || Box::pin(async {{ Outcome::check({name}::main().await) }}) }},")
                .expect("a string takes everything");
        }
    }
    let generated = format!("{modules}\nconst PROGRAMS: &[Program] = &[\n{list}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    fs::write(out.join("programs.rs"), generated).expect("cargo's directory can be written");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the sources can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The programs of a file, with the lines in which they begin.
fn programs(text: &str, in_comments: bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut block: Option<(usize, bool, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = if in_comments { line.trim_start() } else { line };
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(line) =
            (if in_comments { comment.map(|line| line.strip_prefix(' ').unwrap_or(line)) } else { Some(line) })
        else {
            block = None;
            continue;
        };
        match (line.strip_prefix("```"), block.take()) {
            (Some(language), None) => block = Some((number, matches!(language.trim(), "" | "rust"), String::new())),
            (Some(_), Some((begin, true, code))) => found.extend(program(&code).map(|code| (begin, code))),
            (None, Some((begin, is_rust, mut code))) => {
                code.push_str(visible(line));
                code.push('\n');
                block = Some((begin, is_rust, code));
            }
            (Some(_), Some((_, false, _))) | (None, None) => {}
        }
    }
    found
}

/// What rustdoc hides from readers is part of the program.
fn visible(line: &str) -> &str {
    let code = line.trim_start();
    if code == "#" { "" } else { code.strip_prefix("# ").unwrap_or(line) }
}

/// The block as a module, if it is a program that starts a runtime.
fn program(code: &str) -> Option<String> {
    let is_program = code.contains("async fn main()") && code.contains("Runtime::builder()");
    // Servers run until somebody ends them; their tests are elsewhere.
    if !is_program || code.contains("http") {
        return None;
    }
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("#[tokio::main"));
    let code = lines.collect::<Vec<_>>().join("\n").replace("async fn main()", "pub(super) async fn main()");
    Some(format!("use super::Runtime;\n{code}"))
}
