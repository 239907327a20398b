//! Axes of a picture: where a value is, which values are marked, and how they are written.

use super::curve::Rise;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
}

impl Quantity {
    /// So much of it, in at most seven characters where it is a round number.
    pub(super) fn shown(self, amount: u64) -> String {
        let (units, space) = match self {
            Self::Count => (["", "k", "M", "G"], ""),
            Self::Bytes => (["B", "KB", "MB", "GB"], " "),
        };
        let [ones, thousands, millions, milliards] = units;
        let (divisor, unit) = match amount {
            0..1_000 => (1, ones),
            1_000..1_000_000 => (1_000, thousands),
            1_000_000..1_000_000_000 => (1_000_000, millions),
            1_000_000_000.. => (1_000_000_000, milliards),
        };
        let (whole, tenths) = (amount / divisor, amount % divisor * 10 / divisor);
        if tenths == 0 { format!("{whole}{space}{unit}") } else { format!("{whole}.{tenths}{space}{unit}") }
    }
}

/// Seconds with two significant digits, in the unit that has few.
pub(super) fn shown_time(seconds: f64) -> String {
    // As rounding would show it.
    let (amount, unit) = match seconds {
        seconds if seconds < 0.999_5e-6 => (seconds * 1e9, "ns"),
        seconds if seconds < 0.999_5e-3 => (seconds * 1e6, "µs"),
        seconds if seconds < 0.999_5 => (seconds * 1e3, "ms"),
        seconds => (seconds, "s"),
    };
    if amount < 9.95 && (amount - amount.round()).abs() >= 0.05 {
        format!("{amount:.1} {unit}")
    } else {
        format!("{amount:.0} {unit}")
    }
}

/// Bytes per second.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates are positive and small")]
pub(super) fn shown_rate(rate: f64) -> String {
    format!("{}/s", Quantity::Bytes.shown((rate / 1e6).round() as u64 * 1_000_000))
}

/// An axis: values become places from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    marks: Marks,
}

/// Which values are marked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Marks {
    /// All that are so far apart.
    Every(f64),
    /// The powers of ten.
    Powers,
}

impl Axis {
    /// One by powers of ten, from the least to the largest value.
    pub(super) fn between(least: f64, largest: f64) -> Self {
        Self { from: least, to: largest.max(least * 10.0), marks: Marks::Powers }
    }

    /// One with room for all these values, that begins and ends at marks.
    pub(super) fn around(rise: Rise, values: &[f64]) -> Self {
        let largest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        match rise {
            Rise::Evenly => {
                let room = largest * 1.1;
                let step = round_up(room / 4.0);
                Self { from: 0.0, to: (room / step).ceil() * step, marks: Marks::Every(step) }
            }
            Rise::ByPowers => {
                let least = values.iter().copied().filter(|value| *value > 0.0).fold(largest, f64::min);
                let power = least.log10().floor();
                let to = 10_f64.powf(largest.log10().ceil().max(power + 1.0));
                Self { from: 10_f64.powf(power), to, marks: Marks::Powers }
            }
        }
    }

    /// Where a value is; below 0 or above 1 outside.
    pub(super) fn place(&self, value: f64) -> f64 {
        match self.marks {
            Marks::Every(_) => (value - self.from) / (self.to - self.from),
            Marks::Powers => (value / self.from).log10() / (self.to / self.from).log10(),
        }
    }

    /// The values that are marked, from the least.
    pub(super) fn marks(&self) -> Vec<f64> {
        let next = |mark: &f64| match self.marks {
            Marks::Every(step) => mark + step,
            Marks::Powers => mark * 10.0,
        };
        let end = self.to * 1.000_001;
        std::iter::successors(Some(self.from), |mark| Some(next(mark)).filter(|mark| *mark <= end)).collect()
    }
}

/// The least round number that is not below.
fn round_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0].into_iter().find(|round| round * power >= number);
    round.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: &[f64], right: &[f64]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn amounts_are_written_with_the_unit_that_makes_them_short() {
        for (quantity, amount, text) in [
            (Quantity::Count, 100, "100"),
            (Quantity::Count, 1_000, "1k"),
            (Quantity::Count, 50_000, "50k"),
            (Quantity::Count, 1_000_000, "1M"),
            (Quantity::Bytes, 0, "0 B"),
            (Quantity::Bytes, 100, "100 B"),
            (Quantity::Bytes, 1_500, "1.5 KB"),
            (Quantity::Bytes, 10_000_000_000, "10 GB"),
        ] {
            assert_eq!(quantity.shown(amount), text);
        }
    }

    #[test]
    fn times_have_few_digits_and_no_useless_zero() {
        for (seconds, text) in [
            (0.0, "0 ns"),
            (7.12e-6, "7.1 µs"),
            (7.0e-6, "7 µs"),
            (33.4e-6, "33 µs"),
            (999.9e-6, "1 ms"),
            (4.26e-3, "4.3 ms"),
            (9.97e-3, "10 ms"),
            (2.0, "2 s"),
        ] {
            assert_eq!(shown_time(seconds), text);
        }
    }

    #[test]
    fn rates_are_written_in_megabytes() {
        assert_eq!([206_907_566.0, 1_234_000_000.0].map(shown_rate), ["207 MB/s", "1.2 GB/s"]);
    }

    #[test]
    fn an_even_axis_starts_at_zero_and_has_room_above_the_largest_value() {
        let axis = Axis::around(Rise::Evenly, &[33.0, 25.0]);
        assert!(close(&axis.marks(), &[0.0, 10.0, 20.0, 30.0, 40.0]), "{:?}", axis.marks());
        assert!(close(&[axis.place(0.0), axis.place(10.0), axis.place(40.0)], &[0.0, 0.25, 1.0]));
    }

    #[test]
    fn an_axis_of_powers_ends_at_powers_around_all_values() {
        let axis = Axis::around(Rise::ByPowers, &[40e-6, 3e-3]);
        assert!(close(&axis.marks(), &[1e-5, 1e-4, 1e-3, 1e-2]), "{:?}", axis.marks());
        assert!(close(&[axis.place(1e-4)], &[1.0 / 3.0]));
    }

    #[test]
    fn tenfold_values_are_at_equal_distances() {
        let axis = Axis::between(100.0, 10_000.0);
        assert!(close(&[100.0, 1_000.0, 10_000.0].map(|value| axis.place(value)), &[0.0, 0.5, 1.0]));
    }

    #[test]
    fn every_even_axis_has_a_handful_of_marks_and_ends_at_one() {
        for n in 1..1_000 {
            let axis = Axis::around(Rise::Evenly, &[f64::from(n) * 0.7e-6]);
            let marks = axis.marks();
            assert!((3..=5).contains(&marks.len()), "{n}: {marks:?}");
            assert!(close(&[axis.place(marks[marks.len() - 1])], &[1.0]), "{n}: {marks:?}");
        }
    }

    #[test]
    fn values_that_are_all_the_same_or_zero_have_an_axis() {
        for rise in [Rise::Evenly, Rise::ByPowers] {
            for values in [&[5.0, 5.0][..], &[0.0], &[]] {
                let marks = Axis::around(rise, values).marks();
                assert!(
                    marks.len() >= 2 && marks.iter().all(|mark| mark.is_finite()),
                    "{rise:?} {values:?}: {marks:?}"
                );
            }
        }
    }
}
