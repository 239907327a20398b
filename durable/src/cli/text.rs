//! Stored text on a terminal: nothing of it may act on the terminal.

/// The text on one line, with what acts on a terminal or turns the direction of writing written out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if acts(c) => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether a character does something instead of showing something.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a text, escaped.
pub(super) fn cut(text: &str, width: usize) -> String {
    let mut short: String = text.chars().take(width + 1).collect();
    if short.chars().count() > width {
        short = text.chars().take(width.saturating_sub(1)).collect();
        short.push('…');
    }
    escape(&short)
}

/// JSON with other white space: indented, or none. What acts on a terminal is written as JSON escapes; numbers and the
/// order of members stay as they are.
pub(super) fn json(text: &str, indented: bool) -> String {
    let mut written = String::with_capacity(text.len());
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut chars = text.chars().peekable();
    let line = |written: &mut String, depth: usize| {
        if indented {
            written.push('\n');
            written.extend(std::iter::repeat_n("  ", depth));
        }
    };
    while let Some(c) = chars.next() {
        if in_text {
            if acts(c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    written.extend([format!("\\u{unit:04x}")]);
                }
            } else {
                written.push(c);
            }
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                written.push(c);
            }
            '{' | '[' => {
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                written.push(c);
                if let Some(end) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    written.push(end);
                } else {
                    depth += 1;
                    line(&mut written, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut written, depth);
                written.push(c);
            }
            ',' => {
                written.push(c);
                line(&mut written, depth);
            }
            ':' => written.push_str(if indented { ": " } else { ":" }),
            c if c.is_ascii_whitespace() => {}
            c => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(escape("a\u{1b}[31m\u{9b}b\r\n\u{202e}c\u{7f}"), "a\\u{1b}[31m\\u{9b}b\\r\\n\\u{202e}c\\u{7f}");
        assert_eq!(cut("Grüße", 5), "Grüße");
        assert_eq!(cut("Grüße!", 5), "Grüß…");
    }

    #[test]
    fn json_keeps_its_numbers_and_its_order() {
        let text = r#"{ "b" : [1.0e3, 12345678901234567890,{}, [ ] ] ,"a":"x: {\"y\\" }"#;
        assert_eq!(json(text, false), r#"{"b":[1.0e3,12345678901234567890,{},[]],"a":"x: {\"y\\"}"#);
        let indented = "{\n  \"b\": [\n    1.0e3,\n    12345678901234567890,\n    {},\n    []\n  ],\n  \"a\": \"x: {\\\"y\\\\\"\n}";
        assert_eq!(json(text, true), indented);
        assert_eq!(json("\"\u{9b}\u{e0041}\"", false), r#""\u009b\udb40\udc41""#);
    }
}
