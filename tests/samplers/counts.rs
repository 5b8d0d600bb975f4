//! Are a million counts at each of a grid of means the exact inverses?

use super::column;
use tailcost::distributions::counts::{NormalsOf, binomial_on, binomial_quantile, poisson_on, poisson_quantile};
use tailcost::distributions::standard_normal;
use tailcost::numerics::Probability;
use tailcost::numerics::simd::{Column, Instructions, Pack, flat};
use tailcost::numerics::special::{beta_cdf, gamma_cdf};
use tailcost::random::{Key, Stream, YearWords, Years};

const BLOCK: usize = 4096;
/// 245 blocks are a little over a million uniforms.
const BLOCKS: usize = 245;
/// Every so many counts the cdf itself is asked, besides the plain function.
const SAMPLE: usize = 50;
/// Our incomplete gamma and beta functions are relatively exact to 1e-12 of the tail: nearer to a step than this a count
/// may stand on either side.
const CDF_ERROR: f64 = 2e-12;

/// Uniforms of a block and their normal quantiles, as the engine makes them.
struct Source {
    stream: Stream,
    words: YearWords,
    uniforms: Vec<Pack>,
    normals: Vec<Pack>,
}

impl Source {
    fn new(driver: &str) -> Self {
        let stream = Stream::new(Key { seed: 20_261_124, scope: &["counts"], driver, replicate: 0 });
        let packs = column(BLOCK, |_| 0.25);
        Self { stream, words: YearWords::new(BLOCK), uniforms: packs.clone(), normals: packs }
    }

    fn next(&mut self, block: usize) {
        self.words.set(Years::Range { start: (block * BLOCK) as u64, len: BLOCK });
        self.stream.fill_on(Instructions::best(), &self.words, &mut self.uniforms);
        standard_normal().fill(Instructions::best(), &self.uniforms, &mut self.normals);
    }
}

/// Is `p` above the cdf just before the count, and not above that at it? Compared on the nearer side.
fn inverts(count: f64, p: Probability, cdf: impl Fn(f64) -> Probability) -> bool {
    let not_above = |p: Probability, other: Probability| {
        if p.is_upper() { p.q() >= other.q() * (1.0 - CDF_ERROR) } else { p.p() <= other.p() * (1.0 + CDF_ERROR) }
    };
    let not_below = |p: Probability, other: Probability| {
        if p.is_upper() { p.q() <= other.q() * (1.0 + CDF_ERROR) } else { p.p() >= other.p() * (1.0 - CDF_ERROR) }
    };
    not_above(p, cdf(count)) && (count == 0.0 || not_below(p, cdf(count - 1.0)))
}

#[test]
fn a_million_poisson_counts_at_each_mean_are_exact() {
    let mut source = Source::new("poisson");
    let mut out = column(BLOCK, |_| 0.0);
    for step in 0..25 {
        // 0.01 to 1e6; a fifth of spread within a block, so that means differ within a pack.
        let mean = 10f64.powf(-2.0 + 8.0 * f64::from(step) / 24.0);
        let means = column(BLOCK, |i| mean * (0.9 + 0.2 * ((i * 37) % 101) as f64 / 101.0));
        for block in 0..BLOCKS {
            source.next(block + step as usize * BLOCKS);
            if mean < 16.0 {
                let uniforms = source.stream.uniforms(&source.words);
                poisson_on(Instructions::best(), &means, uniforms, NormalsOf(uniforms), &mut out);
            } else {
                let uniforms = source.stream.uniforms(&source.words);
                poisson_on(Instructions::best(), &means, uniforms, &source.normals[..], &mut out);
            }
            for (i, (count, folded)) in flat(&out).iter().zip(flat(&source.uniforms)).enumerate() {
                let (mean, p) = (flat(&means)[i], Probability::from_folded(*folded));
                assert_eq!(*count, poisson_quantile(mean, p), "mean {mean} at {p:?}");
                if i % SAMPLE == block % SAMPLE {
                    let cdf = |k: f64| gamma_cdf(k + 1.0, mean).complement();
                    assert!(inverts(*count, p, cdf), "mean {mean} at {p:?}: {count}");
                }
            }
        }
    }
}

#[test]
fn a_million_binomial_counts_at_each_point_are_exact() {
    let mut source = Source::new("binomial");
    let mut out = column(BLOCK, |_| 0.0);
    let grid: Vec<(f64, f64)> = [1.0, 8.0, 60.0, 520.0, 1e4, 1e6]
        .into_iter()
        .flat_map(|trials| [1e-4, 0.02, 0.25, 0.5, 0.97].map(|share| (trials, share)))
        .collect();
    for (place, (trials, share)) in grid.into_iter().enumerate() {
        let many = column(BLOCK, |i| (trials * (0.9 + 0.2 * ((i * 37) % 101) as f64 / 101.0)).round().max(1.0));
        let shares = column(BLOCK, |i| share * (0.95 + 0.08 * ((i * 17) % 103) as f64 / 103.0));
        for block in 0..BLOCKS {
            source.next(block + place * BLOCKS);
            let uniforms = source.stream.uniforms(&source.words);
            binomial_on(Instructions::best(), &many, Column::varying(&shares), uniforms, &source.normals[..], &mut out);
            for (i, (count, folded)) in flat(&out).iter().zip(flat(&source.uniforms)).enumerate() {
                let (n, share, p) = (flat(&many)[i], flat(&shares)[i], Probability::from_folded(*folded));
                assert_eq!(*count, binomial_quantile(n, share, p), "{n} trials of {share} at {p:?}");
                if i % SAMPLE == block % SAMPLE {
                    let cdf = |k: f64| {
                        if k >= n { Probability::upper(0.0) } else { beta_cdf(k + 1.0, n - k, share).complement() }
                    };
                    assert!(inverts(*count, p, cdf), "{n} trials of {share} at {p:?}: {count}");
                }
            }
        }
    }
}
