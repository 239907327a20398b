//! The checksum of a row, which tells a damaged one from one that was written so. SQLite itself checks how its pages
//! hang together, but not what is in them.
//!
//! It is a part of the format: the same values must always give the same number. Any change within eight bytes that
//! follow each other, and of any number or length, gives another one for sure; other changes all but surely.

use rusqlite::types::ValueRef;

/// The checksum of the values that were added, in their order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum(u64);

/// Odd, so that no difference is lost by a multiplication (the golden ratio, as in Knuth's hashing).
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// What stands before a value, for its kind.
const NULL: u64 = 1;
const NUMBER: u64 = 2;
const TEXT: u64 = 3;

impl Sum {
    /// Of a row of that table.
    pub(super) fn of(table: &str) -> Self {
        Self(0).text(table)
    }

    fn add(self, word: u64) -> Self {
        // Each step is reversible, so that two words that differ lead to sums that differ.
        Self((self.0.rotate_left(25) ^ word).wrapping_mul(FACTOR))
    }

    /// Adds a number.
    pub(super) fn number(self, number: impl Into<i64>) -> Self {
        self.add(NUMBER).add(number.into().cast_unsigned())
    }

    /// Adds a number, or that there is none.
    pub(super) fn some_number(self, number: Option<i64>) -> Self {
        number.map_or_else(|| self.add(NULL), |number| self.number(number))
    }

    /// Adds a text.
    pub(super) fn text(self, text: impl AsRef<[u8]>) -> Self {
        let bytes = text.as_ref();
        let (words, rest) = bytes.as_chunks::<8>();
        let sum =
            words.iter().fold(self.add(TEXT).add(bytes.len() as u64), |sum, word| sum.add(u64::from_le_bytes(*word)));
        rest.iter().fold(sum, |sum, byte| sum.add(u64::from(*byte)))
    }

    /// Adds a text, or that there is none.
    pub(super) fn some_text(self, text: Option<impl AsRef<[u8]>>) -> Self {
        text.map_or_else(|| self.add(NULL), |text| self.text(text))
    }

    /// Adds a value as it is stored.
    pub(super) fn value(self, value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => self.add(NULL),
            ValueRef::Integer(number) => self.number(number),
            ValueRef::Text(bytes) => self.text(bytes),
            // There are none in our tables: this differs from all that is written.
            ValueRef::Real(_) | ValueRef::Blob(_) => self.add(0),
        }
    }

    /// The number that is stored.
    pub(super) fn finish(self) -> i64 {
        (self.0 ^ (self.0 >> 32)).cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Sum {
        Sum::of("segment").number(7).some_number(None).text("[{\"TimerFired\":{\"id\":3}}]").some_text(None::<&str>)
    }

    #[test]
    fn the_sums_of_stored_rows_stay_what_they_are() {
        assert_eq!(row().finish(), GOLDEN);
    }

    const GOLDEN: i64 = -7_820_934_376_724_753_210;

    #[test]
    fn what_is_stored_has_the_sum_of_what_was_written() {
        let stored =
            [ValueRef::Integer(7), ValueRef::Null, ValueRef::Text(b"[{\"TimerFired\":{\"id\":3}}]"), ValueRef::Null];
        let sum = stored.into_iter().fold(Sum::of("segment"), Sum::value);
        assert_eq!(sum.finish(), row().finish());
    }

    #[test]
    fn a_change_of_any_bit_changes_the_sum() {
        let text = b"{\"tokens\":[\"a\",\"b\"],\"value\":2}".to_vec();
        let right = Sum::of("entity").text(&text).finish();
        for bit in 0..text.len() * 8 {
            let mut damaged = text.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(Sum::of("entity").text(damaged).finish(), right, "bit {bit}");
        }
        assert_ne!(Sum::of("entity").text(&text[..text.len() - 1]).finish(), right);
        assert_ne!(Sum::of("inbox").text(&text).finish(), right);
    }
}
