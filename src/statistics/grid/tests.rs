//! Are the cells of a grid in order, as wide as they claim, and the same for eight values at once?

use super::*;
use crate::numerics::simd::{Instructions, LANES, Pack, on_level};
use crate::statistics::testing::{Stream, lognormal};

fn normal_like(count: usize) -> Vec<f64> {
    (0..count).map(|i| 1e6 + 1e4 * ((i as f64 + 0.5) / count as f64 - 0.5) * 7.0).collect()
}

#[test]
fn ordinals_never_fall_and_atoms_stand_alone() {
    let mut pilot = normal_like(4000);
    pilot.extend([1_001_234.5; 20]);
    pilot.extend([999_999.0; 9]);
    let grid = Grid::from_pilot(&pilot);
    assert_eq!(grid.atoms(), [999_999.0, 1_001_234.5]);
    let mut xs: Vec<f64> = (0..200_000).map(|i| 9e5 + f64::from(i) * 1.0007).collect();
    xs.extend([-1e300, -1.0, 0.0, 1e12, 1e300, 1_001_234.5f64.next_down(), 1_001_234.5, 1_001_234.5f64.next_up()]);
    xs.sort_unstable_by(f64::total_cmp);
    let cells: Vec<i32> = xs.iter().map(|&x| grid.ordinal(x).unwrap()).collect();
    assert!(cells.is_sorted());
    let cell = |x: f64| grid.ordinal(x).unwrap();
    for &atom in grid.atoms() {
        assert!(cell(atom.next_down()) < cell(atom) && cell(atom) < cell(atom.next_up()));
    }
    let (low, high) = grid.range();
    assert!(low <= cells[0] && *cells.last().unwrap() <= high);
}

#[test]
fn cells_are_narrow_against_the_distance_from_the_centre() {
    let grid = Grid::from_pilot(&normal_like(4096));
    for distance in [grid.scale(), 3.0 * grid.scale(), 1e3 * grid.scale()] {
        let x = grid.centre() + distance;
        let cell = grid.ordinal(x).unwrap();
        assert_ne!(grid.ordinal(x + distance * 0.0021).unwrap(), cell, "wider than 2^-9 of the distance");
        assert!(grid.ordinal(x + distance * 0.0021).unwrap() - cell <= 3, "narrower than 2^-10 of the distance");
    }
}

#[test]
fn any_pilot_gives_a_grid() {
    for pilot in
        [vec![], vec![f64::NAN, f64::INFINITY], vec![0.0; 9], vec![-5.0; 4096], vec![1e308, -1e308], vec![1e-320]]
    {
        let grid = Grid::from_pilot(&pilot);
        assert!(grid.scale() > 0.0 && grid.ordinal(1.0).is_some());
        assert!(grid.ordinal(f64::NAN).is_none() && grid.ordinal(f64::INFINITY).is_none());
    }
}

#[test]
fn mostly_zero_pilot_takes_its_scale_from_the_rest() {
    let mut pilot = vec![0.0; 4000];
    pilot.extend((1..97).map(|i| f64::from(i) * 1e5));
    let grid = Grid::from_pilot(&pilot);
    assert_eq!((grid.centre(), grid.atoms()), (0.0, &[0.0][..]));
    assert!(grid.scale() > 4e6 && grid.scale() < 6e6);
}

/// Grids of every kind, with values in and far beyond them.
fn grids() -> Vec<(Grid, Vec<f64>)> {
    let mut stream = Stream::new(19);
    let mut pilots: Vec<Vec<f64>> = vec![normal_like(4096), vec![0.0; 4096], vec![-5.0; 4096], vec![1e-310; 2000]];
    pilots.push((0..4096).map(|_| 1e6 * lognormal(&mut stream, 2.0) - 1e6).collect());
    pilots.push((0..4096).map(|i| if i % 40 == 0 { 1e5 * lognormal(&mut stream, 1.0) } else { 0.0 }).collect());
    let mut atoms = normal_like(4000);
    for atom in [990_000.0, 1_000_000.0, 1_000_000.0f64.next_up(), 1_004_321.0, 0.0] {
        atoms.extend([atom; 20]);
    }
    pilots.push(atoms);
    pilots
        .into_iter()
        .map(|pilot| {
            let grid = Grid::from_pilot(&pilot);
            let mut values = pilot;
            values.extend((0..2000).map(|_| grid.centre() + grid.scale() * stream.normal() * stream.normal()));
            values.extend([-1e300, -1.0, -0.0, 0.0, 1.0, 1e300, f64::MIN_POSITIVE, -f64::MAX]);
            (grid, values)
        })
        .collect()
}

#[test]
fn eight_at_once_are_one_by_one_on_all_instructions() {
    for (grid, mut values) in grids() {
        values.extend([f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            for chunk in values.chunks_exact(LANES) {
                let pack = Pack(chunk.try_into().unwrap());
                let found = on_level!(level, simd => grid.ordinals(simd, pack.load(simd)).to_array());
                for (x, found) in chunk.iter().zip(found) {
                    match grid.ordinal(*x) {
                        Some(ordinal) => assert_eq!(found as i64, i64::from(ordinal), "{x}"),
                        None => assert!(!(grid.range().0 as i64..=grid.range().1 as i64).contains(&(found as i64))),
                    }
                }
            }
        }
    }
}

#[test]
fn spans_are_the_first_and_the_last_value_of_their_cells() {
    for (grid, values) in grids() {
        for x in values {
            let Some(ordinal) = grid.ordinal(x) else { continue };
            let (low, high) = (grid.first_in(ordinal), grid.last_in(ordinal));
            assert!(low <= x && x <= high, "{low} {x} {high}");
            assert_eq!((grid.ordinal(low), grid.ordinal(high)), (Some(ordinal), Some(ordinal)));
            let beyond = |x: f64| grid.ordinal(x).is_none_or(|cell| cell != ordinal);
            assert!(beyond(low.next_down()) && beyond(high.next_up()), "{low} {high}");
        }
    }
}

#[test]
fn a_pilot_says_what_a_cell_must_keep() {
    let mut stream = Stream::new(23);
    let smooth: Vec<f64> = (0..4096).map(|_| lognormal(&mut stream, 1.0)).collect();
    assert_eq!(Grid::from_pilot(&smooth).detail(), Detail::Counts);
    // 3% of years at one amount: an atom of the grid, and the rest as smooth as before.
    let capped: Vec<f64> = smooth.iter().map(|x| x.min(6.6)).collect();
    assert_eq!(Grid::from_pilot(&capped).detail(), Detail::Counts);
    let lattice: Vec<f64> = smooth.iter().map(|x| (x * 1000.0).round()).collect();
    assert_eq!(Grid::from_pilot(&lattice).detail(), Detail::Extremes);
    // A second mode, far away and narrow.
    let far: Vec<f64> = smooth.iter().enumerate().map(|(i, x)| if i % 8 == 0 { 1e6 + x } else { *x }).collect();
    assert_eq!(Grid::from_pilot(&far).detail(), Detail::Extremes);
    assert_eq!(Grid::from_pilot(&smooth[..500]).detail(), Detail::Extremes);
}
