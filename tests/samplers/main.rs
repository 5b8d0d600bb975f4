//! Do the fast samplers of laws, counts and sums give what the plain functions and independent references say?

// References of tests decide no drawn value: std's functions are a second opinion on our own.
#![allow(clippy::disallowed_methods)]
#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "checks are written so that NaN fails")]

mod counts;
mod drawn;
mod sums;
mod tables;

use tailcost::distributions::Law;
use tailcost::numerics::simd::{Pack, flat_mut, packs_for};

fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
    Law::from_parameters(family, parameters).unwrap_or_else(|error| panic!("{family} {parameters:?}: {error}"))
}

/// A column of so many values, a multiple of eight.
fn column(len: usize, value: impl Fn(usize) -> f64) -> Vec<Pack> {
    let mut packs = vec![Pack::ZERO; packs_for(len)];
    flat_mut(&mut packs).iter_mut().enumerate().for_each(|(i, slot)| *slot = value(i));
    packs
}

/// A fixed, well mixed sequence in (0, 1): Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195.
fn unit(index: u64) -> f64 {
    let mut z = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}
