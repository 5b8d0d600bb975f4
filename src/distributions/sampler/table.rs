//! How is the quantile function of one smooth piece tabulated, and how exact is the table?

use super::polynomial::{Coefficients, PROBES, evaluate, least_slope, nodes, through};
use crate::numerics::Probability;
use crate::numerics::simd::{Bytes, LANES, Pack, RowIndex, Simd, SimdBase, f64x8, lookup, u64x8};

/// Tables reach down to tails of `2^-43`, about 1.1e-13; below it the law itself is asked.
pub(super) const DEEP: u32 = 42;
/// Inside the axis, where a piece ends but no tail begins, down to `2^-25` of the piece.
pub(super) const SHALLOW: u32 = 24;

/// Error allowed, in units of `max(|x|, spread/100)`, at tails from 1e-9 on and below: a quarter of what is promised,
/// because it is measured at probes and not everywhere.
const ERROR: f64 = 2.5e-9;
const DEEP_ERROR: f64 = 2.5e-7;
const DEEP_TAIL: f64 = 1e-9;
/// The deviations between the nodes differ by small factors: one probe this far below the limit speaks for all.
const CLEARLY_BELOW: f64 = 0.02;
/// Sub-cells of a binade: 8 suit every common law, more where the quantile function bends more sharply.
const FEWEST_CELLS_LOG2: u32 = 3;
const MOST_CELLS_LOG2: u32 = 6;
/// A share of draws above this in refined cells, over the middle of the axis, asks for more sub-cells everywhere.
const REFINED_SHARE: f64 = 2e-3;
/// The same of the finished table: half of what is promised.
pub(super) const SLOW_SHARE: f64 = 5e-5;
/// A cell is halved this often at most before its draws are left to the law, and all cells together into this many.
const DEEPEST_HALVING: u32 = 14;
const MOST_HALVES: usize = 2_000;

const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const SIGN: u64 = 1 << 63;

/// The quantile function being tabulated.
pub(super) trait Curve {
    /// The exact value at a local probability, to 1e-11 of the spread near a guess, fully where the guess is NaN.
    fn value(&self, local: Probability, guess: f64) -> f64;

    /// The scale on which absolute errors are judged where the value is near 0.
    fn floor(&self) -> f64;
}

/// Piecewise polynomials of degree 5 over cells of equal width within each binade of the tail `min(u, 1-u)`. The cell
/// number is the leading bits of the tail, the place in it the bits that follow.
///
/// Cells whose polynomial cannot meet the error hold NaN in the main table and their halves, halved further as needed,
/// in `refined`; a half that never meets it holds NaN there too. Below tails of 1e-9 nothing is halved: so few draws fall
/// there that the law may as well answer.
#[derive(Debug)]
pub(super) struct Table {
    cells_log2: u32,
    /// Leading bits of the smallest tail of the table.
    first: u64,
    /// Cells of one side, before the cell of tail 1/2 and the NaN cell that stands for everything beyond.
    side: usize,
    /// A polynomial a cache line, so that eight draws are eight loads and a transposition.
    cells: Vec<Pack>,
    refined: Vec<(usize, Refined)>,
    error: f64,
    /// Probability of the draws that [`Table::slow`] serves.
    slow_share: f64,
}

/// A cell cut up: `edges[i]..edges[i + 1]` in the tail has `cells[i]`.
#[derive(Debug)]
struct Refined {
    edges: Vec<f64>,
    cells: Vec<Coefficients>,
}

const BEYOND: Coefficients = [f64::NAN; 6];
/// A NaN at the constant makes the whole polynomial NaN.
const BEYOND_PACK: Pack = Pack([f64::NAN; LANES]);

impl Table {
    pub(super) fn build(curve: &impl Curve, binades: u32) -> Self {
        let mut cells_log2 = FEWEST_CELLS_LOG2;
        while cells_log2 < MOST_CELLS_LOG2 && Self::failing_share(curve, cells_log2) > REFINED_SHARE {
            cells_log2 += 1;
        }
        loop {
            let table = Self::of(curve, binades, cells_log2);
            if table.slow_share <= SLOW_SHARE || cells_log2 == MOST_CELLS_LOG2 {
                return table;
            }
            cells_log2 += 1;
        }
    }

    fn of(curve: &impl Curve, binades: u32, cells_log2: u32) -> Self {
        let per_binade = 1usize << cells_log2;
        let side = binades as usize * per_binade;
        let first = (f64::from_bits(u64::from(1022 - binades) << 52)).to_bits() >> (52 - cells_log2);
        let mut table = Self {
            cells_log2,
            first,
            side,
            cells: vec![BEYOND_PACK; 2 * (side + 2)],
            refined: Vec::new(),
            error: 0.0,
            slow_share: 2.0 * f64::from_bits(first << (52 - cells_log2)),
        };
        for upper in [false, true] {
            let mut march = March { curve, upper, before: None, edge: None, halves: 0 };
            let start = if upper { side + 2 } else { 0 };
            // From the middle outwards, so that each cell starts from its neighbour.
            for index in (0..side).rev() {
                let edge = |index: usize| f64::from_bits((first + index as u64) << (52 - cells_log2));
                let (from, to) = (edge(index), edge(index + 1));
                let cell = march.fit(from, to);
                if index + 1 == side {
                    table.cells[start + side] = padded(&[cell.at_far_edge(), 0.0, 0.0, 0.0, 0.0, 0.0]);
                }
                if cell.fits {
                    table.error = table.error.max(if from >= DEEP_TAIL { cell.error } else { 0.0 });
                    table.cells[start + index] = padded(&cell.coefficients);
                    continue;
                }
                table.slow_share += to - from;
                if from >= DEEP_TAIL {
                    let mut refined = Refined { edges: vec![from], cells: Vec::new() };
                    table.error = table.error.max(march.halve(from, to, 0, &mut refined));
                    march.halves += refined.cells.len();
                    table.refined.push((start + index, refined));
                }
            }
        }
        table.refined.sort_by_key(|(cell, _)| *cell);
        table
    }

    /// Share of the draws that would fall in cells that do not meet the error, over the three middle binades.
    fn failing_share(curve: &impl Curve, cells_log2: u32) -> f64 {
        let mut share = 0.0;
        for upper in [false, true] {
            let mut march = March { curve, upper, before: None, edge: None, halves: 0 };
            let per_binade = 1u64 << cells_log2;
            let end = 0.5f64.to_bits() >> (52 - cells_log2);
            for key in (end - 3 * per_binade..end).rev() {
                let (from, to) =
                    (f64::from_bits(key << (52 - cells_log2)), f64::from_bits((key + 1) << (52 - cells_log2)));
                if !march.fit(from, to).fits {
                    share += to - from;
                }
            }
        }
        share
    }

    /// All values off by as much: a planted fault.
    #[cfg(feature = "planted-faults")]
    pub(super) fn shifted(mut self, by: f64) -> Self {
        self.cells.iter_mut().for_each(|cell| cell.0[0] += by);
        self
    }

    /// The largest error measured at tails from 1e-9 on, in units of `max(|x|, spread/100)`.
    pub(super) fn error(&self) -> f64 {
        self.error
    }

    /// Probability of the draws that [`Table::slow`] serves.
    pub(super) fn slow_share(&self) -> f64 {
        self.slow_share
    }

    /// Where the curve bends most sharply: the middle of the narrowest cell that came of halving.
    pub(super) fn sharpest(&self) -> Option<Probability> {
        let mut narrowest = (f64::INFINITY, None);
        for (cell, refined) in &self.refined {
            for edges in refined.edges.windows(2) {
                let (width, middle) = (edges[1] - edges[0], 0.5 * (edges[0] + edges[1]));
                if width < narrowest.0 {
                    let upper = *cell >= self.side + 2;
                    narrowest =
                        (width, Some(if upper { Probability::upper(middle) } else { Probability::lower(middle) }));
                }
            }
        }
        narrowest.1
    }

    /// The value, or NaN where only [`Table::slow`] knows.
    #[inline]
    pub(super) fn fast(&self, local: Probability) -> f64 {
        let (cell, place) = self.locate(local);
        evaluate(self.cells[cell].0.first_chunk().expect("six of eight"), place)
    }

    /// The table for the hot loop.
    #[inline(always)]
    pub(super) fn view(&self) -> View<'_> {
        View { cells: &self.cells, cells_log2: self.cells_log2, first: self.first, last: self.side as u64 + 1 }
    }

    #[inline]
    fn locate(&self, local: Probability) -> (usize, f64) {
        let bits = local.folded().to_bits();
        let tail = bits & !SIGN;
        let index = ((tail >> (52 - self.cells_log2)).wrapping_sub(self.first) as usize).min(self.side + 1);
        let place = f64::from_bits(((tail << self.cells_log2) & MANTISSA) | ONE) - 1.5;
        // A multiplication, since a branch on the side would be guessed wrong every other time.
        let start = (bits >> 63) as usize * (self.side + 2);
        (start + index, place)
    }

    /// The value in a cell that was cut up, `None` where only the law itself is exact enough.
    #[cold]
    pub(super) fn slow(&self, local: Probability) -> Option<f64> {
        let (cell, _) = self.locate(local);
        let at = self.refined.binary_search_by_key(&cell, |(cell, _)| *cell).ok()?;
        let refined = &self.refined[at].1;
        let tail = local.tail();
        let index = refined.edges.partition_point(|edge| *edge <= tail).checked_sub(1)?.min(refined.cells.len() - 1);
        let (from, to) = (refined.edges[index], refined.edges[index + 1]);
        let value = evaluate(&refined.cells[index], (tail - from) / (to - from) - 0.5);
        if value.is_nan() { None } else { Some(value) }
    }
}

/// What the hot loop needs of a [`Table`], held in registers.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    cells: &'a [Pack],
    cells_log2: u32,
    first: u64,
    last: u64,
}

impl View<'_> {
    /// In which cells eight folded probabilities stand, and the places in them.
    #[inline(always)]
    pub(super) fn locate<S: Simd>(&self, simd: S, folded: f64x8<S>, cells: &mut RowIndex) -> f64x8<S> {
        let splat = |word: u64| u64x8::splat(simd, word);
        let bits: u64x8<S> = folded.bitcast();
        let tail = bits & splat(!SIGN);
        let index = ((tail >> (52 - self.cells_log2)) - splat(self.first)).min(splat(self.last));
        let upper = splat(0) - (bits >> 63);
        cells.set(simd, index + (upper & splat(self.last + 1)), self.cells.len());
        let place: f64x8<S> = (((tail << self.cells_log2) & splat(MANTISSA)) | splat(ONE)).bitcast();
        place - f64x8::splat(simd, 1.5)
    }

    /// [`Table::fast`] of eight folded probabilities.
    #[inline(always)]
    pub(super) fn fast<S: Simd>(&self, simd: S, folded: f64x8<S>) -> f64x8<S> {
        let mut cells = RowIndex::ZERO;
        let place = self.locate(simd, folded, &mut cells);
        self.at(simd, &cells, place)
    }

    /// [`Table::fast`] of eight located probabilities.
    #[inline(always)]
    pub(super) fn at<S: Simd>(&self, simd: S, cells: &RowIndex, place: f64x8<S>) -> f64x8<S> {
        let [c0, c1, c2, c3, c4, c5, _, _] = lookup(simd, self.cells, cells, 0);
        let square = place * place;
        (c0 + c1 * place) + square * ((c2 + c3 * place) + square * (c4 + c5 * place))
    }
}

fn padded(c: &Coefficients) -> Pack {
    Pack([c[0], c[1], c[2], c[3], c[4], c[5], 0.0, 0.0])
}

/// One polynomial and how well it does.
struct Fitted {
    coefficients: Coefficients,
    far_edge: f64,
    error: f64,
    fits: bool,
}

impl Fitted {
    /// The exact value at the edge nearer to the middle of the axis.
    fn at_far_edge(&self) -> f64 {
        self.far_edge
    }
}

/// A walk over the cells of one side that remembers the last polynomial, to guess the next values by, the last edge, and the halves made.
struct March<'a, C> {
    curve: &'a C,
    upper: bool,
    before: Option<(f64, f64, Coefficients)>,
    edge: Option<(f64, f64)>,
    halves: usize,
}

impl<C: Curve> March<'_, C> {
    fn exact(&self, tail: f64, guess: f64) -> f64 {
        self.curve.value(if self.upper { Probability::upper(tail) } else { Probability::lower(tail) }, guess)
    }

    fn fit(&mut self, from: f64, to: f64) -> Fitted {
        let width = to - from;
        let tail_at = |place: f64| if place == 0.5 { to } else { from + width * (place + 0.5) };
        let before = self.before;
        let guess = |tail: f64| {
            before
                .map_or(f64::NAN, |(from, to, coefficients)| evaluate(&coefficients, (tail - from) / (to - from) - 0.5))
        };
        // Edges without a guess: whoever asks for them gets the same number, so that neighbours meet exactly.
        let mut values = nodes().map(|place| {
            let inside = place > -0.5 && place < 0.5;
            if inside { self.exact(tail_at(place), guess(tail_at(place))) } else { f64::NAN }
        });
        values[0] = self.exact(from, f64::NAN);
        values[5] = match self.edge {
            Some((tail, value)) if tail == to => value,
            _ => self.exact(to, f64::NAN),
        };
        self.edge = Some((from, values[0]));
        let coefficients = through(&values);
        let allowed = if from >= DEEP_TAIL { ERROR } else { DEEP_ERROR };
        let mut error = 0.0f64;
        for place in PROBES {
            let found = evaluate(&coefficients, place);
            let exact = self.exact(tail_at(place), found);
            let off = (found - exact).abs() / exact.abs().max(self.curve.floor());
            error = if off.is_nan() { f64::INFINITY } else { error.max(off) };
            if error < CLEARLY_BELOW * allowed {
                break;
            }
        }
        // Values fall with the tail on the upper side.
        let rising = if self.upper { coefficients.map(|c| -c) } else { coefficients };
        let largest = values[0].abs().max(values[5].abs());
        let monotone = least_slope(&rising) >= -2e-14 * largest;
        let fits = error <= allowed && monotone;
        self.before = if error < 0.1 { Some((from, to, coefficients)) } else { None };
        Fitted { coefficients, far_edge: values[5], error, fits }
    }

    /// Appends the cells of [from, to], halving until they fit; the largest error of those that do.
    fn halve(&mut self, from: f64, to: f64, depth: u32, refined: &mut Refined) -> f64 {
        let middle = 0.5 * (from + to);
        let mut worst = 0.0f64;
        for (low, high) in [(from, middle), (middle, to)] {
            let cell = self.fit(low, high);
            let worth_it = depth < DEEPEST_HALVING && self.halves + refined.cells.len() < MOST_HALVES;
            if !cell.fits && cell.error.is_finite() && worth_it {
                worst = worst.max(self.halve(low, high, depth + 1, refined));
            } else {
                refined.edges.push(high);
                refined.cells.push(if cell.fits { cell.coefficients } else { BEYOND });
                worst = worst.max(if cell.fits { cell.error } else { 0.0 });
            }
        }
        worst
    }
}
