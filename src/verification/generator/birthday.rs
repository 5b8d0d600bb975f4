//! Are the words of all streams together spaced as birthdays that chance gives?
//!
//! Birthday spacings (Marsaglia 1985; Knuth, The Art of Computer Programming 2, section 3.3.2; L'Ecuyer and Simard 2001,
//! doi 10.1016/S0378-4754(00)00253-6): of `n` days of `k`, sorted, how many spacings have been there before? What is regular,
//! such as a counter, a lattice or a word that comes again, has them equal too often.

use super::odds::poisson;

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
/// `n^3 / (4 k)` is off by `6 / n`, which 1e11 bytes do.
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
    room: Room,
    many_days: Vec<u64>,
}

impl Birthdays {
    /// Words by turns; what does not fill a set is left out, or in the middle waits for the next.
    pub fn add(&mut self, words: &[u64]) {
        for set in words.chunks_exact(DAYS) {
            self.high += self.room.repeats(set.iter().map(|word| (word >> 32) as u32));
            self.low += self.room.repeats(set.iter().map(|word| *word as u32));
            self.sets += 1;
        }
        if self.blocks.is_multiple_of(OF_BLOCKS) {
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
}

/// [`repeated_spacings`] of days of 32 bits, in a third of the time: sorted by three digits, and of the spacings only those sorted whose
/// place in a table of bits is taken twice.
#[derive(Debug, Clone)]
struct Room {
    days: Vec<u32>,
    other: Vec<u32>,
    ends: Vec<[u32; DIGITS]>,
    seen: Vec<u64>,
    again: Vec<u64>,
}

/// Values of a digit of 11 bits; three of them hold 32 bits.
const DIGITS: usize = 1 << 11;
/// Bits of the table that tells which spacings may repeat.
const PLACES: usize = 1 << 16;

impl Default for Room {
    fn default() -> Self {
        let table = vec![0; PLACES / 64];
        Self { days: Vec::new(), other: Vec::new(), ends: vec![[0; DIGITS]; 3], seen: table.clone(), again: table }
    }
}

impl Room {
    fn repeats(&mut self, days: impl Iterator<Item = u32>) -> u64 {
        self.days.clear();
        self.days.extend(days);
        self.sort();
        for i in 0..self.days.len() - 1 {
            self.days[i] = self.days[i + 1] - self.days[i];
        }
        self.days.pop();
        self.seen.fill(0);
        self.again.fill(0);
        for spacing in &self.days {
            let (word, bit) = place(*spacing);
            self.again[word] |= self.seen[word] & bit;
            self.seen[word] |= bit;
        }
        self.other.clear();
        let again = &self.again;
        self.other.extend(self.days.iter().filter(|spacing| {
            let (word, bit) = place(**spacing);
            again[word] & bit != 0
        }));
        self.other.sort_unstable();
        self.other.windows(2).map(|pair| u64::from(pair[0] == pair[1])).sum()
    }

    /// By the lowest digit, then the middle one, then the highest, each keeping the order of the one before.
    fn sort(&mut self) {
        for ends in &mut self.ends {
            ends.fill(0);
        }
        for day in &self.days {
            for (digit, ends) in self.ends.iter_mut().enumerate() {
                ends[value(*day, digit)] += 1;
            }
        }
        self.other.resize(self.days.len(), 0);
        for (digit, ends) in self.ends.iter_mut().enumerate() {
            let mut start = 0;
            for end in ends.iter_mut() {
                start += std::mem::replace(end, start);
            }
            for day in &self.days {
                let place = &mut ends[value(*day, digit)];
                self.other[*place as usize] = *day;
                *place += 1;
            }
            std::mem::swap(&mut self.days, &mut self.other);
        }
    }
}

#[inline(always)]
fn value(day: u32, digit: usize) -> usize {
    (day >> (11 * digit)) as usize % DIGITS
}

/// Word and bit of the table, by Fibonacci hashing (Knuth 3, section 6.4).
#[inline(always)]
fn place(spacing: u32) -> (usize, u64) {
    let hash = (spacing.wrapping_mul(0x9e37_79b9) >> 16) as usize;
    (hash / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mixer::mix;

    #[test]
    fn repeats_by_hand() {
        assert_eq!(repeated_spacings(&mut [10, 1, 4, 7]), 2);
        assert_eq!(repeated_spacings(&mut [10, 1, 4, 6]), 0);
    }

    #[test]
    fn the_quick_way_counts_as_the_plain_one() {
        let mut room = Room::default();
        for (salt, shift) in [(1, 0), (2, 0), (3, 10), (4, 16), (5, 24), (6, 31)] {
            let days: Vec<u64> = (0..DAYS as u64).map(|i| mix(i, [salt, 0]) >> 32 >> shift).collect();
            let quick = room.repeats(days.iter().map(|day| *day as u32));
            assert_eq!(quick, repeated_spacings(&mut days.clone()), "days below 2^{}", 32 - shift);
        }
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
