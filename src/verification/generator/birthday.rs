//! Are the words of all streams together spaced as birthdays that chance gives?
//!
//! Birthday spacings (Marsaglia 1985; Knuth, The Art of Computer Programming 2, section 3.3.2; L'Ecuyer and Simard 2001,
//! doi 10.1016/S0378-4754(00)00253-6): of `n` days of `k`, sorted, how many spacings have been there before? What is regular,
//! such as a counter, a lattice or a word that comes again, has them equal too often.

use super::odds::{least, poisson};

/// Days of a year of 2^32, at once.
pub const DAYS: usize = 1 << 12;
/// Days of a year of 2^48, at once.
pub const MANY_DAYS: usize = 1 << 16;
/// One block in so many is looked at for its middle bits, whose sets are dearer to sort.
const OF_BLOCKS: u64 = 4;

/// How often do spacings repeat among those of the days?
pub fn repeated_spacings(days: &mut [u64]) -> u64 {
    days.sort_unstable();
    for i in 0..days.len() - 1 {
        days[i] = days[i + 1] - days[i];
    }
    let spacings = days.len() - 1;
    let spacings = &mut days[..spacings];
    spacings.sort_unstable();
    spacings.windows(2).map(|pair| u64::from(pair[0] == pair[1])).sum()
}

/// The mean of that: of spacings that are cut out of a circle of `k = 2^bits` at random, `j` given ones are equal with probability
/// `n! / (n - j + 1)! / (j k^(j - 1))`; repeats are the pairs of equals less the triples, plus the fours. Relative error below
/// `5 n / k` as days are whole numbers and two may fall together: 5e-6, which 1e12 bytes would not show. The classical
/// `n^3 / (4 k)` is off by `6 / n`, which 1e10 bytes do.
pub fn mean_repeats(days: usize, bits: u32) -> f64 {
    let (n, k) = (days as f64, libm::ldexp(1.0, bits as i32));
    // Of the n - 1 spacings, j together; n + 1 parts with those at both ends.
    let (mut sets, mut equal) = (n - 1.0, 1.0);
    let mut mean = 0.0;
    for j in [2.0, 3.0, 4.0, 5.0] {
        sets *= (n - j) / j;
        equal *= (n - j + 2.0) / k;
        let term = sets * equal / j;
        mean += if j % 2.0 == 0.0 { term } else { -term };
    }
    mean
}

/// Repeats so far: of the high halves of words, the low ones, and of 48 bits in the middle.
#[derive(Debug, Default)]
pub struct Birthdays {
    high: u64,
    low: u64,
    middle: u64,
    sets: u64,
    middle_sets: u64,
    blocks: u64,
    days: Vec<u32>,
    many_days: Vec<u64>,
}

impl Birthdays {
    /// Words by turns; what does not fill a set is left out, or in the middle waits for the next.
    pub fn add(&mut self, words: &[u64]) {
        for set in words.chunks_exact(DAYS) {
            self.high += sorted_repeats(set.iter().map(|word| (word >> 32) as u32), &mut self.days);
            self.low += sorted_repeats(set.iter().map(|word| *word as u32), &mut self.days);
            self.sets += 1;
        }
        if self.blocks % OF_BLOCKS == 0 {
            for word in words {
                self.many_days.push(word << 8 >> 16);
                if self.many_days.len() == MANY_DAYS {
                    self.middle += repeated_spacings(&mut self.many_days);
                    self.middle_sets += 1;
                    self.many_days.clear();
                }
            }
        }
        self.blocks += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        self.high += other.high;
        self.low += other.low;
        self.middle += other.middle;
        self.sets += other.sets;
        self.middle_sets += other.middle_sets;
    }

    /// Of each kind: what it is about, its probability, its figures.
    pub fn odds(&self) -> Vec<(String, f64, String)> {
        let kinds = [
            ("high 32 bits", self.high, self.sets, DAYS, 32),
            ("low 32 bits", self.low, self.sets, DAYS, 32),
            ("middle 48 bits", self.middle, self.middle_sets, MANY_DAYS, 48),
        ];
        let tried = kinds.into_iter().filter(|kind| kind.2 > 0);
        tried
            .map(|(what, repeats, sets, days, bits)| {
                let mean = sets as f64 * mean_repeats(days, bits);
                let figures =
                    format!("{sets} sets of {days} words by turns: {repeats} repeated spacings, expected {mean:.1}");
                (format!("birthday spacings, {what}"), poisson(repeats, mean), figures)
            })
            .collect()
    }

    /// The least of all.
    pub fn least(&self) -> f64 {
        least(self.odds().into_iter().map(|(_, odds, _)| odds))
    }
}

/// [`repeated_spacings`] of words of 32 bits, in half of the time.
fn sorted_repeats(days: impl Iterator<Item = u32>, room: &mut Vec<u32>) -> u64 {
    room.clear();
    room.extend(days);
    room.sort_unstable();
    for i in 0..room.len() - 1 {
        room[i] = room[i + 1] - room[i];
    }
    room.pop();
    room.sort_unstable();
    room.windows(2).map(|pair| u64::from(pair[0] == pair[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_by_hand() {
        assert_eq!(repeated_spacings(&mut [10, 1, 4, 7]), 2);
        assert_eq!(repeated_spacings(&mut [10, 1, 4, 6]), 0);
        assert_eq!(sorted_repeats([10, 1, 4, 7].into_iter(), &mut Vec::new()), 2);
    }

    /// All 2^24 ways in which three days fall into a year of 256: the mean is within the stated `5 n / k`, the classical
    /// `n^3 / (4 k)` four times too large.
    #[test]
    fn the_mean_is_that_of_all_ways() {
        let mut repeats = 0;
        for ways in 0..1u64 << 24 {
            repeats += repeated_spacings(&mut [ways & 255, ways >> 8 & 255, ways >> 16]);
        }
        let (exact, stated) = (repeats as f64 / f64::from(1 << 24), mean_repeats(3, 8));
        assert!((stated / exact - 1.0).abs() < 5.0 * 3.0 / 256.0, "{stated}, exact {exact}");
    }
}
