//! How are eight sums of different counts looked up at once?
//!
//! The quantile of a sum is resampled, over the normal quantile `z` of the uniform, into polynomials on cells of width 1/8: of degree 5
//! for each count to 16; beyond, for each band of counts from `4^k` to `4^(k+1)`, of degree 3 in `z` and 3 in `1 / sqrt(n)`, in which
//! the mean of the amounts has its Edgeworth series. Where the normal law and a correction of degree 3 in `z` and 1 in `1 / sqrt(n)` do
//! as well, one row a cell is read in place of two. A cell that misses the plain law ([`General`]) by more than is allowed, and
//! all beyond `|z| = 5.5`, hold NaN and are answered by it.

use super::general::General;
use crate::numerics::Probability;
use crate::numerics::elementary::cos;
use crate::numerics::simd::{
    Bytes, LANES, Pack, RowIndex, Select, Simd, SimdBase, SimdCvtTruncate, SimdFloat, SimdMask, f64x8, lookup,
    mask64x8, u64x8,
};
use crate::numerics::special::normal_cdf;
use crate::random::Uniforms;

/// Counts that have polynomials of their own.
const OWN: usize = 16;
/// Cells for one unit of `z`, and the cells from -5.5 to 5.5 with one of NaN at either end.
const CELLS_PER_UNIT: f64 = 8.0;
const CELLS: usize = 90;
/// What brings `z` to the place among the cells.
const OFFSET: f64 = CELLS as f64 / 2.0;
/// Relative error allowed at probes between the nodes: a fiftieth of the 1e-3 that quantiles may be off.
const ERROR: f64 = 2e-5;
/// The same where the error has mean 0 and no correlation with `z`, so that mean and variance keep theirs: the first term left out
/// of a correction linear in `1 / sqrt(n)` is even in `z` and its mean over the normal law is 0, as that of each of the series is.
const EVEN_ERROR: f64 = 1e-4;
/// Amounts below this share of the spread are judged on its scale.
const FLOOR: f64 = 1e-3;
const NAN: Pack = Pack([f64::NAN; LANES]);

/// Packs located before they are looked up.
const STRIP: usize = 16;

/// Where eight sums stand in the tables.
#[derive(Clone, Copy)]
struct Place {
    /// Place in the cell of `z`, from -1/2 to 1/2.
    along: Pack,
    /// Place in the band of `1 / sqrt(n)`.
    across: Pack,
    /// The sum by the normal law alone.
    normal: Pack,
    own: RowIndex,
    light_cell: RowIndex,
    band_cell: RowIndex,
    /// Lanes with few amounts; those, and the ones that `light` serves.
    few: u64,
    light: u64,
}

impl Place {
    const NOWHERE: Self = Self {
        along: Pack::ZERO,
        across: Pack::ZERO,
        normal: Pack::ZERO,
        own: RowIndex::ZERO,
        light_cell: RowIndex::ZERO,
        band_cell: RowIndex::ZERO,
        few: 0,
        light: 0,
    };
}

/// Sums of one amount as polynomials.
pub(super) struct Patches {
    /// By count and cell: six coefficients.
    own: Vec<Pack>,
    /// By band and cell, two rows of eight coefficients: powers of `z` within powers of `1 / sqrt(n)`.
    bands: Vec<Pack>,
    /// By band and cell, from [`Patches::light_from`] on: a correction to the normal law in units of `sd`.
    light: Vec<Pack>,
    /// First band whose cells in `light` serve; past the last where none do.
    light_from: u64,
    mean: f64,
    sd: f64,
    /// Least and greatest amount: a sum of n stays within n of either.
    low: f64,
    high: f64,
}

impl Patches {
    /// `largest_count` is the most that is worth bands.
    pub fn build(law: &General, largest_count: f64) -> Self {
        let (low, high) = law.support();
        let (mean, sd) = law.mean_and_sd();
        let (mut bands, mut light, mut light_from) = (Vec::new(), Vec::new(), 0);
        let mut from = OWN as f64;
        while bands.is_empty() || from < largest_count {
            bands.extend((0..CELLS).flat_map(|cell| band_cell(law, from, cell)));
            let cells: Vec<Pack> = (0..CELLS).map(|cell| light_cell(law, mean, sd, from, cell)).collect();
            // Far cells may ask the other table, or the law: they are few draws.
            let serves = cells.iter().enumerate().all(|(cell, row)| edge(cell).abs() > 3.5 || !row.0[0].is_nan());
            if serves {
                light.extend(cells);
            } else {
                light.clear();
                light_from = bands.len() as u64 / (2 * CELLS as u64);
            }
            from *= 4.0;
        }
        let own = (1..=OWN).flat_map(|count| (0..CELLS).map(move |cell| own_cell(law, count as f64, cell))).collect();
        Self { own, bands, light, light_from, mean, sd, low, high }
    }

    /// The sums of `counts` amounts at the normal quantiles `normals` of `uniforms`, a strip of the block at a time.
    #[inline(always)]
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        law: &General,
        counts: &[Pack],
        normals: &[Pack],
        uniforms: impl Uniforms,
        out: &mut [Pack],
    ) {
        let mut strip = [Place::NOWHERE; STRIP];
        let mut first = 0;
        while first < out.len() {
            let packs = STRIP.min(out.len() - first);
            // Two loops: one chain from count to sum would be too long for the processor to overlap.
            for i in 0..packs {
                self.locate(simd, counts[first + i].load(simd), normals[first + i].load(simd), &mut strip[i]);
            }
            for i in 0..packs {
                let count = counts[first + i].load(simd);
                let sum = self.sum(simd, count, &strip[i]);
                let out = &mut out[first + i];
                out.store(sum);
                if sum.is_nan().any_true() {
                    repair(law, count.to_array(), uniforms.pack(simd, first + i).to_array(), out);
                }
            }
            first += packs;
        }
    }

    /// In which cells eight sums stand, and where in them.
    #[inline(always)]
    fn locate<S: Simd>(&self, simd: S, count: f64x8<S>, z: f64x8<S>, place: &mut Place) {
        /// Biased exponent of `1 / sqrt(n)` in the first band, where n is above 16: 1/8 to 1/4.
        const FIRST: u64 = 1023 - 3;
        const MANTISSA: u64 = (1 << 52) - 1;
        const ONE: u64 = 0x3ff0_0000_0000_0000;
        let splat = |value: f64| f64x8::splat(simd, value);
        let word = |value: u64| u64x8::splat(simd, value);
        let at = z * splat(CELLS_PER_UNIT) + splat(OFFSET);
        let at = at.max(splat(0.0)).min(splat((CELLS - 1) as f64));
        let cell = at.floor();
        place.along.store((at - cell) - splat(0.5));
        let cells = u64x8::truncate_from(cell);
        let few = count.simd_le(splat(OWN as f64));
        place.few = few.to_bitmask();
        if few.any_true() {
            let from_one = few.select(count - splat(1.0), splat(0.0)).max(splat(0.0));
            let own = u64x8::truncate_from(from_one) * word(CELLS as u64) + cells;
            place.own.set(simd, own, self.own.len());
        }
        if !few.all_true() {
            let root = count.sqrt();
            let bits: u64x8<S> = (splat(1.0) / root).bitcast();
            let across: f64x8<S> = ((bits & word(MANTISSA)) | word(ONE)).bitcast();
            place.across.store(across - splat(1.5));
            place.normal.store(count * splat(self.mean) + root * splat(self.sd) * z);
            // Where the count is beyond the last band the last cell is read, which is NaN; where it is few, it does not matter.
            let last = self.bands.len() as u64 / (2 * CELLS as u64) - 1;
            let band = (word(FIRST) - (bits >> 52)).min(word(last + 1));
            // Which table serves a lane is that lane's own matter: a value must not depend on the years beside it.
            let light = band.simd_ge(word(self.light_from)) & band.simd_le(word(last));
            place.light = (light | few).to_bitmask();
            let index = (band - word(self.light_from)) * word(CELLS as u64) + cells;
            // Other lanes read a cell that is not NaN, so as not to be looked up twice.
            place.light_cell.set(simd, light.select(index, word(CELLS as u64 / 2)), self.light.len().max(CELLS));
            let index = (band * word(CELLS as u64) + cells).min(word(self.bands.len() as u64 / 2 - 1));
            place.band_cell.set(simd, index + index, self.bands.len() - 1);
        }
    }

    /// The sums at a place.
    #[inline(always)]
    fn sum<S: Simd>(&self, simd: S, count: f64x8<S>, place: &Place) -> f64x8<S> {
        const ALL: u64 = 0xff;
        let splat = |value: f64| f64x8::splat(simd, value);
        let mut sum = if place.few == ALL { self.of_few(simd, place) } else { self.of_many(simd, count, place) };
        if place.few != ALL && place.few != 0 {
            sum = mask64x8::from_bitmask(simd, place.few).select(self.of_few(simd, place), sum);
        }
        let (least, most) = (count * splat(self.low), count * splat(self.high));
        let sum = sum.simd_lt(least).select(least, sum);
        let sum = sum.simd_gt(most).select(most, sum);
        count.simd_lt(splat(1.0)).select(splat(0.0), sum)
    }

    #[inline(always)]
    fn of_few<S: Simd>(&self, simd: S, place: &Place) -> f64x8<S> {
        let [c0, c1, c2, c3, c4, c5, _, _] = lookup(simd, &self.own, &place.own, 0);
        let along = place.along.load(simd);
        let square = along * along;
        (c0 + c1 * along) + square * ((c2 + c3 * along) + square * (c4 + c5 * along))
    }

    #[inline(always)]
    fn of_many<S: Simd>(&self, simd: S, count: f64x8<S>, place: &Place) -> f64x8<S> {
        let (along, across) = (place.along.load(simd), place.across.load(simd));
        let mut sum = count;
        let mut serves = mask64x8::from_bitmask(simd, 0);
        if place.light != place.few {
            let correction = cubics(simd, &self.light, &place.light_cell, 0, along, across);
            sum = place.normal.load(simd) + f64x8::splat(simd, self.sd) * correction;
            serves = mask64x8::from_bitmask(simd, place.light) & !sum.is_nan();
            if serves.all_true() {
                return sum;
            }
        }
        let low = cubics(simd, &self.bands, &place.band_cell, 0, along, across);
        let high = cubics(simd, &self.bands, &place.band_cell, 1, along, across);
        serves.select(sum, count * (low + (across * across) * high))
    }

    /// Share of the probability that the plain law serves, at its worst over the counts that have cells.
    pub fn plain_share(&self) -> f64 {
        let nan = |row: &Pack| row.0[0].is_nan();
        let of = |cells: Vec<bool>| -> f64 {
            cells.iter().enumerate().filter(|(_, nan)| **nan).map(|(cell, _)| cell_mass(cell)).sum()
        };
        let own = self.own.chunks(CELLS).map(|cells| of(cells.iter().map(nan).collect()));
        let bands = self.bands.chunks(2 * CELLS).map(|cells| of(cells.iter().step_by(2).map(nan).collect()));
        own.chain(bands).fold(0.0, f64::max)
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&self.own[..]) + size_of_val(&self.bands[..]) + size_of_val(&self.light[..])
    }
}

/// A row of eight coefficients a lane: two powers across, each a cubic in the place.
#[inline(always)]
fn cubics<S: Simd>(
    simd: S,
    rows: &[Pack],
    index: &RowIndex,
    offset: usize,
    place: f64x8<S>,
    across: f64x8<S>,
) -> f64x8<S> {
    let [a0, a1, a2, a3, b0, b1, b2, b3] = lookup(simd, rows, index, offset);
    let square = place * place;
    ((a0 + a1 * place) + square * (a2 + a3 * place)) + across * ((b0 + b1 * place) + square * (b2 + b3 * place))
}

#[cold]
#[inline(never)]
fn repair(law: &General, counts: [f64; LANES], folded: [f64; LANES], out: &mut Pack) {
    for lane in 0..LANES {
        if out.0[lane].is_nan() {
            out.0[lane] = law.quantile(counts[lane], Probability::from_folded(folded[lane]));
        }
    }
}

fn edge(cell: usize) -> f64 {
    (cell as f64 - OFFSET) / CELLS_PER_UNIT
}

fn cell_mass(cell: usize) -> f64 {
    let p = |z: f64| normal_cdf(z).p();
    let from = if cell == 0 { 0.0 } else { p(edge(cell)) };
    let to = if cell + 1 == CELLS { 1.0 } else { p(edge(cell + 1)) };
    to - from
}

/// The plain quantile at a place of a cell.
fn exact(law: &General, count: f64, cell: usize, place: f64) -> f64 {
    law.quantile(count, normal_cdf(edge(cell) + (place + 0.5) / CELLS_PER_UNIT))
}

fn misses(law: &General, count: f64, found: f64, exact: f64, error: f64) -> bool {
    let scale = exact.abs().max(FLOOR * count.sqrt() * law.scale());
    let near = (found - exact).abs() <= error * scale;
    !near
}

fn is_edge(cell: usize) -> bool {
    cell == 0 || cell + 1 == CELLS
}

fn own_cell(law: &General, count: f64, cell: usize) -> Pack {
    if is_edge(cell) {
        return NAN;
    }
    let c = through(&lobatto::<6>().map(|place| exact(law, count, cell, place)));
    for place in [-0.46, -0.25, 0.1, 0.4] {
        let found = c.iter().rev().fold(0.0, |sum, c| sum * place + c);
        if misses(law, count, found, exact(law, count, cell, place), ERROR) {
            return NAN;
        }
    }
    Pack([c[0], c[1], c[2], c[3], c[4], c[5], 0.0, 0.0])
}

fn band_cell(law: &General, from: f64, cell: usize) -> [Pack; 2] {
    if is_edge(cell) {
        return [NAN; 2];
    }
    // 1 / sqrt(n) runs from half of this to this, the place across from -1/2 to 1/2.
    let most = 1.0 / from.sqrt();
    let count_at = |across: f64| {
        let inverse_root = 0.5 * most * (across + 1.5);
        1.0 / (inverse_root * inverse_root)
    };
    let nodes = lobatto::<4>();
    // By place in z and power across, then by power across and power of z.
    let rows = nodes.map(|place| {
        through(&nodes.map(|across| {
            let count = count_at(across);
            exact(law, count, cell, place) / count
        }))
    });
    let mut all = [[0.0; 4]; 4];
    for (power, powers) in all.iter_mut().enumerate() {
        *powers = through(&rows.map(|row| row[power]));
    }
    for (place, across) in [(-0.3, -0.3), (0.3, 0.3), (-0.3, 0.4), (0.05, -0.45)] {
        let line = |c: &[f64; 4], x: f64| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
        let count = count_at(across);
        let found = count * line(&all.map(|powers| line(&powers, place)), across);
        if misses(law, count, found, exact(law, count, cell, place), ERROR) {
            return [NAN; 2];
        }
    }
    let pair = |a: [f64; 4], b: [f64; 4]| Pack([a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]]);
    [pair(all[0], all[1]), pair(all[2], all[3])]
}

/// The correction to the normal law in units of its deviation for one amount, linear across.
fn light_cell(law: &General, mean: f64, sd: f64, from: f64, cell: usize) -> Pack {
    let varies = sd > 0.0 && sd.is_finite();
    if is_edge(cell) || !varies {
        return NAN;
    }
    let most = 1.0 / from.sqrt();
    let count_at = |across: f64| {
        let inverse_root = 0.5 * most * (across + 1.5);
        1.0 / (inverse_root * inverse_root)
    };
    let z_at = |place: f64| edge(cell) + (place + 0.5) / CELLS_PER_UNIT;
    let normal = |count: f64, place: f64| count * mean + count.sqrt() * sd * z_at(place);
    let correction = |count: f64, place: f64| (exact(law, count, cell, place) - normal(count, place)) / sd;
    // The two Chebyshev points of [-1/2, 1/2] halve the error of a line through the ends.
    let half = 0.5 * std::f64::consts::FRAC_1_SQRT_2;
    let nodes = lobatto::<4>();
    let [low, high] = [-half, half].map(|across| through(&nodes.map(|place| correction(count_at(across), place))));
    let mut row = [0.0; LANES];
    for power in 0..4 {
        row[power] = 0.5 * (low[power] + high[power]);
        row[4 + power] = (high[power] - low[power]) / (2.0 * half);
    }
    let line = |c: &[f64], x: f64| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    for (place, across) in [(-0.3, -0.5), (0.3, 0.0), (-0.3, 0.5), (0.05, -0.45)] {
        let count = count_at(across);
        let found = normal(count, place) + sd * (line(&row[..4], place) + across * line(&row[4..], place));
        // A twentieth of an amount at the most, so that more amounts never sum to less.
        let error = EVEN_ERROR.min(0.05 / count);
        if misses(law, count, found, exact(law, count, cell, place), error) {
            return NAN;
        }
    }
    Pack(row)
}

/// The Chebyshev-Lobatto points of [-1/2, 1/2].
fn lobatto<const N: usize>() -> [f64; N] {
    let mut nodes = [0.0; N];
    for (i, node) in nodes.iter_mut().enumerate() {
        *node = -0.5 * cos(std::f64::consts::PI * i as f64 / (N - 1) as f64);
    }
    (nodes[0], nodes[N - 1]) = (-0.5, 0.5);
    nodes
}

/// Coefficients of the polynomial through values at the [`lobatto`] points, by Newton's divided differences.
fn through<const N: usize>(values: &[f64; N]) -> [f64; N] {
    let nodes = lobatto::<N>();
    let mut divided = *values;
    for order in 1..N {
        for i in (order..N).rev() {
            divided[i] = (divided[i] - divided[i - 1]) / (nodes[i] - nodes[i - order]);
        }
    }
    let mut c = [0.0; N];
    for i in (0..N).rev() {
        // c = c (x - node) + divided
        for power in (1..N).rev() {
            c[power] = c[power - 1] - nodes[i] * c[power];
        }
        c[0] = divided[i] - nodes[i] * c[0];
    }
    c
}
