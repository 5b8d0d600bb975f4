//! Are streams independent of each other, and of themselves some years on?
//!
//! Of each pair of streams in the same years: the sum of products of uniforms less their mean, and the number of bits in which
//! their words differ, which sees the low bits too. The same of each stream with itself some years on, and with the next driver's.
//! Of each kind of pair the oddest counts, its probability times the number of pairs (Bonferroni). The sums are taken as normal:
//! over `n` years the excess kurtosis of 0.24 / n raises a probability of 1e-8 by `15 / n` of itself.

use super::block::{Block, YEARS};
use super::odds::normal;
use super::streams::{Apart, Name, OF_A_DRIVER};
use crate::numerics::simd::{LANES, Level, Pack, Simd, SimdBase, f64x8, flat, on_level};

/// Streams on a side of what is multiplied at once.
const TILE: usize = 4;
/// Years on from which a stream is compared with itself.
const OWN_LAGS: usize = 16;
/// Years on from which a stream is compared with the next driver's, either way.
const NEXT_LAGS: usize = 4;

/// What is compared in one pair of columns.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    product: f64,
    differing: u64,
}

impl Link {
    /// Standard normal both, over so many years.
    fn z(self, years: u64) -> [f64; 2] {
        let bits = 64.0 * years as f64;
        [12.0 * self.product / (years as f64).sqrt(), (2.0 * self.differing as f64 - bits) / bits.sqrt()]
    }
}

/// Sums so far.
#[derive(Debug)]
pub struct Correlations {
    streams: usize,
    blocks: u64,
    /// Of stream `i` with stream `j < i`, at `i * streams + j`.
    products: Vec<f64>,
    differing: Vec<u64>,
    lagged: Vec<(Lagged, Link)>,
}

/// The second of two streams, so many years on.
#[derive(Debug, Clone, Copy)]
struct Lagged {
    first: usize,
    second: usize,
    years: usize,
}

impl Correlations {
    /// # Panics
    /// Unless the number of streams is a multiple of 4.
    pub fn new(streams: usize) -> Self {
        assert_eq!(streams % TILE, 0, "streams come in fours");
        let lagged = |first, second, most| (1..=most).map(move |years| Lagged { first, second, years });
        let own = (0..streams).flat_map(|i| lagged(i, i, OWN_LAGS));
        let pairs = (OF_A_DRIVER..streams).map(|i| (i - OF_A_DRIVER, i));
        let next = pairs.flat_map(|(i, j)| lagged(i, j, NEXT_LAGS).chain(lagged(j, i, NEXT_LAGS)));
        Self {
            streams,
            blocks: 0,
            products: vec![0.0; streams * streams],
            differing: vec![0; streams * streams],
            lagged: own.chain(next).map(|lagged| (lagged, Link::default())).collect(),
        }
    }

    pub fn add(&mut self, level: Level, block: &Block) {
        assert_eq!(block.streams(), self.streams);
        on_level!(level, simd => self.add_on(simd, block));
        self.blocks += 1;
    }

    #[inline(always)]
    fn add_on<S: Simd>(&mut self, simd: S, block: &Block) {
        for i in (0..self.streams).step_by(TILE) {
            let rows: [&[Pack]; TILE] = std::array::from_fn(|k| block.centred(i + k));
            for j in (0..=i).step_by(TILE) {
                let columns: [&[Pack]; TILE] = std::array::from_fn(|k| block.centred(j + k));
                let sums = products(simd, rows, columns);
                for (k, sums) in sums.into_iter().enumerate() {
                    let place = (i + k) * self.streams + j;
                    for (total, sum) in self.products[place..place + TILE].iter_mut().zip(sums) {
                        *total += sum;
                    }
                }
            }
        }
        for i in 0..self.streams {
            let row = block.column(i);
            for j in 0..i {
                self.differing[i * self.streams + j] += differing(row, block.column(j));
            }
        }
        for (lagged, link) in &mut self.lagged {
            let years = YEARS - lagged.years;
            let (first, second) = (&block.column(lagged.first)[..years], &block.column(lagged.second)[lagged.years..]);
            link.differing += differing(first, second);
            let (first, second) = (flat(block.centred(lagged.first)), flat(block.centred(lagged.second)));
            link.product += product(&first[..years], &second[lagged.years..]);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.blocks += other.blocks;
        self.products.iter_mut().zip(&other.products).for_each(|(sum, other)| *sum += other);
        self.differing.iter_mut().zip(&other.differing).for_each(|(sum, other)| *sum += other);
        for ((_, link), (_, other)) in self.lagged.iter_mut().zip(&other.lagged) {
            link.product += other.product;
            link.differing += other.differing;
        }
    }

    /// Of each kind of pair: what it is about, its probability, its figures.
    pub fn odds(&self, names: &[Name]) -> Vec<(String, f64, String)> {
        let mut kinds: Vec<Kind> = Apart::ALL.iter().map(|apart| Kind::new(apart.label())).collect();
        kinds.extend([Kind::new("years of a stream"), Kind::new("years of neighbouring drivers")]);
        let years = self.blocks * YEARS as u64;
        for i in 0..self.streams {
            for j in 0..i {
                let place = i * self.streams + j;
                let link = Link { product: self.products[place], differing: self.differing[place] };
                let apart = names[i].apart(&names[j]);
                let kind = Apart::ALL.iter().position(|known| *known == apart).expect("all kinds are known");
                kinds[kind].take(link, years, || format!("{} with {}", names[j], names[i]));
            }
        }
        for (lagged, link) in &self.lagged {
            let kind = if lagged.first == lagged.second { Apart::ALL.len() } else { Apart::ALL.len() + 1 };
            let years = self.blocks * (YEARS - lagged.years) as u64;
            kinds[kind].take(*link, years, || {
                format!("{} with {}, {} years on", names[lagged.first], names[lagged.second], lagged.years)
            });
        }
        kinds.into_iter().filter(|kind| kind.pairs > 0).flat_map(Kind::odds).collect()
    }
}

/// The oddest pairs of a kind, by product and by bits.
struct Kind {
    label: &'static str,
    pairs: u64,
    years: u64,
    oddest: [(f64, String); 2],
}

impl Kind {
    fn new(label: &'static str) -> Self {
        Self { label, pairs: 0, years: 0, oddest: [(0.0, String::new()), (0.0, String::new())] }
    }

    fn take(&mut self, link: Link, years: u64, pair: impl Fn() -> String) {
        self.pairs += 1;
        self.years = self.years.max(years);
        for (oddest, z) in self.oddest.iter_mut().zip(link.z(years)) {
            if z.abs() >= oddest.0.abs() {
                *oddest = (z, pair());
            }
        }
    }

    fn odds(self) -> impl Iterator<Item = (String, f64, String)> {
        let whats = ["correlation of uniforms", "differing bits"];
        whats.into_iter().zip(self.oddest).map(move |(what, (z, pair))| {
            let odds = (self.pairs as f64 * normal(z)).min(1.0);
            let figures = format!("{} pairs over {} years, the oddest z = {z:.2}: {pair}", self.pairs, self.years);
            (format!("{what}, {}", self.label), odds, figures)
        })
    }
}

/// Sums of products of four columns with four.
#[inline(always)]
fn products<S: Simd>(simd: S, rows: [&[Pack]; TILE], columns: [&[Pack]; TILE]) -> [[f64; TILE]; TILE] {
    let mut sums = [[f64x8::splat(simd, 0.0); TILE]; TILE];
    for pack in 0..YEARS / LANES {
        let row: [f64x8<S>; TILE] = [rows[0], rows[1], rows[2], rows[3]].map(
            #[inline(always)]
            |row| row[pack].load(simd),
        );
        for (k, column) in columns.iter().enumerate() {
            let column = column[pack].load(simd);
            for (sums, row) in sums.iter_mut().zip(row) {
                sums[k] += row * column;
            }
        }
    }
    sums.map(
        #[inline(always)]
        |sums| {
            sums.map(
                #[inline(always)]
                |sum| sum.to_array().iter().sum(),
            )
        },
    )
}

/// Bits in which two columns differ.
#[inline(always)]
fn differing(first: &[u64], second: &[u64]) -> u64 {
    first.iter().zip(second).map(|(x, y)| u64::from((x ^ y).count_ones())).sum()
}

/// The sum of products of two columns, eight sums side by side.
#[inline(always)]
fn product(first: &[f64], second: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (first, rest) = first.as_chunks::<LANES>();
    let (second, others) = second.as_chunks::<LANES>();
    for (x, y) in first.iter().zip(second) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = rest.iter().zip(others).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}
