//! Which of several possible things happens next: a script first, then the first of them, or a random one.

/// A way through all moments at which more than one thing could have happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    script: Vec<usize>,
    random: Option<u64>,
    /// Whether time may pass although results are there to be handed over.
    explores: bool,
    /// What was chosen, out of how many.
    taken: Vec<(usize, usize)>,
}

impl Choices {
    /// Begins as `script` says, and goes on with the first of all possibilities.
    pub(super) fn script(script: Vec<usize>) -> Self {
        Self { script, explores: true, ..Self::default() }
    }

    /// Random ones.
    pub(super) fn seeded(seed: u64) -> Self {
        Self { random: Some(seed), explores: true, ..Self::default() }
    }

    pub(super) fn explores(&self) -> bool {
        self.explores
    }

    /// Chooses one of `options`, which are at least one.
    pub(super) fn choose(&mut self, options: usize) -> usize {
        if options <= 1 {
            return 0;
        }
        let scripted = self.script.get(self.taken.len()).copied();
        let chosen = match (scripted, &mut self.random) {
            (Some(scripted), _) => scripted.min(options - 1),
            (None, None) => 0,
            (None, Some(state)) => usize::try_from(split_mix(state) % options as u64).unwrap_or(0),
        };
        self.taken.push((chosen, options));
        chosen
    }

    /// The script of the next way in order; `None` after the last.
    pub(super) fn next_script(&self) -> Option<Vec<usize>> {
        let last = self.taken.iter().rposition(|(chosen, options)| chosen + 1 < *options)?;
        let mut script: Vec<_> = self.taken.iter().take(last + 1).map(|(chosen, _)| *chosen).collect();
        if let Some(chosen) = script.last_mut() {
            *chosen += 1;
        }
        Some(script)
    }
}

/// The next random number: `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ways through two moments: of two possibilities, and of three after the first or one after the second.
    #[test]
    fn scripts_lead_through_all_ways_once() {
        let mut ways = Vec::new();
        let mut script = Some(Vec::new());
        while let Some(next) = script {
            let mut choices = Choices::script(next);
            let first = choices.choose(2);
            let second = choices.choose(if first == 0 { 3 } else { 1 });
            ways.push((first, second));
            script = choices.next_script();
        }
        assert_eq!(ways, [(0, 0), (0, 1), (0, 2), (1, 0)]);
    }

    #[test]
    fn a_seed_always_chooses_the_same() {
        let choose = |seed| {
            let mut choices = Choices::seeded(seed);
            (0..20).map(|_| choices.choose(10)).collect::<Vec<_>>()
        };
        assert_eq!(choose(7), choose(7));
        assert_ne!(choose(7), choose(8));
    }
}
