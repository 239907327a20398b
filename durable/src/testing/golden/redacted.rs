//! A history for snapshots: without what differs from run to run.

use std::fmt::Write;

use super::History;

impl History {
    /// The history as JSON in which all UUIDs and times are replaced by `[uuid-1]`, `[uuid-2]`, .. and `[time]`, in
    /// payloads too.
    ///
    /// One UUID gets one number, in the order in which they first appear, so that a snapshot still shows which are the
    /// same. Ids that a client or `ctx.new_uuid()` generates are UUIDs, and so are execution ids.
    ///
    /// ```
    /// # use durable::{prelude::*, testing::History};
    /// # #[orchestrator]
    /// # async fn hello(ctx: &Context) -> Result<()> {
    /// #     Ok(())
    /// # }
    /// # #[tokio::main]
    /// # async fn main() -> Result<()> {
    /// # let runtime = Runtime::builder().memory().register(registry![hello]).start().await?;
    /// # let handle = runtime.client().start(hello()).await?;
    /// # handle.output().await?;
    /// let history = History::of(&runtime.client(), handle.id()).await?;
    /// let snapshot = history.redacted(); // for example for `insta::assert_snapshot!`
    /// assert!(snapshot.contains(r#""instance": "[uuid-1]""#));
    /// # runtime.shutdown().await
    /// # }
    /// ```
    pub fn redacted(&self) -> String {
        redact(&self.to_json())
    }
}

fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut uuids: Vec<String> = Vec::new();
    let mut rest = text;
    let mut inside_word = false;
    while let Some(next) = rest.chars().next() {
        if !inside_word && let Some(length) = time(rest) {
            redacted.push_str("[time]");
            rest = &rest[length..];
        } else if !inside_word && let Some(length) = uuid(rest) {
            let (found, behind) = rest.split_at(length);
            let found = found.to_ascii_lowercase().replace('-', "");
            let number = uuids.iter().position(|uuid| *uuid == found).unwrap_or_else(|| {
                uuids.push(found);
                uuids.len() - 1
            });
            write!(redacted, "[uuid-{}]", number + 1).expect("a `String` takes all that is written");
            rest = behind;
        } else {
            redacted.push(next);
            rest = &rest[next.len_utf8()..];
        }
        inside_word = next.is_alphanumeric();
    }
    redacted
}

/// The length of the UUID with which the text begins, with hyphens or without.
fn uuid(text: &str) -> Option<usize> {
    ["xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]
        .into_iter()
        .find(|pattern| fits(text, pattern) && ends_word(&text[pattern.len()..]))
        .map(str::len)
}

/// The length of the point in time in RFC 3339 with which the text begins.
fn time(text: &str) -> Option<usize> {
    const SECONDS: &str = "0000-00-00T00:00:00";
    if !fits(text, SECONDS) {
        return None;
    }
    let mut length = SECONDS.len();
    if let Some(fraction) = text[length..].strip_prefix('.') {
        length += 1 + fraction.bytes().take_while(u8::is_ascii_digit).count();
    }
    let zone = ["Z", "+00:00", "-00:00"].into_iter().find(|zone| fits(&text[length..], zone))?;
    Some(length + zone.len())
}

/// Whether the text begins with hexadecimal digits where the pattern has an `x`, digits where it has a `0`, and what the
/// pattern has elsewhere.
fn fits(text: &str, pattern: &str) -> bool {
    text.len() >= pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, pattern)| match pattern {
            b'x' => byte.is_ascii_hexdigit(),
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|next: char| next.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn one_uuid_gets_one_number_however_it_is_written() {
        let text = "a 0192f0c1-2345-7abc-8def-0123456789ab:3, 0192F0C123457ABC8DEF0123456789AB \
                    ffffffffffffffffffffffffffffffff";
        assert_eq!(redact(text), "a [uuid-1]:3, [uuid-1] [uuid-2]");
    }

    #[test]
    fn times_are_replaced_whatever_their_fraction_and_zone() {
        let text = r#""2026-11-21T12:00:00Z" 2026-11-21T12:00:00.000001Z 2026-11-21T12:00:00+02:00!"#;
        assert_eq!(redact(text), r#""[time]" [time] [time]!"#);
    }

    #[test]
    fn what_is_neither_stays_as_it_is() {
        let sha256 = "0123456789abcdef".repeat(4);
        for text in ["2026-11-21", "2026-11-21T12:00:00", "größe-0192f0c1", "", "x0192f0c1-2345", "\u{10ffff}", &sha256]
        {
            assert_eq!(redact(text), text);
        }
    }
}
