//! The maths of the comparison: medians, percentiles, and how many times faster one is than another.

/// How many times the rate of a peer we have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Of the medians.
    pub median: f64,
    /// Of the run in which we were relatively slowest.
    pub least: f64,
    /// Of the run in which we were relatively fastest.
    pub most: f64,
}

impl Ratio {
    /// Compares the rates of runs that alternated: the n-th of ours was made beside the n-th of theirs.
    ///
    /// Runs in which they got nothing done are left out, which is kind to them; the failures show beside it. Nothing, if
    /// no run is left.
    pub fn of(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        let pairs = ours.iter().zip(theirs).filter(|(_, their)| **their > 0.0);
        let (ours, theirs): (Vec<f64>, Vec<f64>) = pairs.unzip();
        let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(our, their)| our / their).collect();
        Some(Self {
            median: median(&ours)? / median(&theirs)?,
            least: ratios.iter().copied().min_by(f64::total_cmp)?,
            most: ratios.iter().copied().max_by(f64::total_cmp)?,
        })
    }
}

/// The middle of the values; of an even number of them, the mean of the two in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted.get(sorted.len() / 2 - 1).map(|lower| f64::midpoint(*lower, upper))
}

/// The least value that so many percent of the values do not exceed; 0 if there are none.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Ratio, median, percentile};

    #[test]
    fn a_median_is_the_middle_whatever_the_order() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let sorted: Vec<f64> = (1..=100_u32).map(f64::from).collect();
        for (values, percent, wanted) in [
            (sorted.as_slice(), 50, 50.0),
            (&sorted, 99, 99.0),
            (&sorted, 100, 100.0),
            (&[5.0], 99, 5.0),
            (&[1.0, 2.0, 3.0], 50, 2.0),
            (&[1.0, 2.0, 3.0], 99, 3.0),
            (&[], 50, 0.0),
        ] {
            assert!((percentile(values, percent) - wanted).abs() < 1e-9, "{percent} % of {values:?}");
        }
    }

    #[test]
    fn a_ratio_compares_medians_and_shows_the_range_of_runs_made_side_by_side() {
        let ratio = Ratio::of(&[100.0, 300.0, 200.0], &[10.0, 20.0, 50.0]);
        assert_eq!(ratio, Some(Ratio { median: 10.0, least: 4.0, most: 15.0 }));
    }

    #[test]
    fn the_slower_one_has_a_ratio_below_one() {
        assert_eq!(Ratio::of(&[5.0], &[10.0]), Some(Ratio { median: 0.5, least: 0.5, most: 0.5 }));
    }

    #[test]
    fn there_is_no_ratio_to_nothing() {
        assert_eq!(Ratio::of(&[1.0], &[]), None);
        assert_eq!(Ratio::of(&[], &[1.0]), None);
        assert_eq!(Ratio::of(&[1.0], &[0.0]), None);
    }

    #[test]
    fn a_run_in_which_they_got_nothing_done_is_left_out() {
        assert_eq!(Ratio::of(&[9.0, 8.0], &[0.0, 4.0]), Some(Ratio { median: 2.0, least: 2.0, most: 2.0 }));
    }
}
