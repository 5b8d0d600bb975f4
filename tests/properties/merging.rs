//! Do tallies merge in any grouping, and is what was split and merged the whole?

use super::config;
use proptest::prelude::*;
use std::sync::Arc;
use tailcost::statistics::{Grid, Level, Merge, Moments, Sketch, TailPlan, TailSums, Worst};

/// Values with ties, zeros, both signs and a heavy tail, as components have.
fn values() -> impl Strategy<Value = Vec<f64>> {
    let value = (0..8_u32, -1.0..1.0_f64).prop_map(|(kind, x)| match kind {
        0 => 0.0,
        1 => (10.0 * x).round() * 1e4,
        2 => 1e3 / (1.000_001 - x.abs()),
        _ => 1e5 * x,
    });
    prop::collection::vec(value, 3..3_000)
}

/// Merges three parts in both groupings and gives both with the whole.
fn groupings<T: Merge + Clone>(of: impl Fn(std::ops::Range<usize>) -> T, cuts: [usize; 2], len: usize) -> [T; 3] {
    let [a, b, c] = [of(0..cuts[0]), of(cuts[0]..cuts[1]), of(cuts[1]..len)];
    let mut left = a.clone();
    left.merge(&b);
    left.merge(&c);
    let mut right = b;
    right.merge(&c);
    let mut outer = a;
    outer.merge(&right);
    [left, outer, of(0..len)]
}

fn all_equal<T: PartialEq>(all: [T; 3]) -> bool {
    all[0] == all[1] && all[1] == all[2]
}

proptest! {
    #![proptest_config(config(200))]

    /// Counts and exact extremes to the bit; those also in the other order.
    #[test]
    fn what_is_counted_merges_in_any_grouping(values in values(), at in (0.0..1.0_f64, 0.0..1.0_f64), room in 1..50_usize) {
        let len = values.len();
        let place = |share: f64| (share * len as f64) as usize;
        let cuts = [place(at.0.min(at.1)), place(at.0.max(at.1))];
        let grid = Arc::new(Grid::from_pilot(&values[..len.min(256)]));
        let sketch = |years: std::ops::Range<usize>| {
            let mut sketch = Sketch::new(grid.clone());
            sketch.insert(&values[years]);
            sketch
        };
        let cells = |sketch: Sketch| sketch.ranked().cells().to_vec();
        prop_assert!(all_equal(groupings(sketch, cuts, len).map(cells)));
        let worst = |years: std::ops::Range<usize>| {
            let mut worst = Worst::new(room);
            worst.insert(years.start as u64, &values[years]);
            worst
        };
        prop_assert!(all_equal(groupings(worst, cuts, len).map(|worst| worst.sorted())));
        let mut turned = worst(cuts[1]..len);
        turned.merge(&worst(0..cuts[1]));
        prop_assert_eq!(turned.sorted(), worst(0..len).sorted());
        let mut turned = sketch(cuts[1]..len);
        turned.merge(&sketch(0..cuts[1]));
        prop_assert_eq!(cells(turned), cells(sketch(0..len)));
        let level = Level::new(0.5).expect("a level");
        let plan = Arc::new(TailPlan::from_pilot(&grid, &values, &[&values], level));
        let tail = |years: std::ops::Range<usize>| {
            let mut tail = TailSums::new(plan.clone());
            tail.insert(&values[years.clone()], &[&values[years]]);
            tail
        };
        prop_assert!(all_equal(groupings(tail, cuts, len).map(|tail| (tail.years(), tail.out_of_range()))));
        // Lists element by element.
        let list = |years: std::ops::Range<usize>| vec![worst(years.clone()), worst(years)];
        let sorted = |list: Vec<Worst>| list.iter().map(Worst::sorted).collect::<Vec<_>>();
        prop_assert!(all_equal(groupings(list, cuts, len).map(sorted)));
    }

    /// Sums of floats but for their roundings, which is why a run merges them in one order: 1e-12 of the largest value for 3,000 years.
    #[test]
    fn moments_merge_in_any_grouping_but_for_roundings(values in values(), at in (0.0..1.0_f64, 0.0..1.0_f64)) {
        let len = values.len();
        let place = |share: f64| (share * len as f64) as usize;
        let cuts = [place(at.0.min(at.1)), place(at.0.max(at.1))];
        let [left, right, whole] = groupings(|years| Moments::from_slice(&values[years]), cuts, len);
        let scale = whole.min().abs().max(whole.max().abs());
        for other in [left, right] {
            prop_assert_eq!((other.count(), other.min(), other.max()), (whole.count(), whole.min(), whole.max()));
            prop_assert!((other.mean() - whole.mean()).abs() <= 1e-12 * scale);
            prop_assert!((other.variance() - whole.variance()).abs() <= 1e-12 * scale * scale);
            prop_assert!((other.skewness() - whole.skewness()).abs() <= 1e-9 * (1.0 + whole.skewness().abs()));
        }
        let mut with_none = whole;
        with_none.merge(&Moments::EMPTY);
        prop_assert_eq!(with_none, whole);
    }
}
