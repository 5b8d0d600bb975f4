//! Are counts and quantiles of a sketch those of its years, and as near as it says?

use super::*;
use crate::numerics::simd::{Instructions, flat_mut, on_level};
use crate::statistics::Edge;
use crate::statistics::testing::{Stream, lognormal};

fn sketch_of(values: &[f64]) -> Sketch {
    let mut sketch = Sketch::new(Arc::new(Grid::from_pilot(&values[..values.len().min(4096)])));
    values.chunks(1024).for_each(|block| sketch.insert(block));
    sketch
}

#[test]
fn quantiles_agree_with_the_sorted_sample() {
    // Bound: the interpolated value may miss the order statistic by the spacing noise in its cell and by the curvature
    // of the law in it; 1e-3 of the distance is half a cell, never passed by construction of the cells (2^-9 = 2e-3).
    for sigma in [0.1, 1.0, 2.5] {
        let mut stream = Stream::new(7);
        let mut values: Vec<f64> = (0..200_000).map(|_| 1e6 * lognormal(&mut stream, sigma)).collect();
        let sketch = sketch_of(&values);
        let ranked = sketch.ranked();
        values.sort_unstable_by(f64::total_cmp);
        for rank in [1u64, 2, 200, 20_000, 100_000, 150_000, 190_000, 199_000, 199_900, 199_999, 200_000] {
            let exact = values[rank as usize - 1];
            let found = ranked.quantile(rank);
            let distance = (exact - sketch.grid().centre()).abs() + sketch.grid().scale() / 64.0;
            assert!((found - exact).abs() <= 1e-3 * distance, "sigma {sigma} rank {rank}: {found} for {exact}");
            assert!((found - exact).abs() <= ranked.quantile_bound(rank));
        }
        assert_eq!((ranked.quantile(1), ranked.quantile(200_000)), (values[0], values[199_999]));
    }
}

#[test]
fn interpolation_error_is_far_below_the_sampling_error() {
    // At n = 200,000 the standard error of the 0.99 quantile of a lognormal of sigma 1 is sqrt(p q / n) / density =
    // 2.23e-4 / 0.0026 = 0.086; a tenth of it is 0.0086.
    let mut stream = Stream::new(3);
    let mut values: Vec<f64> = (0..200_000).map(|_| lognormal(&mut stream, 1.0)).collect();
    let ranked = sketch_of(&values).ranked();
    values.sort_unstable_by(f64::total_cmp);
    for rank in (197_000..=199_000).step_by(100) {
        assert!((ranked.quantile(rank) - values[rank as usize - 1]).abs() < 0.0086);
    }
}

#[test]
fn counts_above_edges_are_exact() {
    let mut stream = Stream::new(11);
    let mut values: Vec<f64> = (0..50_000).map(|_| lognormal(&mut stream, 1.5)).collect();
    values.extend([2.5; 700]);
    let sketch = sketch_of(&values);
    let ranked = sketch.ranked();
    let count = |x: f64| values.iter().filter(|&&v| v > x).count() as u64;
    for rank in (1..50_700).step_by(997) {
        let edge = ranked.edge_near_rank(rank).unwrap();
        assert_eq!(edge.above, count(edge.amount));
        assert_eq!(ranked.above(edge.amount), (edge.above, edge.above));
    }
    let (low, high) = ranked.above(1.2345);
    assert!(low <= count(1.2345) && count(1.2345) <= high);
    assert_eq!((ranked.above(-1.0), ranked.above(1e9)), ((50_700, 50_700), (0, 0)));
}

#[test]
fn atoms_are_exact_at_every_rank() {
    let mut stream = Stream::new(5);
    let values: Vec<f64> =
        (0..20_000).map(|i| if i % 50 == 0 { 1e6 * lognormal(&mut stream, 1.0) } else { 0.0 }).collect();
    let ranked = sketch_of(&values).ranked();
    for rank in [1, 10_000, 19_600] {
        assert_eq!(ranked.quantile(rank), 0.0);
        assert_eq!(ranked.edge_near_rank(rank).unwrap(), Edge { amount: 0.0, above: 400 });
    }
    assert!(ranked.quantile(19_601) > 0.0);
}

#[test]
fn merging_is_free_of_order_to_the_bit() {
    let mut stream = Stream::new(9);
    let values: Vec<f64> =
        (0..30_000).map(|i| if i % 3 == 0 { -0.0 } else { lognormal(&mut stream, 2.0) - 1.0 }).collect();
    let grid = Arc::new(Grid::from_pilot(&values[..4096]));
    let parts: Vec<Sketch> = values
        .chunks(1000)
        .map(|block| {
            let mut sketch = Sketch::new(grid.clone());
            sketch.insert(block);
            sketch
        })
        .collect();
    let merge = |order: Vec<usize>| {
        let mut sum = Sketch::new(grid.clone());
        order.into_iter().for_each(|i| sum.merge(&parts[i]));
        let bits = |cell: &Cell| (cell.count, cell.min.to_bits(), cell.max.to_bits());
        sum.ranked().cells().iter().map(bits).collect::<Vec<_>>()
    };
    let forward = merge((0..30).collect());
    assert_eq!(forward, merge((0..30).rev().collect()));
    assert_eq!(forward, merge((0..30).map(|i| (i * 7 + 3) % 30).collect()));
}

/// Columns of every kind a sketch treats in its own way, with values far outside the window and none at all.
fn columns() -> Vec<Vec<f64>> {
    let mut stream = Stream::new(61);
    let mut columns: Vec<Vec<f64>> = vec![(0..80_000).map(|_| lognormal(&mut stream, 1.0)).collect()];
    columns.push((0..80_000).map(|i| if i % 50 == 3 { lognormal(&mut stream, 1.0) } else { 0.0 }).collect());
    columns.push((0..80_000).map(|_| 4.0f64.min(lognormal(&mut stream, 0.8))).collect());
    columns.push((0..80_000).map(|_| (100.0 * lognormal(&mut stream, 0.5)).round()).collect());
    columns.push(vec![7.25; 80_000]);
    for column in &mut columns {
        for (i, far) in [1e30, -1e30, f64::NAN, f64::INFINITY, -0.0, 1e-300].into_iter().enumerate() {
            column[50_000 + 997 * i] = far;
        }
    }
    columns
}

#[test]
fn eight_at_once_are_one_by_one_on_all_instructions() {
    for column in columns() {
        let grid = Arc::new(Grid::from_pilot(&column[..4096]));
        let mut plain = Sketch::new(grid.clone());
        // More years than 16 bits count, and blocks that end within a pack.
        let blocks = || (0..3).flat_map(|_| column.chunks(509));
        blocks().for_each(|block| plain.insert(block));
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let (mut even, mut odd) = (Sketch::new(grid.clone()), Sketch::new(grid.clone()));
            for (i, block) in blocks().enumerate() {
                let mut packs = vec![Pack::splat(1.0); 64];
                flat_mut(&mut packs)[..block.len()].copy_from_slice(block);
                let sketch = if i % 2 == 0 { &mut even } else { &mut odd };
                on_level!(level, simd => sketch.insert_packs(simd, &packs, block.len()));
            }
            even.merge(&odd);
            assert_eq!(even.not_finite(), plain.not_finite());
            assert_eq!(format!("{:?}", even.ranked()), format!("{:?}", plain.ranked()));
        }
    }
}

#[test]
fn a_law_that_hides_an_atom_from_the_pilot_states_a_larger_error() {
    // 1 year in 10,000 has one amount, which a pilot of 4,096 sees once or not at all; its cell would hold 1 in a million.
    let mut stream = Stream::new(13);
    let amount = 40.0;
    let mut values: Vec<f64> =
        (0..1_000_000).map(|_| if stream.uniform() < 1e-4 { amount } else { lognormal(&mut stream, 1.0) }).collect();
    let seen = values[..4096].iter().filter(|value| **value == amount).count();
    let sketch = sketch_of(&values);
    assert!(seen < 2 && sketch.grid().detail() == Detail::Counts, "{seen}");
    let ranked = sketch.ranked();
    values.sort_unstable_by(f64::total_cmp);
    for rank in (values.partition_point(|x| *x < amount)..values.partition_point(|x| *x <= amount)).step_by(9) {
        let index = ranked.cell_at(rank as u64 + 1).unwrap();
        let error = (ranked.quantile(rank as u64 + 1) - values[rank]).abs();
        assert!(error <= 3.0 * ranked.interpolation_error(index), "{error} {}", ranked.interpolation_error(index));
    }
}

#[test]
fn what_is_not_finite_is_counted_apart() {
    let mut sketch = sketch_of(&[1.0; 100]);
    sketch.insert(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0]);
    assert_eq!((sketch.not_finite(), sketch.ranked().years()), (3, 101));
    assert_eq!(sketch.ranked().quantile(50), 1.0);
    let empty = Sketch::new(Arc::new(Grid::from_pilot(&[])));
    assert!(empty.ranked().quantile(1).is_nan() && empty.ranked().edge_near_rank(1).is_none());
}
