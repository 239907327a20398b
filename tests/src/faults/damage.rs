//! What can happen to a file.

use crate::torture::Random;

const PAGE: usize = 4_096;

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Damage {
    /// A few bits are others.
    Bits,
    /// A few bytes are others.
    Bytes,
    /// The end is missing.
    Truncated,
    /// Two pages have changed places.
    Swapped,
    /// A page is zero.
    Zeroed,
    /// A page has the bytes of another one.
    Copied,
}

const ALL: [Damage; 6] =
    [Damage::Bits, Damage::Bytes, Damage::Truncated, Damage::Swapped, Damage::Zeroed, Damage::Copied];

impl Damage {
    pub(super) fn random(random: &mut Random) -> Self {
        ALL.get(random.index(ALL.len())).copied().unwrap_or(Self::Bits)
    }

    /// Damages the bytes; whether they are others than before.
    pub(super) fn inflict(self, bytes: &mut Vec<u8>, random: &mut Random) -> bool {
        if bytes.is_empty() {
            return false;
        }
        let before = bytes.clone();
        let pages = bytes.len() / PAGE;
        match self {
            Self::Bits => {
                for _ in 0..random.between(1, 9) {
                    let place = random.index(bytes.len());
                    bytes.get_mut(place).into_iter().for_each(|byte| *byte ^= 1 << (random.next() % 8));
                }
            }
            Self::Bytes => {
                let (from, count) = (random.index(bytes.len()), random.index(64) + 1);
                bytes.iter_mut().skip(from).take(count).for_each(|byte| *byte = random.next().to_le_bytes()[0]);
            }
            Self::Truncated => {
                // Nothing tells an empty file from a new one.
                let length = random.index(bytes.len()) + 1;
                // Files end at pages more often than not.
                bytes.truncate(if random.next() & 1 == 0 { length } else { length.next_multiple_of(PAGE) });
            }
            Self::Swapped if pages > 1 => {
                let (one, other) = (random.index(pages) * PAGE, random.index(pages) * PAGE);
                (0..PAGE).for_each(|byte| bytes.swap(one + byte, other + byte));
            }
            Self::Copied if pages > 1 => {
                let (from, to) = (random.index(pages) * PAGE, random.index(pages) * PAGE);
                bytes.copy_within(from..from + PAGE, to);
            }
            Self::Zeroed | Self::Swapped | Self::Copied => {
                let from = random.index(pages.max(1)) * PAGE;
                bytes.iter_mut().skip(from).take(PAGE).for_each(|byte| *byte = 0);
            }
        }
        *bytes != before
    }
}
