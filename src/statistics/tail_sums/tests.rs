//! Are the sums of the tail's years the same, fast or one by one, and do they never overflow?

use super::*;
use crate::numerics::simd::{Instructions, on_level, packs_for};
use crate::statistics::Level;
use crate::statistics::testing::{Stream, lognormal};

/// Columns of `parts` parts and their total: some rare, some constant, one far larger now and then.
fn columns(parts: usize, years: usize) -> Vec<Vec<f64>> {
    let mut stream = Stream::new(parts as u64 + 50);
    let mut columns: Vec<Vec<f64>> = (0..parts)
        .map(|part| {
            let mut draw = || match part % 4 {
                0 => 1e5 * lognormal(&mut stream, 1.0),
                1 => -1e3 * stream.uniform(),
                2 => 17.0,
                _ if stream.uniform() < 0.01 => 1e6 * lognormal(&mut stream, 3.0),
                _ => 0.0,
            };
            (0..years).map(|_| draw()).collect()
        })
        .collect();
    let total = (0..years).map(|year| columns.iter().map(|column| column[year]).sum()).collect();
    columns.insert(0, total);
    columns
}

fn packed(values: &[f64]) -> Vec<Pack> {
    let mut packs = vec![Pack::splat(f64::INFINITY); packs_for(values.len())];
    flat_mut(&mut packs)[..values.len()].copy_from_slice(values);
    packs
}

fn state(sums: &TailSums) -> (u64, Vec<RowSums>) {
    (sums.out_of_range(), sums.cells().iter().map(|&slot| sums.row_sums(&[slot])).collect())
}

#[test]
fn eight_at_once_are_one_by_one_on_all_instructions() {
    for parts in [0, 1, 7, 8, 15, 16, 30] {
        let mut columns = columns(parts, 30_000);
        let pilot: Vec<&[f64]> = columns.iter().map(|column| &column[..4096]).collect();
        let lowest = Level::new(0.5).unwrap();
        let plan = TailPlan::from_pilot(&Grid::from_pilot(pilot[0]), pilot[0], &pilot[1..], lowest);
        let plan = Arc::new(plan);
        for (i, wrong) in [f64::NAN, f64::INFINITY, 1e300, 1e15].into_iter().enumerate() {
            columns[parts][20_000 + i] = wrong;
            columns[0][20_000 + i] = if i < 2 { 1e6 } else { wrong };
        }
        let of = |years: std::ops::Range<usize>| -> Vec<&[f64]> {
            columns.iter().map(|column| &column[years.clone()]).collect()
        };
        let mut plain = TailSums::new(plan.clone());
        let blocks = || (0..30_000).step_by(500).map(|first| first..first + 500);
        for block in blocks() {
            let block = of(block);
            plain.insert(block[0], &block[1..]);
        }
        for level in Instructions::ALL.into_iter().filter_map(Instructions::level) {
            let (mut sums, mut half) = (TailSums::new(plan.clone()), TailSums::new(plan.clone()));
            let mut work = TailWork::default();
            for (i, block) in blocks().enumerate() {
                let packs: Vec<Vec<Pack>> = of(block).into_iter().map(packed).collect();
                let sums = if i % 3 == 0 { &mut half } else { &mut sums };
                on_level!(level, simd => {
                    sums.insert_packs(simd, &packs[0], |part| &packs[1 + part], 500, &mut work);
                });
            }
            sums.merge(&half);
            let ((missed, found), (plain_missed, expected)) = (state(&sums), state(&plain));
            assert_eq!(missed, plain_missed);
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!((found.count, &found.amounts), (expected.count, &expected.amounts));
                assert!(parts == 0 || found.squares == expected.squares);
            }
            assert_eq!(found.len(), expected.len());
        }
    }
}

#[test]
fn sums_of_64_bits_never_overflow() {
    // 20,000 years at twice the pilot's largest, all in one cell.
    let (total, part) = (vec![-2e6; 20_000], vec![-1.99e6; 20_000]);
    let pilot: Vec<f64> = (0..4096).map(|i| -1e6 - f64::from(i)).collect();
    let plan = TailPlan::from_pilot(&Grid::from_pilot(&pilot), &pilot, &[&pilot], Level::new(0.01).unwrap());
    let plan = Arc::new(plan);
    let (mut sums, mut plain) = (TailSums::new(plan.clone()), TailSums::new(plan));
    let (total_packs, part_packs) = (packed(&total), packed(&part));
    let mut work = TailWork::default();
    on_level!(Instructions::best(), simd => {
        sums.insert_packs(simd, &total_packs, |_| &part_packs, 20_000, &mut work);
    });
    plain.insert(&total, &[&part]);
    assert_eq!(state(&sums), state(&plain));
    assert_eq!(sums.years(), 20_000);
}
