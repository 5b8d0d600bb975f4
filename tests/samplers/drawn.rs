//! Do compiled sums divide sums drawn one by one as their probabilities say?

use super::column;
use super::sums::{COUNTS, at, fast, severities};
use tailcost::distributions::Sampler;
use tailcost::distributions::sums::CompiledSum;
use tailcost::numerics::simd::{Instructions, flat, flat_mut};
use tailcost::random::{Key, Stream, YearWords, Years};

const BLOCK: usize = 4096;
const LEVELS: [f64; 3] = [0.5, 0.9, 0.99];

/// 102,400 sums a point.
const BLOCKS: usize = 25;

/// Of `draws` sums the number up to the compiled quantile is binomial. All 27 severities, 13 counts and three levels are 1,053
/// comparisons, of which one exceeds 4 standard deviations by chance with probability 6%; the streams are fixed, so that they
/// pass always or never. Of laws with steps the number below may only not be too high and the number up to it not too low.
#[test]
fn sums_drawn_one_by_one_fall_where_they_should() {
    let mut largest = (0.0f64, String::new());
    let mut failures = Vec::new();
    for (name, amount) in severities() {
        let sum = CompiledSum::compile(&amount, 5000.0);
        let sampler = Sampler::compile(&amount);
        for n in COUNTS {
            let quantiles = fast(&sum, n, &LEVELS.map(at));
            let (mut below, mut up_to) = ([0u32; 3], [0u32; 3]);
            let count = n.to_string();
            let stream = Stream::new(Key { seed: 20_261_124, scope: &["drawn", name], driver: &count, replicate: 0 });
            let (mut words, mut out, mut sums) =
                (YearWords::new(BLOCK), column(BLOCK, |_| 0.0), column(BLOCK, |_| 0.0));
            for block in 0..BLOCKS {
                words.set(Years::Range { start: (block * BLOCK) as u64, len: BLOCK });
                flat_mut(&mut sums).fill(0.0);
                for event in 0..n as u32 {
                    sampler.draw_on(Instructions::best(), stream.event(event).uniforms(&words), &mut out);
                    flat_mut(&mut sums).iter_mut().zip(flat(&out)).for_each(|(sum, amount)| *sum += amount);
                }
                for (level, quantile) in quantiles.iter().enumerate() {
                    // Sums of steps may differ from the lattice by rounding.
                    let slack = 1e-12 * quantile.abs();
                    for sum in flat(&sums) {
                        below[level] += u32::from(*sum < quantile - slack);
                        up_to[level] += u32::from(*sum <= quantile + slack);
                    }
                }
            }
            let draws = (BLOCKS * BLOCK) as f64;
            for (level, p) in LEVELS.into_iter().enumerate() {
                let z = |found: u32| (f64::from(found) - p * draws) / (p * (1.0 - p) * draws).sqrt();
                let worst = z(below[level]).max(-z(up_to[level]));
                if worst > largest.0 {
                    largest = (worst, format!("{name}, n {n}, {p}"));
                }
                if !(worst < 4.0) {
                    failures.push(format!("{name}, n {n}, {p}: z {worst:.2}"));
                }
            }
        }
    }
    println!("largest z {:.2} at {}", largest.0, largest.1);
    assert!(failures.is_empty(), "{failures:#?}");
}
