//! JSON that is given as an argument, as a file, or on the standard input.

use std::{fs, io};

use serde_json::value::RawValue;

use super::failed::Failed;

/// Reads what stands for a JSON value: the value, `@FILE`, or `-`.
pub(super) fn json(argument: Option<&str>) -> Result<Option<String>, Failed> {
    let Some(argument) = argument else { return Ok(None) };
    let unread = |error: io::Error| Failed::usage(format!("{argument} can't be read: {error}"));
    let text = match argument.strip_prefix('@') {
        Some(file) => fs::read_to_string(file).map_err(unread)?,
        None if argument == "-" => io::read_to_string(io::stdin()).map_err(unread)?,
        None => argument.to_owned(),
    };
    if let Err(error) = serde_json::from_str::<&RawValue>(&text) {
        return Err(Failed::usage(format!("the value is no JSON: {error}"))
            .advise("a text needs its quotes: '\"text\"'; @FILE reads a file, and - the standard input"));
    }
    Ok(Some(text))
}
