//! Times and durations, as people write and read them.

use std::time::{Duration, SystemTime};

use clap::ValueEnum;

use crate::model::Timestamp;

/// How times are written in tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TimeStyle {
    /// How long ago
    Relative,
    /// As in JSON: 2026-11-21T12:00:00Z
    Iso,
    /// Seconds since 1970
    Unix,
}

#[expect(clippy::disallowed_methods, reason = "for people, who are asked and told how long ago something was")]
pub(super) fn now() -> Timestamp {
    SystemTime::now().into()
}

impl TimeStyle {
    pub(super) fn write(self, time: Timestamp, now: Timestamp) -> String {
        match self {
            Self::Relative if time > now + Duration::from_secs(1) => format!("in {}", rough(time - now)),
            Self::Relative => format!("{} ago", rough(now - time)),
            Self::Iso => time.to_string(),
            Self::Unix => {
                let micros = time.as_micros();
                format!("{}.{:06}", micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000))
            }
        }
    }
}

/// A duration in its largest unit, or in its two largest.
pub(super) fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 if duration.as_millis() == 0 => format!("{}µs", duration.as_micros()),
        0 => format!("{}ms", duration.as_millis()),
        1..10 => format!("{seconds}.{}s", duration.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        600..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h {:02}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A duration in its largest unit alone, as tables have little room.
fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{}ms", duration.as_millis()),
        1..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Reads a duration such as `500ms`, `30s`, `5m`, `2h`, `7d`, `1w`; a bare number is in seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a time such as 30s, 5m, 2h or 7d".to_owned();
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return Err(expected()),
    };
    let number: f64 = number.parse().map_err(|_| expected())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, millis) in
            [("500ms", 500), ("90", 90_000), ("1.5h", 5_400_000), ("2d", 172_800_000), ("1 m", 60_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "h", "1y", "-1s", "1..2s", "1e9", "99999999999999999999d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_written_in_few_characters() {
        let written =
            [0, 12, 1_999, 59_999, 61_000, 3_599_000, 3_700_000, 90_000_000].map(Duration::from_millis).map(short);
        assert_eq!(written, ["0µs", "12ms", "1.9s", "59s", "1m 01s", "59m", "1h 01m", "1d"]);
    }

    #[test]
    fn times_are_told_from_now() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let write = |style: TimeStyle, offset: u64| style.write(now - Duration::from_secs(offset), now);
        assert_eq!(write(TimeStyle::Relative, 120), "2m ago");
        assert_eq!(TimeStyle::Relative.write(now + Duration::from_secs(30), now), "in 30s");
        assert_eq!(write(TimeStyle::Iso, 0), "2026-11-21T12:00:00Z");
        assert_eq!(write(TimeStyle::Unix, 0), "1795262400.000000");
    }
}
