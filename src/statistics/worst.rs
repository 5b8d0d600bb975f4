//! Which years were the worst of all, exactly?

use super::keys::in_order;
use super::reducer::Merge;
use super::stored::{Nonsense, sensible};
use crate::numerics::simd::{LANES, Pack, Simd, SimdBase, SimdFrom, SimdMask, Words, f64x8, flat, flat_mut, u64x8};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Packs that are looked at together.
const AHEAD: usize = 8;
/// Years that pass in these, above which they are gathered first.
const FEW: u32 = 2;

/// A year and what was measured in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    pub value: f64,
    pub year: u64,
}

/// The years with the largest values, kept exactly up to a capacity.
///
/// Order: by value descending, then by year ascending, which leaves no two years equal, so that the years kept are the
/// same whatever the order of insertion or merging. Candidates gather in a buffer of twice the capacity; when it is full the
/// better half is selected, so an insert costs amortised constant time. NaN is never among them.
///
/// ```
/// use tailcost::statistics::Worst;
/// let mut worst = Worst::new(2);
/// worst.insert(100, &[5.0, 9.0, 9.0, 1.0]);
/// let years: Vec<u64> = worst.sorted().iter().map(|extreme| extreme.year).collect();
/// assert_eq!(years, [101, 102]);
/// ```
#[derive(Debug, Clone)]
pub struct Worst {
    capacity: usize,
    kept: Vec<Key>,
    /// What a candidate must come before; set by the first selection.
    bar: Key,
}

/// The worst years, worst first: the same years give the same bytes, whoever found them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredWorst(Vec<(f64, u64)>);

/// A year as a whole number: 64 bits that rise as its value falls, then its 64. Numbers sort several times faster than
/// comparisons of two fields.
type Key = u128;

fn key(value: f64, year: u64) -> Key {
    // Adding 0 makes -0 into 0.
    let falling = !(in_order((value + 0.0).to_bits() as i64) as u64 ^ 1 << 63);
    u128::from(falling) << 64 | u128::from(year)
}

fn extreme(key: Key) -> Extreme {
    let value = in_order((!((key >> 64) as u64) ^ 1 << 63) as i64);
    Extreme { value: f64::from_bits(value as u64), year: key as u64 }
}

impl Worst {
    /// # Panics
    /// When `capacity` is 0.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "the worst years need room for one");
        Self { capacity, kept: Vec::with_capacity(2 * capacity), bar: Key::MAX }
    }

    /// Takes in the years `first_year, first_year + 1, ...`: the reference of [`insert_packs`](Self::insert_packs).
    pub fn insert(&mut self, first_year: u64, values: &[f64]) {
        for (year, &value) in (first_year..).zip(values) {
            if !value.is_nan() {
                self.offer(key(value, year));
            }
        }
    }

    /// Takes in the first `rows` values of a column, of the years `first_year, first_year + 1, ...`.
    ///
    /// # Panics
    /// When the column is shorter.
    #[inline(always)]
    pub fn insert_packs<S: Simd>(&mut self, simd: S, first_year: u64, column: &[Pack], rows: usize) {
        let whole = rows / LANES;
        let mut passed = 0;
        for (group, packs) in column[..whole].chunks(AHEAD).enumerate() {
            let year = first_year + (group * AHEAD * LANES) as u64;
            passed = if passed > FEW { self.offer_many(simd, packs, year) } else { self.offer_few(simd, packs, year) };
        }
        self.insert(first_year + (whole * LANES) as u64, &flat(column)[whole * LANES..rows]);
    }

    /// Smallest value by which a year from `first_year` on can be among the worst.
    fn least(&self, first_year: u64) -> f64 {
        if self.bar == Key::MAX {
            return f64::NEG_INFINITY;
        }
        let bar = extreme(self.bar);
        // Of equal years the earlier ones are kept: what comes after the bar must be worse than it.
        if first_year > bar.year { bar.value.next_up() } else { bar.value }
    }

    /// Offers what passes in packs where little does; how many years.
    #[inline(always)]
    fn offer_few<S: Simd>(&mut self, simd: S, packs: &[Pack], first_year: u64) -> u32 {
        let mut least = f64x8::splat(simd, self.least(first_year));
        let mut passed = 0;
        for (pack, year) in packs.iter().zip((first_year..).step_by(LANES)) {
            // NaN fails.
            let passes = pack.load(simd).simd_ge(least).to_bitmask();
            if passes != 0 {
                passed += passes.count_ones();
                self.offer_lanes(pack, passes, year);
                least = f64x8::splat(simd, self.least(first_year));
            }
        }
        passed
    }

    /// The same where much does, without a branch for each.
    #[inline(always)]
    fn offer_many<S: Simd>(&mut self, simd: S, packs: &[Pack], first_year: u64) -> u32 {
        let least = f64x8::splat(simd, self.least(first_year));
        let mut values = [Pack::ZERO; AHEAD + 1];
        let mut years = [Words::ZERO; AHEAD + 1];
        let mut year = u64x8::splat(simd, first_year) + u64x8::simd_from(simd, [0, 1, 2, 3, 4, 5, 6, 7]);
        let step = u64x8::splat(simd, LANES as u64);
        let mut passed = 0;
        for pack in packs {
            let value = pack.load(simd);
            let passes = value.simd_ge(least);
            value.compress(passes).store_slice(&mut flat_mut(&mut values)[passed..passed + LANES]);
            year.compress(passes).store_slice(&mut bytemuck::cast_slice_mut(&mut years)[passed..passed + LANES]);
            year += step;
            passed += passes.to_bitmask().count_ones() as usize;
        }
        self.offer_all(&flat(&values)[..passed], bytemuck::cast_slice(&years));
        passed as u32
    }

    #[inline(never)]
    fn offer_all(&mut self, values: &[f64], years: &[u64]) {
        values.iter().zip(years).for_each(|(&value, &year)| self.offer(key(value, year)));
    }

    #[inline(never)]
    fn offer_lanes(&mut self, pack: &Pack, mut lanes: u64, first_year: u64) {
        while lanes != 0 {
            let lane = lanes.trailing_zeros();
            lanes &= lanes - 1;
            self.offer(key(pack.0[lane as usize], first_year + u64::from(lane)));
        }
    }

    fn offer(&mut self, candidate: Key) {
        if candidate > self.bar {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() == 2 * self.capacity {
            self.select();
        }
    }

    #[cold]
    fn select(&mut self) {
        let (_, bar, _) = self.kept.select_nth_unstable(self.capacity - 1);
        self.bar = *bar;
        self.kept.truncate(self.capacity);
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The worst years, worst first.
    pub fn sorted(&self) -> Vec<Extreme> {
        let mut sorted = self.kept.clone();
        if sorted.len() > self.capacity {
            sorted.select_nth_unstable(self.capacity - 1);
            sorted.truncate(self.capacity);
        }
        sorted.sort_unstable();
        sorted.into_iter().map(extreme).collect()
    }

    pub fn stored(&self) -> StoredWorst {
        StoredWorst(self.sorted().into_iter().map(|extreme| (extreme.value, extreme.year)).collect())
    }

    /// Those that were stored, of so many at most and of these years.
    ///
    /// # Errors
    /// More of them, years elsewhere, or not worst first.
    ///
    /// # Panics
    /// When `capacity` is 0.
    pub fn restored(capacity: usize, years: &Range<u64>, stored: &StoredWorst) -> Result<Self, Nonsense> {
        let StoredWorst(stored) = stored;
        sensible(stored.len() <= capacity, "more worst years than are kept")?;
        let known = stored.iter().all(|(value, year)| !value.is_nan() && years.contains(year));
        sensible(known, "a worst year is none of the part's years")?;
        let mut worst = Self::new(capacity);
        worst.kept.extend(stored.iter().map(|(value, year)| key(*value, *year)));
        sensible(worst.kept.is_sorted_by(|a, b| a < b), "the worst years are not in their order")?;
        Ok(worst)
    }
}

impl Merge for Worst {
    /// # Panics
    /// When the capacities differ.
    fn merge(&mut self, right: &Self) {
        assert_eq!(self.capacity, right.capacity, "worst years merge at one capacity");
        right.kept.iter().for_each(|&candidate| self.offer(candidate));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::{Instructions, on_level};
    use crate::statistics::testing::{Stream, lognormal};

    #[test]
    fn equals_sorting_everything_whatever_the_order() {
        let mut stream = Stream::new(1);
        // Rounded to a tenth, so that there are many ties.
        let values: Vec<f64> = (0..20_000).map(|_| (lognormal(&mut stream, 1.0) * 10.0).round() / 10.0).collect();
        let mut expected: Vec<Extreme> = (0..).zip(&values).map(|(year, &value)| Extreme { value, year }).collect();
        expected.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.year.cmp(&b.year)));
        expected.truncate(300);
        for stride in [1usize, 7, 19] {
            let mut total = Worst::new(300);
            for i in 0..20 {
                let block = i * stride % 20;
                let mut worst = Worst::new(300);
                worst.insert(block as u64 * 1000, &values[block * 1000..][..1000]);
                total.merge(&worst);
            }
            assert_eq!(total.sorted(), expected);
        }
    }

    #[test]
    fn eight_at_once_are_one_by_one_on_all_instructions() {
        let mut stream = Stream::new(2);
        // Mostly equal, so that the bar is a tie; blocks out of order, as a thread may get them.
        let mut values: Vec<f64> =
            (0..16_384).map(|i| if i % 7 == 0 { lognormal(&mut stream, 1.0) } else { 0.0 }).collect();
        values[77] = f64::NAN;
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let (mut packed, mut plain) = (Worst::new(3000), Worst::new(3000));
            for block in [5, 1, 2, 0, 7, 6, 4, 3] {
                let (first, rows) = (block as usize * 2048, 2041);
                let packs: &[Pack] =
                    &values[first..first + 2048].as_chunks().0.iter().map(|&c| Pack(c)).collect::<Vec<_>>();
                on_level!(level, simd => packed.insert_packs(simd, first as u64, packs, rows));
                plain.insert(first as u64, &values[first..first + rows]);
            }
            assert_eq!(packed.sorted(), plain.sorted());
            assert_eq!(packed.sorted().len(), 3000);
        }
    }

    #[test]
    fn fewer_years_than_room_are_all_kept_and_nan_never() {
        let mut worst = Worst::new(10);
        worst.insert(0, &[1.0, f64::NAN, f64::NEG_INFINITY, -0.0]);
        let values: Vec<f64> = worst.sorted().iter().map(|extreme| extreme.value).collect();
        assert_eq!(values, [1.0, 0.0, f64::NEG_INFINITY]);
    }
}
