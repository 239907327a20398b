//! The table for people, and lines of JSON for programs.

use std::{fmt::Write as _, fs::File, io::Write as _, path::Path, time::Duration};

use durable::Result;
use serde_json::json;

use super::{raw::Raw, summary::Summary, trial::Durability};

const HEADS: [&str; 13] = [
    "workload",
    "units",
    "time",
    "per second",
    "p50",
    "p99",
    "cpu/unit",
    "commits/unit",
    "syncs/unit",
    "rows/unit",
    "bytes/unit",
    "peak",
    "of raw",
];
const WIDTHS: [usize; 13] = [24, 11, 11, 12, 11, 11, 11, 14, 12, 11, 12, 10, 8];

/// Prints a line for each workload, and below it what only it has, and its goals.
pub(super) fn table(raw: &Raw, summaries: &[Summary]) {
    let mut text = format!(
        "raw SQLite: {} hellos/s; {} indexed rows/s in transactions of 1,000; commit of one row {}; fsync {}\n\n",
        shown("per_second", raw.hellos_per_second),
        shown("per_second", raw.rows_per_second),
        shown("seconds", raw.commit_seconds),
        shown("seconds", raw.fsync_seconds),
    );
    row(&mut text, &HEADS.map(str::to_owned));
    for summary in summaries {
        row(&mut text, &cells(summary));
        let judged: Vec<_> = summary.goals.iter().map(ToString::to_string).collect();
        for (name, figure) in &summary.figures {
            if !judged.iter().any(|goal| goal.starts_with(&format!("{name} "))) {
                line(&mut text, &format!("{name} {}", shown(name, *figure)));
            }
        }
        for goal in &judged {
            line(&mut text, goal);
        }
    }
    say(&text);
}

fn cells(summary: &Summary) -> [String; 13] {
    let seconds = |figure: Option<f64>| figure.map_or_else(|| "-".to_owned(), |figure| shown("seconds", figure));
    let number = |figure: f64| if figure >= 100.0 { shown("per_second", figure) } else { format!("{figure:.3}") };
    [
        summary.workload.to_owned(),
        shown_count(summary.units),
        seconds(Some(summary.seconds)),
        shown("per_second", summary.units_per_second),
        seconds(summary.p50_seconds),
        seconds(summary.p99_seconds),
        seconds(summary.cpu_seconds_per_unit),
        number(summary.commits_per_unit),
        number(summary.syncs_per_unit),
        number(summary.rows_per_unit),
        shown("per_second", summary.bytes_per_unit),
        summary.peak_bytes.map_or_else(|| "-".to_owned(), |bytes| shown("bytes", bytes)),
        summary.raw_ratio.map_or_else(|| "-".to_owned(), |ratio| shown("ratio", ratio)),
    ]
}

fn row(text: &mut String, cells: &[String; 13]) {
    for (n, (cell, width)) in cells.iter().zip(WIDTHS).enumerate() {
        // Writing to a string cannot fail.
        let _ok = if n == 0 { write!(text, "{cell:<width$}") } else { write!(text, "{cell:>width$}") };
    }
    text.push('\n');
}

fn line(text: &mut String, what: &str) {
    let _ok = writeln!(text, "    {what}");
}

/// A figure as people read it; the end of its name says what it is.
pub(super) fn shown(name: &str, figure: f64) -> String {
    if name.ends_with("seconds") {
        match Duration::try_from_secs_f64(figure.abs()) {
            Ok(duration) => format!("{}{duration:.2?}", if figure < 0.0 { "-" } else { "" }),
            Err(_) => format!("{figure} s"),
        }
    } else if name.ends_with("ratio") {
        format!("{figure:.2}")
    } else if name.ends_with("bytes") && figure >= 10_240.0 {
        format!("{:.1} MiB", figure / 1_048_576.0)
    } else if figure.abs() < 10.0 && figure.fract() != 0.0 {
        format!("{figure:.3}")
    } else {
        grouped(&format!("{figure:.0}"))
    }
}

/// A number of things.
pub(super) fn shown_count(count: u64) -> String {
    grouped(&count.to_string())
}

/// Separates thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes the lines of JSON to the file, or prints them.
///
/// # Errors
///
/// The file can't be written.
pub(super) fn json(raw: &Raw, durability: Durability, summaries: &[Summary], file: Option<&Path>) -> Result<()> {
    let mut first = json!({ "raw": raw });
    if let Some(raw) = first.get_mut("raw").and_then(|raw| raw.as_object_mut()) {
        raw.insert("durability".to_owned(), json!(durability));
    }
    let mut text = format!("{first}\n");
    for summary in summaries {
        text.push_str(&serde_json::to_string(summary)?);
        text.push('\n');
    }
    match file {
        Some(file) => File::create(file)?.write_all(text.as_bytes())?,
        None => say(&text),
    }
    Ok(())
}

/// Prints a text.
#[expect(clippy::print_stdout, reason = "the program is for people to read")]
pub(super) fn say(text: &str) {
    println!("{}", text.trim_end());
}

/// Says what is going on, beside the output.
#[expect(clippy::print_stderr, reason = "the program is for people to read")]
pub(super) fn progress(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_figure_says_how_it_is_shown() {
        for (name, figure, text) in [
            ("p50_seconds", 0.000_35, "350.00µs"),
            ("spare_seconds", -1.5, "-1.50s"),
            ("units_per_second", 1_234_567.8, "1,234,568"),
            ("units_per_second", 999.6, "1,000"),
            ("raw_ratio", 0.304, "0.30"),
            ("peak_bytes", 200.0 * 1_048_576.0, "200.0 MiB"),
            ("restarted_bytes", 400.0, "400"),
            ("fire_rows_each", 2.25, "2.250"),
            ("fire_rows_each", 2.0, "2"),
        ] {
            assert_eq!(shown(name, figure), text, "{name}");
        }
        assert_eq!((grouped("-123456"), grouped("-1234")), ("-123,456".to_owned(), "-1,234".to_owned()));
    }
}
