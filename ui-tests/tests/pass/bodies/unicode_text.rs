// good: text is cut, counted and changed
use std::collections::BTreeMap;

use durable::prelude::*;

#[deterministic]
fn title_case(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()).unwrap_or_default()
        })
        .collect::<Vec<String>>()
        .join(" ")
}

#[deterministic]
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_ascii_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[activity]
async fn typeset(lines: Vec<String>) -> Result<usize> {
    Ok(lines.len())
}

#[orchestrator]
async fn typeset_poem(ctx: &Context, poem: String, width: usize) -> Result<usize> {
    let mut letters: BTreeMap<char, u32> = BTreeMap::new();
    for letter in poem.chars().filter(|letter| letter.is_alphabetic()) {
        *letters.entry(letter).or_insert(0) += 1;
    }
    let common: String = letters.iter().filter(|(_, count)| **count > 2).map(|(letter, _)| letter).collect();
    let (head, tail) = poem.char_indices().nth(40).map_or((poem.as_str(), ""), |(at, _)| poem.split_at(at));
    let mut lines = wrapped(&title_case(head), width);
    lines.extend(tail.lines().rev().map(|line| line.trim_end_matches(['.', '!', '?']).replace('\t', "    ")));
    lines.push(poem.bytes().rev().take(3).map(|byte| format!("{byte:02x}")).collect());
    let fifth = poem.char_indices().nth(5).map_or(poem.len(), |(at, _)| at);
    lines.push(std::str::from_utf8(&poem.as_bytes()[..fifth])?.to_owned());
    lines.retain(|line| line.find(|c: char| c.is_control()).is_none());
    ctx.set_status(&common);
    ctx.call(typeset(lines)).await
}
