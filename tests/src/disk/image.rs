//! What a loss of power leaves; see the [model](super).

use std::{collections::HashMap, ffi::OsStr, fs, io, path::Path};

use super::trace::{FileId, Op, Trace};
use crate::torture::Random;

/// The files that are found after a loss of power.
#[derive(Debug, Clone, Default)]
pub struct Image {
    files: HashMap<String, Vec<u8>>,
}

impl Image {
    /// Writes the files into a directory, where no others are.
    ///
    /// # Errors
    ///
    /// A file can't be written.
    pub fn write_to(&self, directory: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, bytes)| fs::write(directory.join(name), bytes))
    }

    /// The bytes of a file; none if it is not there.
    pub fn file(&mut self, name: &str) -> &mut Vec<u8> {
        self.files.entry(name.to_owned()).or_default()
    }

    /// How many bytes the files have.
    pub fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }
}

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy)]
enum Loss {
    /// It is there: the power failed after all was written by chance.
    Nothing,
    /// It is lost.
    All,
    /// What was done before that place is there; what was done there is torn.
    From(usize),
    /// Of so many in a hundred each survives, whatever becomes of the others.
    Any { survive: u64 },
}

/// What becomes of one thing that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    Torn,
    Lost,
}

struct Chance<'a> {
    loss: Loss,
    sector: u64,
    random: &'a mut Random,
}

impl Chance<'_> {
    fn flip(&mut self) -> bool {
        self.random.next() & 1 == 0
    }

    fn fate(&mut self, place: usize) -> Fate {
        match self.loss {
            Loss::Nothing => Fate::Whole,
            Loss::From(first) if place < first => Fate::Whole,
            Loss::From(first) if place == first => Fate::Torn,
            Loss::Any { survive } if self.random.between(0, 100) < survive => Fate::Whole,
            Loss::Any { .. } if self.random.between(0, 3) == 0 => Fate::Torn,
            Loss::All | Loss::From(_) | Loss::Any { .. } => Fate::Lost,
        }
    }
}

impl Trace {
    /// What the death of the process leaves after the first `cut` things were done: all of it.
    pub fn written(&self, cut: usize) -> Image {
        self.left(cut, Loss::Nothing, &mut Random::new(0))
    }

    /// What a loss of power leaves after the first `cut` things were done.
    pub fn image(&self, cut: usize, random: &mut Random) -> Image {
        let loss = match random.between(0, 12) {
            0 => Loss::Nothing,
            1 | 2 => Loss::All,
            3..=5 => Loss::From(cut - random.index(cut.min(100) + 1)),
            6 | 7 => Loss::Any { survive: 10 },
            8 | 9 => Loss::Any { survive: 50 },
            _ => Loss::Any { survive: 90 },
        };
        self.left(cut, loss, random)
    }

    fn left(&self, cut: usize, loss: Loss, random: &mut Random) -> Image {
        let ops = self.ops.get(..cut).unwrap_or(&self.ops);
        let sector = if random.next() & 1 == 0 { 512 } else { 4_096 };
        let with_files = random.next() & 1 == 0;
        let synced = synced(ops, with_files);
        let mut chance = Chance { loss, sector, random };
        let mut contents: Vec<_> = self.files.iter().map(|file| file.before.clone().unwrap_or_default()).collect();
        for (place, op) in ops.iter().enumerate() {
            let is_synced = synced.get(place).is_some_and(|synced| *synced);
            let fate = |chance: &mut Chance<'_>| if is_synced { Fate::Whole } else { chance.fate(place) };
            match op {
                Op::Write { file, offset, bytes } => {
                    let fate = fate(&mut chance);
                    if let Some(content) = contents.get_mut(file.0) {
                        write(content, *offset, bytes, fate, &mut chance);
                    }
                }
                Op::Truncate { file, length } => {
                    let fate = fate(&mut chance);
                    if let Some(content) = contents.get_mut(file.0)
                        && (fate == Fate::Whole || fate == Fate::Torn && chance.flip())
                    {
                        content.resize(usize::try_from(*length).unwrap_or(0), 0);
                    }
                }
                // Names come below.
                Op::Create(_) | Op::Unlink(_) | Op::Sync { .. } | Op::SyncFailed { .. } | Op::Mark(_) => {}
            }
        }
        let mut image = Image::default();
        for (name, file) in self.names(ops, &synced, &mut chance) {
            if !name.ends_with("-shm") {
                let content = contents.get_mut(file.0).map(std::mem::take).unwrap_or_default();
                image.files.insert(name, content);
            }
        }
        image
    }

    /// Which file has which name.
    fn names(&self, ops: &[Op], synced: &[bool], chance: &mut Chance<'_>) -> Vec<(String, FileId)> {
        let mut changes: HashMap<&OsStr, Vec<(usize, Option<FileId>)>> = HashMap::new();
        let mut names: Vec<&OsStr> = self.files.iter().map(|file| file.name.as_os_str()).collect();
        names.sort_unstable();
        names.dedup();
        for (place, op) in ops.iter().enumerate() {
            let (file, now) = match op {
                Op::Create(file) => (file, Some(*file)),
                Op::Unlink(file) => (file, None),
                Op::Write { .. } | Op::Truncate { .. } | Op::Sync { .. } | Op::SyncFailed { .. } | Op::Mark(_) => {
                    continue;
                }
            };
            if let Some(file) = self.files.get(file.0) {
                changes.entry(&file.name).or_default().push((place, now));
            }
        }
        let file_of = |name: &OsStr| {
            let mut before = self.files.iter().enumerate();
            let before = before.find(|(_, file)| file.name == name && file.before.is_some());
            let mut file = before.map(|(number, _)| FileId(number));
            let changes = changes.get(name).map(Vec::as_slice).unwrap_or_default();
            let sure = changes.iter().rposition(|(place, _)| synced.get(*place).is_some_and(|synced| *synced));
            let sure = sure.map_or(0, |last| last + 1);
            for (number, (place, now)) in changes.iter().enumerate() {
                // Changes of names are kept in order.
                if number >= sure && chance.fate(*place) != Fate::Whole {
                    break;
                }
                file = *now;
            }
            file.map(|file| (name.display().to_string(), file))
        };
        names.into_iter().filter_map(file_of).collect()
    }
}

/// Which of the things done are on disk for sure. `with_files`: a name of a file as well, once the file is synced.
fn synced(ops: &[Op], with_files: bool) -> Vec<bool> {
    let mut synced = vec![false; ops.len()];
    // What was done to each file, and to the directory, that no sync has covered yet.
    let mut pending: HashMap<Option<FileId>, Vec<usize>> = HashMap::new();
    for (place, op) in ops.iter().enumerate() {
        match op {
            Op::Write { file, .. } | Op::Truncate { file, .. } => pending.entry(Some(*file)).or_default().push(place),
            Op::Create(file) => {
                pending.entry(None).or_default().push(place);
                if with_files {
                    pending.entry(Some(*file)).or_default().push(place);
                }
            }
            Op::Unlink(_) => pending.entry(None).or_default().push(place),
            Op::Sync { file, covers } => pending.entry(*file).or_default().retain(|done| {
                if let Some(synced) = synced.get_mut(*done).filter(|_| done < covers) {
                    *synced = true;
                }
                done >= covers
            }),
            // What it covers will never be on disk, unless another sync was on its way and ended well.
            Op::SyncFailed { file: file @ Some(_), covers } => {
                let others = ops.iter().skip(place).filter_map(|op| {
                    if let Op::Sync { file: other, covers } = op {
                        (other == file && *covers < place).then_some(*covers)
                    } else {
                        None
                    }
                });
                let others = others.max().unwrap_or(0);
                pending.entry(*file).or_default().retain(|done| done >= covers || *done < others);
            }
            // Names are kept in a journal of the file system, which does not forget them.
            Op::SyncFailed { file: None, .. } | Op::Mark(_) => {}
        }
    }
    synced
}

/// What becomes of a file by a write that has that fate.
fn write(content: &mut Vec<u8>, offset: u64, bytes: &[u8], fate: Fate, chance: &mut Chance<'_>) {
    let Ok(start) = usize::try_from(offset) else { return };
    let end = start + bytes.len();
    let had = content.len();
    let mut put = |range: std::ops::Range<usize>| {
        if content.len() < range.end {
            content.resize(range.end, 0);
        }
        let part = bytes.get(range.start - start..range.end - start);
        if let (Some(place), Some(part)) = (content.get_mut(range), part) {
            place.copy_from_slice(part);
        }
    };
    match fate {
        Fate::Whole => put(start..end),
        Fate::Torn => {
            let sector = usize::try_from(chance.sector).unwrap_or(512);
            let mut from = start;
            while from < end {
                let to = ((from / sector + 1) * sector).min(end);
                if chance.flip() {
                    put(from..to);
                }
                from = to;
            }
        }
        Fate::Lost => {}
    }
    // The length is kept elsewhere than the bytes.
    if fate != Fate::Whole && end > had && !matches!(chance.loss, Loss::All) && chance.flip() && content.len() < end {
        content.resize(end, 0);
    }
}
