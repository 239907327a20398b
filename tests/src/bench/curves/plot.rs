//! The picture: small multiples, one for each question, in one SVG that is at home on light and on dark pages.

use std::fmt::Write as _;

use durable::Result;

use super::{
    axis::{Axis, shown_rate, shown_time},
    curve::{self, CPU, Panel},
    figures::{Figures, Line, Point},
};

/// How many panels are beside one another.
const COLUMNS: usize = 2;
const PANEL: Size = Size { width: 416.0, height: 276.0 };
/// The part of a panel that has the lines.
const FIELD: Size = Size { width: 250.0, height: 148.0 };
/// Where the field is in its panel.
const FIELD_AT: Place = Place { x: 58.0, y: 60.0 };
/// Where the first panel is.
const FIRST: Place = Place { x: 32.0, y: 96.0 };
/// What is kept free on the right.
const MARGIN: f64 = 8.0;
/// How far labels at the end of lines have to be from one another.
const LINE_HEIGHT: f64 = 17.0;

const STYLE: &str = "
  .card { fill: #ffffff; stroke: #d1d9e0 } .ink { fill: #1f2328 } .muted { fill: #59636e }
  .grid { stroke: #e6eaef } .first { stroke: #818b98 } .mark { stroke: #ffffff }
  .cost { color: #0969da } .latency { color: #8250df }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d } .ink { fill: #f0f6fc } .muted { fill: #9198a1 }
    .grid { stroke: #21262d } .first { stroke: #656c76 } .mark { stroke: #0d1117 }
    .cost { color: #58a6ff } .latency { color: #bc8cff }
  }
  text { font: 13px system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif }
  .head { font-size: 22px; font-weight: 600 } .question { font-size: 15px; font-weight: 600 }
  .value { fill: currentColor; font-weight: 600 }
  path { fill: none; stroke-linejoin: round; stroke-linecap: round } .first { stroke-dasharray: 1 4 }
  .main { stroke: currentColor; stroke-width: 2.5 } .pale { stroke: currentColor; stroke-width: 2; opacity: .4 }
  .mark { fill: currentColor; stroke-width: 1.5 } .shade { fill: currentColor; opacity: .07 }
";

#[derive(Debug, Clone, Copy)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
}

/// Draws all curves.
///
/// # Errors
///
/// There is a curve of a name that is not known.
pub(super) fn svg(figures: &Figures) -> Result<String> {
    let mut panels = Vec::new();
    for line in figures.curves.iter().filter(|line| !line.points.is_empty()) {
        panels.extend(curve::find(&line.name)?.panels.iter().map(|panel| (panel, line)));
    }
    let mut body = String::new();
    let mut size = Size { width: 0.0, height: FIRST.y };
    for (n, (panel, line)) in panels.iter().enumerate() {
        let [column, row] = [n % COLUMNS, n / COLUMNS].map(|n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
        let at = Place { x: column.mul_add(PANEL.width, FIRST.x), y: row.mul_add(PANEL.height, FIRST.y) };
        size.width = size.width.max(at.x + PANEL.width + MARGIN);
        size.height = size.height.max(at.y + PANEL.height);
        Drawing::new(panel, line, at)?.draw(&mut body);
    }
    let Size { width, height } = size;
    let title = "What does scale cost?";
    let about = "Bold: CPU time. Pale: time on the wall clock. Dotted: what the first point costs.";
    let (x, card) = (FIRST.x, (width - 1.0, height - 1.0));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{about}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"card\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"12\"/>\n\
         <text class=\"head ink\" x=\"{x}\" y=\"42\">{title}</text>\n\
         <text class=\"muted\" x=\"{x}\" y=\"65\">{about}</text>\n{body}</svg>\n",
        card.0, card.1
    ))
}

/// A panel that is drawn.
struct Drawing<'a> {
    panel: &'a Panel,
    at: Place,
    horizontal: Axis,
    vertical: Axis,
    /// What is written below, and where.
    marks: Vec<(f64, String)>,
    main: Vec<(f64, f64)>,
    pale: Vec<(f64, f64)>,
    /// How much goes through at the end.
    rate: Option<String>,
}

impl<'a> Drawing<'a> {
    #[expect(clippy::cast_precision_loss, reason = "for a picture it is enough")]
    fn new(panel: &'a Panel, line: &Line, at: Place) -> Result<Self> {
        let quantity = curve::find(&line.name)?.quantity;
        let values = |name: &str| -> Vec<_> {
            let values = line.points.iter().filter_map(|point| Some((point.at as f64, *point.figures.get(name)?)));
            // Zero has no place on an axis by powers.
            values.filter(|(_, value)| *value > 0.0).collect()
        };
        let (main, pale) = (values(panel.main.0), values(panel.pale.0));
        let all: Vec<_> = main.iter().chain(&pale).map(|(_, value)| *value).collect();
        let end = |point: Option<&Point>| point.map_or(1.0, |point| point.at as f64);
        Ok(Self {
            panel,
            at,
            horizontal: Axis::between(end(line.points.first()), end(line.points.last())),
            vertical: Axis::around(panel.rise, &all),
            marks: line.points.iter().map(|point| (point.at as f64, quantity.shown(point.at))).collect(),
            main,
            pale,
            rate: line.points.last().and_then(|point| point.figures.get(panel.rate?)).map(|rate| shown_rate(*rate)),
        })
    }

    fn draw(&self, svg: &mut String) {
        push(svg, &format!("<g class=\"{}\">", if self.panel.main == CPU { "cost" } else { "latency" }));
        let Place { x, y } = self.at;
        let (left, right, bottom) = (self.x(0.0), self.x(1.0), self.y(0.0));
        text(svg, "question ink", "start", Place { x, y: y + 16.0 }, self.panel.question);
        text(svg, "muted", "start", Place { x, y: y + 36.0 }, self.panel.vertical);
        for value in self.vertical.marks() {
            let y = self.y(self.vertical.place(value));
            push(svg, &format!("<path class=\"grid\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>"));
            let label = if value == 0.0 { "0".to_owned() } else { shown_time(value) };
            text(svg, "muted", "end", Place { x: left - 10.0, y: y + 4.5 }, &label);
        }
        for (value, label) in &self.marks {
            let x = self.x(self.horizontal.place(*value));
            text(svg, "muted", "middle", Place { x, y: bottom + 22.0 }, label);
        }
        let middle = f64::midpoint(left, right);
        text(svg, "muted", "middle", Place { x: middle, y: bottom + 42.0 }, self.panel.horizontal);
        self.draw_lines(svg);
        push(svg, "</g>");
    }

    fn draw_lines(&self, svg: &mut String) {
        let places = |values: &[(f64, f64)]| -> Vec<_> {
            let place = |(at, value): &(f64, f64)| Place {
                x: self.x(self.horizontal.place(*at)),
                y: self.y(self.vertical.place(*value)),
            };
            values.iter().map(place).collect()
        };
        let (main, pale) = (places(&self.main), places(&self.pale));
        if let [first, .., last] = main.as_slice() {
            let (bottom, path) = (self.y(0.0), path(&main));
            push(svg, &format!("<path class=\"shade\" d=\"{path}V{bottom:.1}H{:.1}Z\"/>", first.x));
            push(svg, &format!("<path class=\"first\" d=\"M{:.1} {:.1}H{:.1}\"/>", first.x, first.y, last.x));
        }
        push(svg, &format!("<path class=\"pale\" d=\"{}\"/>", path(&pale)));
        push(svg, &format!("<path class=\"main\" d=\"{}\"/>", path(&main)));
        for Place { x, y } in &main {
            push(svg, &format!("<circle class=\"mark\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"));
        }
        self.draw_labels(svg, main.last(), pale.last());
    }

    /// Writes the last values, beside the ends of the lines.
    fn draw_labels(&self, svg: &mut String, main: Option<&Place>, pale: Option<&Place>) {
        let last =
            |values: &[(f64, f64)], name| values.last().map(|(_, value)| format!("{} {name}", shown_time(*value)));
        let labels = [
            (main, "value", last(&self.main, self.panel.main.1)),
            (pale, "muted", last(&self.pale, self.panel.pale.1)),
            (main, "muted", self.rate.clone()),
        ];
        let mut labels: Vec<_> =
            labels.into_iter().filter_map(|(at, class, text)| Some((*at?, class, text?))).collect();
        // The rate belongs to none of the lines, and goes below.
        if let [one, other, ..] = labels.as_mut_slice()
            && one.0.y > other.0.y
        {
            std::mem::swap(one, other);
        }
        let mut free = f64::MIN;
        for (Place { x, y }, class, label) in labels {
            let y = y.max(free);
            free = y + LINE_HEIGHT;
            text(svg, class, "start", Place { x: x + 12.0, y: y + 4.5 }, &label);
        }
    }

    fn x(&self, place: f64) -> f64 {
        place.mul_add(FIELD.width, self.at.x + FIELD_AT.x)
    }

    fn y(&self, place: f64) -> f64 {
        (1.0 - place).mul_add(FIELD.height, self.at.y + FIELD_AT.y)
    }
}

fn path(places: &[Place]) -> String {
    let mut path = String::new();
    for (n, Place { x, y }) in places.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ok = write!(path, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
    }
    path
}

fn text(svg: &mut String, class: &str, anchor: &str, Place { x, y }: Place, content: &str) {
    let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
    push(svg, &format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\"{anchor}>{content}</text>"));
}

fn push(svg: &mut String, element: &str) {
    svg.push_str(element);
    svg.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{curves::curve::CURVES, trial::Measured};

    fn flat() -> Figures {
        let measured = Measured { seconds: 1.0, cpu_seconds: Some(2.0), ..Measured::default() };
        let lines = CURVES.iter().map(|curve| Line {
            name: curve.name.to_owned(),
            points: curve.scale.iter().map(|at| Point::new(*at, 10, std::slice::from_ref(&measured), true)).collect(),
        });
        Figures { curves: lines.collect() }
    }

    #[test]
    fn the_picture_asks_every_question_and_says_what_the_axes_are() {
        let svg = svg(&flat()).unwrap();
        for panel in CURVES.iter().flat_map(|curve| curve.panels) {
            assert!([panel.question, panel.vertical, panel.horizontal].iter().all(|text| svg.contains(text)));
        }
        assert!(svg.contains(">10 GB<") && svg.contains(">200 ms CPU<"));
    }

    #[test]
    fn what_is_flat_is_drawn_flat_and_nothing_is_drawn_at_no_place() {
        let svg = svg(&flat()).unwrap();
        let marks: Vec<_> = svg.lines().filter(|line| line.contains("class=\"mark\"")).take(4).collect();
        let height = |mark: &str| mark.split(" cy=").nth(1).unwrap().to_owned();
        assert!(marks.iter().all(|mark| height(mark) == height(marks[0])), "{marks:?}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn a_curve_that_nobody_knows_is_named() {
        let mut figures = flat();
        figures.curves[0].name = "depth".to_owned();
        assert!(svg(&figures).unwrap_err().to_string().contains("depth"));
    }
}
