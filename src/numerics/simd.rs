//! On which vector instructions does the hot loop run, with the same bits on all of them?
//!
//! Kernels are written once, generic over [`Simd`], eight values at a time; `fearless_simd` turns them into AVX-512, AVX2, SSE2 or
//! NEON instructions, and a [`Level`] proves at run time which of them the machine has. Bits are the same on every level because
//! each operation used is exact or correctly rounded (IEEE 754) and their order is that of the source: no fused multiply-add, no
//! reassociation, no reduction across lanes but in a fixed order, no approximate reciprocal.

pub use fearless_simd::prelude::*;
pub use fearless_simd::{Level, f64x8, mask64x8, u64x8};

use bytemuck::{Pod, Zeroable};

/// Values handled at once, on every level.
pub const LANES: usize = 8;

/// Eight neighbouring years of a column, on a cache line of their own.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct Pack(pub [f64; LANES]);

/// Eight words of 64 bits, on a cache line of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct Words(pub [u64; LANES]);

impl Pack {
    pub const ZERO: Self = Self([0.0; LANES]);

    #[inline(always)]
    pub fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    pub fn load<S: Simd>(&self, simd: S) -> f64x8<S> {
        f64x8::load_array_ref(simd, &self.0)
    }

    #[inline(always)]
    pub fn store<S: Simd>(&mut self, value: f64x8<S>) {
        value.store_slice(&mut self.0);
    }
}

impl Words {
    pub const ZERO: Self = Self([0; LANES]);

    #[inline(always)]
    pub fn load<S: Simd>(&self, simd: S) -> u64x8<S> {
        u64x8::load_array_ref(simd, &self.0)
    }
}

/// A column of a block, or one value for all of its years: a constant costs no memory traffic.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    packs: &'a [Pack],
    /// All ones for a column, 0 for a constant.
    mask: usize,
}

impl<'a> Column<'a> {
    pub fn varying(packs: &'a [Pack]) -> Self {
        Self { packs, mask: usize::MAX }
    }

    pub fn constant(pack: &'a Pack) -> Self {
        Self { packs: std::slice::from_ref(pack), mask: 0 }
    }

    #[inline(always)]
    pub fn load<S: Simd>(&self, simd: S, index: usize) -> f64x8<S> {
        self.packs[index & self.mask].load(simd)
    }

    #[inline(always)]
    pub fn pack(&self, index: usize) -> Pack {
        self.packs[index & self.mask]
    }

    /// The value of one year.
    #[inline(always)]
    pub fn at(&self, row: usize) -> f64 {
        self.packs[(row / LANES) & self.mask].0[row % LANES]
    }
}

/// The packs that hold so many values.
pub fn packs_for(values: usize) -> usize {
    values.div_ceil(LANES)
}

/// A column's values one by one.
pub fn flat(packs: &[Pack]) -> &[f64] {
    bytemuck::cast_slice(packs)
}

pub fn flat_mut(packs: &mut [Pack]) -> &mut [f64] {
    bytemuck::cast_slice_mut(packs)
}

/// The instructions a user may ask for, to see that results do not depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instructions {
    /// What every machine of the architecture has: SSE2, or NEON on ARM.
    Plain,
    Avx2,
    Avx512,
}

impl Instructions {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Avx2, Self::Avx512];

    /// The level, where this machine has it.
    #[cfg(target_arch = "x86_64")]
    pub fn level(self) -> Option<Level> {
        let best = Level::new();
        match self {
            Self::Plain => best.as_sse2().map(Level::Sse2),
            Self::Avx2 => best.as_avx2().map(Level::Avx2),
            Self::Avx512 => best.as_avx512().map(Level::Avx512),
        }
    }

    /// The level, where this machine has it.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Plain => Some(Level::baseline()),
            Self::Avx2 | Self::Avx512 => None,
        }
    }

    /// The best of them that this machine has.
    pub fn best() -> Level {
        [Self::Avx512, Self::Avx2, Self::Plain].into_iter().find_map(Self::level).unwrap_or_else(Level::new)
    }
}

/// Runs an expression on a level: it is compiled once for each, `$simd` being the token of the instructions.
///
/// `fearless_simd::dispatch!` does the same for levels between the ones claimed here, at the price of compiling them.
#[cfg(target_arch = "x86_64")]
macro_rules! on_level {
    ($level:expr, $simd:ident => $body:expr) => {{
        let level: $crate::numerics::simd::Level = $level;
        if let Some($simd) = level.as_avx512() {
            $crate::numerics::simd::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $body,
            )
        } else if let Some($simd) = level.as_avx2() {
            $crate::numerics::simd::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $body,
            )
        } else {
            let $simd = level.as_sse2().expect("every x86-64 has SSE2");
            $crate::numerics::simd::Simd::vectorize(
                $simd,
                #[inline(always)]
                || $body,
            )
        }
    }};
}

#[cfg(not(target_arch = "x86_64"))]
macro_rules! on_level {
    ($level:expr, $simd:ident => $body:expr) => {
        fearless_simd::dispatch!($level, $simd => $body)
    };
}

pub(crate) use on_level;

/// The columns of eight rows: `result[j][i] = rows[i][j]`. Three rounds of interleaving rows four apart.
#[inline(always)]
pub fn transpose<S: Simd>(simd: S, rows: [f64x8<S>; LANES]) -> [f64x8<S>; LANES] {
    interleave(simd, interleave(simd, interleave(simd, rows)))
}

/// Which eight rows of a table to look up, all below a number of rows.
///
/// Checked when it is set and not when it is used: between the two it lies in memory, from where eight addresses are read as such. A check
/// at its use would bring it into a register first, and taking that apart costs as many shuffles as half the transposition.
#[derive(Debug, Clone, Copy)]
pub struct RowIndex {
    rows: Words,
    below: usize,
}

impl RowIndex {
    pub const ZERO: Self = Self { rows: Words::ZERO, below: 1 };

    /// # Panics
    /// If a row is not below the number given.
    #[inline(always)]
    pub fn set<S: Simd>(&mut self, simd: S, rows: u64x8<S>, below: usize) {
        assert!(rows.simd_lt(u64x8::splat(simd, below as u64)).all_true(), "a row past the end of a table");
        rows.store_slice(&mut self.rows.0);
        self.below = below;
    }
}

/// Eight rows of a table, turned into columns: `result[j][i] = rows[index[i] + offset][j]`.
///
/// Eight loads of a cache line and a transposition cost a third of eight gathers, which fetch one number a time.
///
/// # Panics
/// If the table has fewer rows than the index was checked for.
#[inline(always)]
pub fn lookup<S: Simd>(simd: S, rows: &[Pack], index: &RowIndex, offset: usize) -> [f64x8<S>; LANES] {
    assert!(index.below + offset <= rows.len(), "an index for a longer table");
    // SAFETY: every row of an index is below `below`, which holds from its construction on, and that many rows are there.
    let row = |lane: usize| unsafe { rows.get_unchecked(index.rows.0[lane] as usize + offset) }.load(simd);
    transpose(simd, [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)])
}

#[inline(always)]
fn interleave<S: Simd>(simd: S, r: [f64x8<S>; LANES]) -> [f64x8<S>; LANES] {
    [
        simd.zip_low_f64x8(r[0], r[4]),
        simd.zip_high_f64x8(r[0], r[4]),
        simd.zip_low_f64x8(r[1], r[5]),
        simd.zip_high_f64x8(r[1], r[5]),
        simd.zip_low_f64x8(r[2], r[6]),
        simd.zip_high_f64x8(r[2], r[6]),
        simd.zip_low_f64x8(r[3], r[7]),
        simd.zip_high_f64x8(r[3], r[7]),
    ]
}

/// `e^x` for `x` from -700 to 0, within 2 units in the last place: the reduction of Cody and Waite, then Taylor's polynomial of degree
/// 13 by Estrin's scheme, whose chain is a third of Horner's.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
    let splat = |value: f64| f64x8::splat(simd, value);
    // Adding and taking away 1.5 * 2^52 rounds to a whole number, which then stands in the low bits.
    let magic = splat(6_755_399_441_055_744.0);
    let shifted = x * splat(std::f64::consts::LOG2_E) + magic;
    let k = shifted - magic;
    // ln 2 in two parts; the first has 32 bits, so that its product with k is exact.
    let r = (x - k * splat(0.693_147_180_369_123_8)) - k * splat(1.908_214_929_270_587_7e-10);
    let (r2, one) = (r * r, splat(1.0));
    let r4 = r2 * r2;
    let low = ((one + r) + r2 * (splat(1.0 / 2.0) + splat(1.0 / 6.0) * r))
        + r4 * ((splat(1.0 / 24.0) + splat(1.0 / 120.0) * r) + r2 * (splat(1.0 / 720.0) + splat(1.0 / 5_040.0) * r));
    let high = ((splat(1.0 / 40_320.0) + splat(1.0 / 362_880.0) * r)
        + r2 * (splat(1.0 / 3_628_800.0) + splat(1.0 / 39_916_800.0) * r))
        + r4 * (splat(1.0 / 479_001_600.0) + splat(1.0 / 6_227_020_800.0) * r);
    let power: u64x8<S> = shifted.bitcast();
    let scale: f64x8<S> = ((power + u64x8::splat(simd, 1023)) << 52).bitcast();
    (low + (r4 * r4) * high) * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_two_units_of_the_last_place() {
        for level in levels() {
            for i in 0..4000 {
                let x = -0.004 * f64::from(i) * f64::from(i % 40 + 1) / 10.0;
                let found = on_level!(level, simd => exp(simd, f64x8::splat(simd, x)).to_array())[3];
                let exact = libm::exp(x);
                assert!((found / exact - 1.0).abs() < 4.5e-16, "{x}: {found}, exact {exact}");
            }
        }
    }

    /// The levels this machine has; on others there is less to compare.
    pub(crate) fn levels() -> Vec<Level> {
        Instructions::ALL.into_iter().filter_map(Instructions::level).collect()
    }

    #[test]
    fn transposing_swaps_rows_and_columns() {
        for level in levels() {
            let out = on_level!(level, simd => {
                let row = |i: usize| Pack(std::array::from_fn(|j| (10 * i + j) as f64)).load(simd);
                let columns = transpose(simd, [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)]);
                columns.map(|column| column.to_array())
            });
            for (j, column) in out.iter().enumerate() {
                assert_eq!(*column, std::array::from_fn(|i| (10 * i + j) as f64));
            }
        }
    }

    #[test]
    fn some_level_is_always_there() {
        assert!(Instructions::Plain.level().is_some());
        assert!(!levels().is_empty());
    }
}
