//! Which years were the worst of all, exactly?

use std::cmp::Ordering;

use super::reducer::Merge;

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
    kept: Vec<Extreme>,
    /// What a candidate must be worse than; set by the first selection.
    bar: Option<Extreme>,
}

impl Extreme {
    /// Worse years first.
    fn order(&self, other: &Self) -> Ordering {
        other.value.total_cmp(&self.value).then(self.year.cmp(&other.year))
    }
}

impl Worst {
    /// # Panics
    /// When `capacity` is 0.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "the worst years need room for one");
        Self { capacity, kept: Vec::with_capacity(2 * capacity), bar: None }
    }

    /// Takes in the years `first_year, first_year + 1, ...`.
    pub fn insert(&mut self, first_year: u64, values: &[f64]) {
        for (year, &value) in (first_year..).zip(values) {
            let passes = match self.bar {
                Some(bar) => value >= bar.value,
                None => !value.is_nan(),
            };
            if passes {
                self.offer(Extreme { value: value + 0.0, year });
            }
        }
    }

    #[inline(never)]
    fn offer(&mut self, candidate: Extreme) {
        if self.bar.is_some_and(|bar| candidate.order(&bar).is_gt()) {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() == 2 * self.capacity {
            self.select();
        }
    }

    fn select(&mut self) {
        if self.kept.len() > self.capacity {
            self.kept.select_nth_unstable_by(self.capacity - 1, Extreme::order);
            self.kept.truncate(self.capacity);
            self.bar = self.kept.last().copied();
        }
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The worst years, worst first.
    pub fn sorted(&self) -> Vec<Extreme> {
        let mut sorted = self.kept.clone();
        sorted.sort_unstable_by(Extreme::order);
        sorted.truncate(self.capacity);
        sorted
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
    fn fewer_years_than_room_are_all_kept_and_nan_never() {
        let mut worst = Worst::new(10);
        worst.insert(0, &[1.0, f64::NAN, f64::NEG_INFINITY, -0.0]);
        let values: Vec<f64> = worst.sorted().iter().map(|extreme| extreme.value).collect();
        assert_eq!(values, [1.0, 0.0, f64::NEG_INFINITY]);
    }
}
