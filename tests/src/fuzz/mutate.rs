//! Changes inputs a little, at random.

use crate::torture::Random;

/// The longest input that is made.
const MAX_LENGTH: usize = 16_384;
/// How many inputs that were understood are kept to go on from.
const POOL: usize = 512;

/// What is seldom hit upon, byte by byte.
const WORDS: [&[u8]; 40] = [
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e999",
    b"18446744073709551615",
    b"18446744073709551616",
    b"-9223372036854775808",
    b"9223372036854775807",
    b"\"\"",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[[[[[[[",
    b",",
    b":",
    b"@",
    b"@a@",
    b"%00",
    b"%ff",
    b"%2F",
    b"&",
    b"=",
    b"?",
    b"/",
    b"..",
    b"\0",
    b"\r\n",
    b"\n",
    b"\xff",
    "ä\u{10ffff}".as_bytes(),
    b"us",
    b"Z",
    b"2026-11-21T12:00:00Z",
    b"+f",
];

/// Makes inputs from those it was given.
pub(super) struct Mutator {
    random: Random,
    pool: Vec<Vec<u8>>,
    seeds: usize,
}

impl Mutator {
    pub(super) fn new(seeds: Vec<Vec<u8>>, seed: u64) -> Self {
        let seeds = if seeds.is_empty() { vec![Vec::new()] } else { seeds };
        Self { random: Random::new(seed), seeds: seeds.len(), pool: seeds }
    }

    /// Keeps an input to go on from; the seeds stay.
    pub(super) fn keep(&mut self, input: &[u8]) {
        if self.pool.len() < self.seeds + POOL {
            self.pool.push(input.to_vec());
        } else if self.random.index(16) == 0 {
            let at = self.seeds + self.random.index(POOL);
            if let Some(place) = self.pool.get_mut(at) {
                input.clone_into(place);
            }
        }
    }

    /// Another input.
    pub(super) fn next(&mut self) -> Vec<u8> {
        let mut input = self.one().to_vec();
        for _ in 0..=self.random.index(4) {
            self.change(&mut input);
        }
        input.truncate(MAX_LENGTH);
        input
    }

    fn one(&mut self) -> &[u8] {
        let at = self.random.index(self.pool.len());
        self.pool.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let random = &mut self.random;
        let (from, to) = {
            let (a, b) = (random.index(input.len() + 1), random.index(input.len() + 1));
            (a.min(b), a.max(b).min(a.min(b) + 64))
        };
        match random.index(8) {
            0 => {
                if let Some(byte) = input.get_mut(from) {
                    *byte ^= 1 << random.index(8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(from) {
                    *byte = u8::try_from(random.index(256)).unwrap_or_default();
                }
            }
            2 => drop(input.drain(from..to)),
            3 => {
                let part: Vec<_> = input.get(from..to).unwrap_or_default().to_vec();
                let at = random.index(input.len() + 1);
                input.splice(at..at, part);
            }
            4 => {
                let word = WORDS.get(random.index(WORDS.len())).copied().unwrap_or_default();
                input.splice(from..to.min(from + word.len()), word.iter().copied());
            }
            5 => {
                let word = WORDS.get(random.index(WORDS.len())).copied().unwrap_or_default();
                input.splice(from..from, word.iter().copied());
            }
            6 => self.splice(input, from),
            _ => change_number(input, from, random),
        }
    }

    /// Goes on with a piece of another input.
    fn splice(&mut self, input: &mut Vec<u8>, at: usize) {
        let other = self.one().to_vec();
        let (from, length) = (self.random.index(other.len() + 1), self.random.index(256));
        let piece = other.get(from..other.len().min(from + length)).unwrap_or_default();
        input.splice(at..at, piece.iter().copied());
    }
}

/// Changes the digit that comes next.
fn change_number(input: &mut [u8], from: usize, random: &mut Random) {
    if let Some(digit) = input.iter_mut().skip(from).find(|byte| byte.is_ascii_digit()) {
        *digit = b'0' + u8::try_from(random.index(10)).unwrap_or_default();
    }
}
