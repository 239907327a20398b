//! Printing results: tables for people, JSON for programs.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Row, Table, presets};
use serde_json::{Value, value::RawValue};

use super::{
    args::{Format, Global, When},
    failed::Failed,
    text,
    times::{self, TimeStyle},
};
use crate::model::{Status, Timestamp};

/// How results are printed.
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) now: Timestamp,
    time: TimeStyle,
    colored: bool,
    /// The columns of the terminal, if it is one.
    columns: Option<u16>,
    quiet: bool,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        let terminal = console::Term::stdout();
        let is_terminal = io::stdout().is_terminal();
        let colored = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        Self {
            format: global.output.unwrap_or(if is_terminal { Format::Table } else { Format::Jsonl }),
            now: times::now(),
            time: global.time,
            colored,
            columns: is_terminal.then(|| terminal.size().1),
            quiet: global.quiet,
        }
    }

    pub(super) fn is_table(&self) -> bool {
        self.format == Format::Table
    }

    /// How many columns there are to draw on; plenty where it is not a terminal.
    pub(super) fn columns(&self) -> usize {
        self.columns.map_or(usize::MAX, usize::from)
    }

    /// Whether what is printed can be drawn anew.
    pub(super) fn is_terminal(&self) -> bool {
        self.columns.is_some()
    }

    /// Prints one result: as the text of `table`, as JSON, or its id.
    pub(super) fn one(&self, json: &str, id: &str, table: impl FnOnce() -> String) -> Result<(), Failed> {
        match self.format {
            Format::Table => self.print(&table()),
            Format::Json => self.print(&text::json(json, true)),
            Format::Jsonl => self.print(&text::json(json, false)),
            Format::Id => self.print(&text::escape(id)),
            Format::None => Ok(()),
        }
    }

    /// Prints some results of a list; `id` finds the id in one of them.
    pub(super) fn some(&self, items: &[Box<RawValue>], id: impl Fn(&Value) -> String) -> Result<(), Failed> {
        for item in items {
            match self.format {
                Format::Jsonl => self.print(&text::json(item.get(), false))?,
                Format::Id => self.print(&text::escape(&id(&serde_json::from_str(item.get()).unwrap_or_default())))?,
                Format::Table | Format::Json | Format::None => {}
            }
        }
        Ok(())
    }

    /// Prints a whole list as one JSON document, if that is what is wanted.
    pub(super) fn all(&self, items: &[Box<RawValue>]) -> Result<(), Failed> {
        if self.format != Format::Json {
            return Ok(());
        }
        let items: Vec<_> = items.iter().map(|item| item.get()).collect();
        self.print(&text::json(&format!("[{}]", items.join(",")), true))
    }

    /// Prints text that is safe for a terminal, with a line break at its end.
    #[expect(clippy::unused_self, reason = "only who has an output prints")]
    pub(super) fn print(&self, text: &str) -> Result<(), Failed> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        Ok(out.flush()?)
    }

    /// Tells people what was done, beside the results.
    pub(super) fn say(&self, text: impl fmt::Display) {
        if !self.quiet {
            // Whoever does not listen to that has missed nothing.
            drop(writeln!(io::stderr(), "{text}"));
        }
    }

    /// A time in the style that was asked for; what is none stays as it is.
    pub(super) fn time(&self, value: Option<&Value>) -> String {
        let Some(text) = value.and_then(Value::as_str) else { return String::new() };
        text.parse().map_or_else(|_| text::escape(text), |time| self.time.write(time, self.now))
    }

    /// A table without lines, whose text is escaped.
    pub(super) fn table(&self, header: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        match self.columns {
            Some(columns) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        if self.colored {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if !header.is_empty() {
            let mut names = Row::from(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
            names.max_height(1);
            table.set_header(names);
        }
        for cells in rows {
            let mut row = Row::from(cells);
            row.max_height(1);
            table.add_row(row);
        }
        let last = table.column_count().saturating_sub(1);
        for (number, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if number < last {
                // Only the last one is shortened; ids are there to be copied.
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }

    /// A text in a color, if there are any.
    pub(super) fn paint(&self, text: &str, paint: impl FnOnce(console::Style) -> console::Style) -> String {
        if self.colored {
            paint(console::Style::new().force_styling(true)).apply_to(text).to_string()
        } else {
            text.to_owned()
        }
    }

    /// A status in its color.
    pub(super) fn status(&self, status: &str) -> String {
        let shown = text::escape(status);
        self.paint(&shown, |style| match status {
            "Completed" => style.green(),
            "Failed" => style.red(),
            "Terminated" => style.magenta(),
            "Suspended" => style.yellow(),
            _ => style.cyan(),
        })
    }
}

/// A cell with stored text.
pub(super) fn cell(text: impl AsRef<str>) -> Cell {
    Cell::new(text::cut(text.as_ref(), 100))
}

/// A cell with a status in its color.
pub(super) fn status_cell(status: &str, is_parked: bool) -> Cell {
    let color = match status {
        "Completed" => Color::Green,
        "Failed" => Color::Red,
        "Terminated" => Color::Magenta,
        "Suspended" => Color::Yellow,
        _ => Color::Cyan,
    };
    let shown = text::escape(status);
    Cell::new(if is_parked { format!("{shown} (parked)") } else { shown }).fg(if is_parked {
        Color::Yellow
    } else {
        color
    })
}

/// A member of an object as text; empty if it is missing.
pub(super) fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether the status object is of an instance that has ended.
pub(super) fn has_ended(instance: &Value) -> bool {
    let status = text_of(instance, "runtimeStatus");
    Status::ALL.into_iter().any(|known| known.is_terminal() && known.as_str() == status)
}
