//! Who may import whom in `durable/src`, and what the pure modules may not name. The sources are read as text.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a check that meets the unexpected fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each module with all it may import. A row names only rows above it, so there can be no circle.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("panic", &["model"]),
    ("failpoint", &[]),
    ("guard", &[]),
    ("activity", &["model"]),
    ("entity", &["model", "activity"]),
    ("store", &["model"]),
    ("orchestration", &["model", "activity", "entity"]),
    ("determinism", &["orchestration"]),
    ("registry", &["model", "activity", "entity", "orchestration"]),
    ("http_client", &["model", "activity", "orchestration"]),
    ("engine", &["model", "panic", "guard", "activity", "entity", "orchestration", "registry"]),
    ("client", &["model", "entity", "store", "orchestration"]),
    (
        "runtime",
        &["model", "panic", "activity", "store", "orchestration", "registry", "http_client", "engine", "client"],
    ),
    ("http", &["model", "client"]),
    ("testing", &["model", "panic", "activity", "store", "orchestration", "registry", "engine", "client", "runtime"]),
    ("cli", &["model", "store", "http_client", "client", "runtime", "http", "testing"]),
    ("bin", &["cli"]),
    ("__private", &["model", "activity", "entity", "orchestration", "determinism", "registry"]),
];

/// The modules that decide: they neither wait, nor ask for the time, nor do I/O.
const PURE: &[&str] = &["model", "orchestration", "registry", "engine"];
/// What pure modules do not name. `SystemTime` itself is missing here: `model` converts it.
const IMPURE: &[&str] =
    &["tokio::", "std::fs", "std::net", "std::thread", "std::process", "SystemTime::now", "Instant::now", "now_v7"];

/// The most lines of code in one file, without comments, blank lines and tests.
const MAX_LINES: usize = 600;

#[test]
fn each_module_keeps_to_its_row() {
    let wrong: Vec<_> =
        sources().iter().flat_map(|source| violations(&source.module, source.depth, &source.text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rows_name_only_rows_above() {
    for (n, (module, imports)) in MAY_IMPORT.iter().enumerate() {
        for import in *imports {
            assert!(MAY_IMPORT[..n].iter().any(|(above, _)| above == import), "`{module}` names `{import}` below it");
        }
    }
}

#[test]
fn every_module_has_one_row() {
    let modules: BTreeSet<_> = sources().into_iter().map(|source| source.module).collect();
    let rows: Vec<_> = MAY_IMPORT.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(rows.len(), modules.len(), "rows: {rows:?}, modules: {modules:?}");
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), modules);
}

#[test]
fn pure_modules_neither_wait_nor_ask_for_the_time_nor_do_io() {
    let sources = sources();
    let pure = sources.iter().filter(|source| PURE.contains(&source.module.as_str()));
    let wrong: Vec<_> = pure.flat_map(|source| impure_names(&source.module, &source.text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let engine = sources.iter().filter(|source| ["engine", "orchestration"].contains(&source.module.as_str()));
    for source in engine {
        assert!(!tokens(&source.text).contains(&"SystemTime".to_owned()), "{}: times are `Timestamp`s", source.module);
    }
}

#[test]
fn no_file_is_longer_than_it_can_be_read() {
    let macros = Path::new(env!("CARGO_MANIFEST_DIR")).join("../durable-macros/src");
    for path in files(&source_root()).into_iter().chain(files(&macros)) {
        let lines = code_lines(&fs::read_to_string(&path).unwrap());
        assert!(lines <= MAX_LINES, "{}: {lines} lines of code; at most {MAX_LINES}", path.display());
    }
}

/// The checks themselves, on sources that break the rules.
mod planted {
    use super::*;

    #[track_caller]
    fn check(module: &str, depth: usize, source: &str, expected: &[&str]) {
        assert_eq!(violations(module, depth, source), expected);
    }

    #[test]
    fn a_wrong_import_is_found() {
        check("model", 2, "use crate::engine::Turn;", &["`model` must not import `engine`"]);
        check("engine", 1, "fn f() { crate::store::memory::f() }", &["`engine` must not import `store`"]);
    }

    #[test]
    fn a_wrong_import_is_found_in_nested_lists() {
        let source = "use crate::{\n    activity::{Activity, State},\n    model::{Event, event::Started}, // fine\n    \
                      runtime::{self as r, clock::{Clock, engine}},\n    client,\n};";
        check("engine", 2, source, &["`engine` must not import `client`", "`engine` must not import `runtime`"]);
    }

    #[test]
    fn a_wrong_import_is_found_on_other_ways_to_the_root() {
        check("client", 1, "use super::runtime::Runtime;", &["`client` must not import `runtime`"]);
        check("client", 2, "use super::super::{engine, model::Event};", &["`client` must not import `engine`"]);
        check("client", 1, "mod inner { use super::super::engine::Turn; }", &["`client` must not import `engine`"]);
        check("client", 2, "fn f(_: ::durable::registry::Item) {}", &["`client` must not import `registry`"]);
        check(
            "client",
            2,
            "use crate::Runtime;",
            &["`client` must import `Runtime` from its module, not from the root"],
        );
        check("client", 2, "use crate::*;", &["`client` must import `*` from its module, not from the root"]);
    }

    #[test]
    fn what_is_no_import_is_let_pass() {
        let source = r##"
            //! [`Turn`](crate::engine::Turn), https://example.org
            /* use crate::engine::Turn; /* nested */ use crate::engine::Turn; */
            use super::engine;
            use crate::model::Event;
            const TEXT: &str = "use crate::engine::Turn;\" // crate::engine";
            const RAW: &str = r#"" use crate::engine::Turn;"#;
            const QUOTE: (char, u8) = ('"', b'\'');
            fn f<'a>(text: &'a str) -> &'a str { text }
            macro_rules! m { () => { $crate::engine::Turn } }
            #[cfg(test)]
            mod tests { use crate::engine::Turn; mod inner {} }
        "##;
        check("model", 2, source, &[]);
    }

    #[test]
    fn an_impure_name_is_found() {
        assert_eq!(impure_names("engine", "use std::{fmt, thread};"), ["`engine` must not name `std::thread`"]);
        assert_eq!(
            impure_names("engine", "let t = std::time::Instant::now();"),
            ["`engine` must not name `Instant::now`"]
        );
        assert_eq!(impure_names("model", "use tokio::{sync::oneshot};"), ["`model` must not name `tokio::`"]);
        assert_eq!(impure_names("model", "// tokio::spawn\nlet s = \"std::fs\"; use tokio_util::sync;"), [""; 0]);
    }

    #[test]
    fn lines_of_code_are_counted_without_comments_and_tests() {
        let source =
            "//! Doc.\n\nuse a;\n/* x\n y */\nfn f() { // why\n}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
        assert_eq!(code_lines(source), 3);
    }
}

/// A file of `durable/src`, except `lib.rs`, which shows all modules to the outside.
struct Source {
    module: String,
    /// How many times `super` leads to the root of the crate.
    depth: usize,
    text: String,
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<Source> {
    let root = source_root();
    let sources = files(&root).into_iter().filter_map(|path| {
        let relative = path.strip_prefix(&root).unwrap().with_extension("");
        let mut modules: Vec<_> = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        modules.pop_if(|last| last == "mod");
        if modules == ["lib"] {
            return None;
        }
        Some(Source { module: modules[0].clone(), depth: modules.len(), text: fs::read_to_string(&path).unwrap() })
    });
    sources.collect()
}

/// All Rust files in a folder and those inside.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What a source of that module imports against its row; `depth` times `super` leads to the root.
fn violations(module: &str, depth: usize, source: &str) -> Vec<String> {
    let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, imports)| imports);
    let complaint = |import: &String| {
        if import == module || allowed.contains(&import.as_str()) {
            None
        } else if MAY_IMPORT.iter().any(|(name, _)| name == import) {
            Some(format!("`{module}` must not import `{import}`"))
        } else {
            Some(format!("`{module}` must import `{import}` from its module, not from the root"))
        }
    };
    imports(depth, &tokens(source)).iter().filter_map(complaint).collect()
}

/// The names that are reached through the root of the crate: by `crate::`, `durable::`, or enough times `super::`.
fn imports(depth: usize, tokens: &[String]) -> BTreeSet<String> {
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    let (mut found, mut braces, mut modules, mut at) = (BTreeSet::new(), 0, Vec::new(), 0);
    while at < tokens.len() {
        match token(at) {
            "{" => {
                braces += 1;
                if at >= 2 && token(at - 2) == "mod" {
                    modules.push(braces);
                }
            }
            "}" => {
                modules.pop_if(|opened| *opened == braces);
                braces -= 1;
            }
            _ => {}
        }
        let mut end = at;
        if matches!(token(at), "crate" | "durable")
            && token(at + 1) == "::"
            && !matches!(token(at.wrapping_sub(1)), "$" | "mod")
        {
            end = at + 2;
        } else if token(at) == "super" && token(at.wrapping_sub(1)) != "::" {
            let supers = (at..).step_by(2).take_while(|n| token(*n) == "super" && token(n + 1) == "::").count();
            if supers == depth + modules.len() {
                end = at + 2 * supers;
            }
        }
        if end > at {
            collect_first_names(tokens, end, &mut found);
        }
        at += 1;
    }
    found
}

/// The first name of a path, or of each path of a list in braces.
fn collect_first_names(tokens: &[String], at: usize, found: &mut BTreeSet<String>) {
    if tokens.get(at).is_none_or(|token| token != "{") {
        found.extend(tokens.get(at).cloned());
        return;
    }
    let mut braces = 0;
    for (n, token) in tokens.iter().enumerate().skip(at) {
        match token.as_str() {
            "{" => braces += 1,
            "}" => braces -= 1,
            _ => {}
        }
        if braces == 0 {
            return;
        }
        let begins_path = braces == 1 && matches!(tokens[n - 1].as_str(), "{" | ",");
        if n > at && begins_path && token != "}" {
            found.insert(token.clone());
        }
    }
}

/// The names in a source that a pure module must not name, also where a list of imports spreads them.
fn impure_names(module: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut spread = BTreeSet::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| *token == "std") {
        let mut names = BTreeSet::new();
        if tokens.get(at + 1).is_some_and(|token| token == "::") {
            collect_first_names(&tokens, at + 2, &mut names);
        }
        spread.extend(names.into_iter().map(|name| format!("std::{name}")));
    }
    let found = |name: &&&str| {
        let wanted = self::tokens(name);
        spread.contains(**name) || tokens.windows(wanted.len()).any(|window| window == wanted)
    };
    IMPURE.iter().filter(found).map(|name| format!("`{module}` must not name `{name}`")).collect()
}

/// Names, `::` and single other characters, without comments, literals and modules for tests.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let text = without_comments_and_texts(source);
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("::") {
            2
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if !first.is_whitespace() {
            tokens.push(token.to_owned());
        }
        rest = after;
    }
    without_tests(&tokens)
}

/// Removes every `#[cfg(test)] mod name { .. }`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 8] = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(MARK.len()).eq(MARK.iter()) || tokens.get(at + 9).is_none_or(|token| token != "{")
        {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 9;
        let mut braces = 0;
        while at < tokens.len() {
            braces += i32::from(tokens[at] == "{") - i32::from(tokens[at] == "}");
            at += 1;
            if braces == 0 {
                break;
            }
        }
    }
    kept
}

/// The source with its lines, but with nothing in place of comments, and empty literals.
fn without_comments_and_texts(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let raw =
            rest.strip_prefix('r').map(|after| after.trim_start_matches('#')).filter(|after| after.starts_with('"'));
        let inside_name = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let (Some(raw), false) = (raw, inside_name && !code.ends_with('b')) {
            let hashes = rest.len() - raw.len() - 1;
            let end = format!("\"{}", "#".repeat(hashes));
            let open = 2 + hashes;
            open + rest[open..].find(&end).map_or(rest.len() - open, |at| at + end.len())
        } else if first == '"' {
            text_literal(rest, '"')
        } else if first == '\'' && is_character(rest) {
            text_literal(rest, '\'')
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let (removed, after) = rest.split_at(length);
        code.extend(removed.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    code
}

/// Whether a quote begins a character and not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    matches!((chars.next(), chars.next()), (Some('\\'), _) | (Some(_), Some('\'')))
}

/// The length of a literal between quotes.
fn text_literal(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a comment that may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut open, mut at) = (0, 0);
    while at < rest.len() {
        let step = if rest[at..].starts_with("/*") {
            open += 1;
            2
        } else if rest[at..].starts_with("*/") {
            open -= 1;
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if open == 0 {
            break;
        }
    }
    at
}

/// How many lines hold code, up to the tests at the end.
fn code_lines(source: &str) -> usize {
    let code = without_comments_and_texts(source);
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim().is_empty()).count()
}
