//! Which status codes `openapi.json` gives to which operation.

use serde_json::{Map, Value};

/// What is no operation may be answered with these.
const OF_NO_OPERATION: [u16; 6] = [400, 401, 403, 404, 415, 421];

/// The operations of the document, with their status codes.
pub(super) struct Document(Vec<Operation>);

struct Operation {
    method: String,
    segments: Vec<String>,
    statuses: Vec<u16>,
}

impl Document {
    pub(super) fn read() -> Self {
        let json = include_str!("../../../durable/src/http/openapi.json");
        let document: Value = serde_json::from_str(json).expect("the document is JSON");
        let paths = document.get("paths").and_then(Value::as_object).expect("the document has paths");
        let of_path = |(path, operations): (&String, &Value)| -> Vec<Operation> {
            let segments: Vec<_> = path.trim_matches('/').split('/').map(str::to_lowercase).collect();
            let operations = operations.as_object().into_iter().flatten();
            let with_answers = operations.filter_map(|(method, operation)| {
                let statuses: &Map<_, _> = operation.get("responses")?.as_object()?;
                let statuses = statuses.keys().filter_map(|status| status.parse().ok()).collect();
                Some(Operation { method: method.to_uppercase(), segments: segments.clone(), statuses })
            });
            with_answers.collect()
        };
        Self(paths.iter().flat_map(of_path).collect())
    }

    /// The status codes of that operation, or of what is none.
    pub(super) fn statuses(&self, method: &str, path: &str) -> Vec<u16> {
        let method = if method == "HEAD" { "GET" } else { method };
        let path = path.strip_prefix('/').unwrap_or(path);
        let segments: Vec<_> = path.strip_suffix('/').unwrap_or(path).split('/').map(decoded).collect();
        let fits = |operation: &&Operation| {
            operation.method == method
                && operation.segments.len() == segments.len()
                && operation
                    .segments
                    .iter()
                    .zip(&segments)
                    .all(|(known, asked)| known.starts_with('{') || known == asked)
        };
        self.0.iter().find(fits).map_or_else(|| OF_NO_OPERATION.to_vec(), |operation| operation.statuses.clone())
    }
}

/// A segment without its `%xx`, in lower case, as words of the API are compared.
pub(super) fn decoded(segment: &str) -> String {
    decode(segment).to_ascii_lowercase()
}

/// A text without its `%xx`.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|code| code.iter().all(u8::is_ascii_hexdigit));
        let code = code.filter(|_| *first == b'%').and_then(|code| str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
