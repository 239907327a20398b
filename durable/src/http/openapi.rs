//! The description of the API for tools.

use axum::{http::StatusCode, response::Response};

use super::raw_json;

/// The document, kept by hand; the tests below compare it with the router.
const DOCUMENT: &str = include_str!("openapi.json");

/// Answers with the document.
pub(super) fn document() -> Response {
    raw_json(StatusCode::OK, DOCUMENT.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use axum::http::Method;
    use serde_json::Value;

    use super::*;
    use crate::http::route::Route;

    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    /// All words of the API, and one that is none.
    const WORDS: [&str; 19] = [
        "p",
        "orchestrators",
        "instances",
        "entities",
        "makeprimary",
        "openapi.json",
        "raiseEvent",
        "terminate",
        "suspend",
        "resume",
        "rewind",
        "restart",
        "call",
        "bulk",
        "purge",
        "changes",
        "history",
        "overview",
        "nothing",
    ];

    fn parse(method: &str, segments: &[&str]) -> Option<Route> {
        let method: Method = method.to_uppercase().parse().unwrap();
        Route::parse(&method, &segments.join("/")).unwrap()
    }

    /// All routes there are, with `p` for each parameter: every path of up to four words is tried.
    fn routes() -> BTreeSet<String> {
        let mut paths: Vec<Vec<&str>> = vec![vec![]];
        let mut found = BTreeSet::new();
        for _ in 0..4 {
            paths = paths.iter().flat_map(|path| WORDS.map(|word| [path.as_slice(), &[word]].concat())).collect();
            for (path, method) in paths.iter().flat_map(|path| METHODS.map(|method| (path, method))) {
                // A word in the place of a parameter is a value.
                let is_value = |at: usize| {
                    let mut other = path.clone();
                    other[at] = "p";
                    path[at] != "p" && parse(method, &other).is_some()
                };
                if parse(method, path).is_some() && !(0..path.len()).any(is_value) {
                    found.insert(format!("{method} /{}", path.join("/")));
                }
            }
        }
        // Any method will do for it, and one is described.
        found.retain(|route| !route.ends_with("/makeprimary") || route.starts_with("post"));
        found
    }

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    /// All operations of the document.
    fn operations(document: &Value) -> BTreeMap<String, &Value> {
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            let segments: Vec<_> =
                path.split('/').map(|segment| if segment.starts_with('{') { "p" } else { segment }).collect();
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{method} {}", segments.join("/")), operation))
        });
        operations.collect()
    }

    /// What a `$ref` leads to, or the value itself.
    fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(place) => document.pointer(place.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("no {place}")),
            None => value,
        }
    }

    #[test]
    fn the_document_has_exactly_the_routes_there_are() {
        let document = document();
        let described: BTreeSet<_> = operations(&document).into_keys().collect();
        assert_eq!(described, routes());
    }

    #[test]
    fn parameters_of_paths_are_described_and_references_lead_somewhere() {
        let document = document();
        let mut ids = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let names: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
            for operation in methods.as_object().unwrap().values() {
                assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{operation}");
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let parameters = parameters.map(|parameter| resolve(&document, parameter));
                let described = parameters.filter(|parameter| parameter["in"] == "path");
                let described: BTreeSet<_> = described.map(|parameter| parameter["name"].as_str().unwrap()).collect();
                assert_eq!(described, names, "{path}");
                for response in operation["responses"].as_object().unwrap().values() {
                    assert!(resolve(&document, response)["description"].is_string(), "{path}: {response}");
                }
            }
        }
        for place in DOCUMENT.split(r##""$ref": "#"##).skip(1) {
            let place = place.split('"').next().unwrap();
            assert!(document.pointer(place).is_some(), "{place}");
        }
    }

    #[test]
    fn what_takes_the_failure_flag_may_answer_500_with_a_status() {
        let document = document();
        let flagged = |operation: &&Value| operation.to_string().contains("parameters/failureFlag");
        let flagged: Vec<_> = operations(&document).into_values().filter(flagged).collect();
        assert_eq!(flagged.len(), 4);
        for operation in flagged {
            let response = resolve(&document, &operation["responses"]["500"]);
            assert!(response.to_string().contains("schemas/Status"), "{operation}");
        }
    }

    #[test]
    fn what_takes_a_body_may_refuse_it() {
        let document = document();
        for (route, operation) in operations(&document) {
            let refusals = ["408", "413"].map(|code| operation["responses"].get(code).is_some());
            assert_eq!(refusals, [operation.get("requestBody").is_some(); 2], "{route}");
            let compressed = operation["responses"].get("415").is_some();
            assert!(compressed || operation.get("requestBody").is_none(), "{route}");
        }
    }

    #[test]
    fn the_document_has_exactly_the_parameters_that_are_read() {
        let document = document();
        let mut described = BTreeSet::new();
        for operation in operations(&document).into_values() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters = parameters.map(|parameter| resolve(&document, parameter));
            let named = parameters.filter(|parameter| parameter["in"] == "query");
            described.extend(named.map(|parameter| parameter["name"].as_str().unwrap().to_lowercase()));
        }
        // Those of links, and of Durable Functions, are not for callers to choose.
        let hidden = ["code", "expires", "sig"];
        let mut read = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        // The dashboard lies in a folder of its own, and reads no parameters.
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            let text = text.split("mod tests {").next().unwrap();
            for how in ["text", "all", "list", "flag", "number", "seconds", "time"] {
                let call = format!("query.{how}(\"");
                let names = text.split(&call).skip(1).map(|rest| rest.split('"').next().unwrap());
                read.extend(names.filter(|name| !hidden.contains(name)).map(str::to_owned));
            }
        }
        assert_eq!(described, read);
    }
}
