//! Which weighted points stand for one amount when its sums are worked out?

use crate::distributions::{Law, Sampler};
use crate::numerics::Probability;

/// Tail probability below which an unbounded lower tail is cut: a legal cost is below 0 with at most 1e-9.
const LOWER_CUT: f64 = 1e-10;
/// Octaves of tail probability that are cut into many panels, and into few.
const FINE_OCTAVES: i32 = 34;
/// Sums of n amounts reach n times further up the tail of one.
const FINE_UPPER_OCTAVES: i32 = 54;
const ALL_OCTAVES: i32 = 64;
/// With more atoms than this, the law between them is not refined towards each.
const GRADED_ATOMS: usize = 8;
/// Abscissae and weights of the four-point Gauss-Legendre rule on [0, 1].
const GAUSS: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// An amount as many weighted points above its floor, in ascending order.
///
/// Atoms are themselves; the rest is a composite Gauss rule over the quantile function, in panels that are fine
/// towards both ends. A panel over which the quantile jumps (a gap in the law) is halved until the jump holds no weight.
pub(super) struct Points {
    /// What was subtracted: the least value, or a far lower quantile when there is none.
    pub floor: f64,
    /// Height above the floor, and weight. Weights sum to 1.
    pub heights: Vec<(f64, f64)>,
    /// Probability of the floor itself.
    pub floor_weight: f64,
    /// Atoms as (height, weight) when the law is nothing else.
    pub discrete: Option<Vec<(f64, f64)>>,
    /// Total weight of atoms above the floor.
    pub upper_atoms: f64,
}

impl Points {
    pub fn new(amount: &Law, sampler: &Sampler) -> Self {
        let floor = floor_of(amount);
        let atoms: Vec<(f64, f64)> = amount.atoms().into_iter().map(|(x, w)| (x - floor, w)).collect();
        let atom_weight: f64 = atoms.iter().map(|a| a.1).sum();
        let floor_weight = atoms.first().filter(|a| a.0 <= 0.0).map_or(0.0, |a| a.1);
        let discrete = atom_weight > 1.0 - 1e-12;
        let mut heights = atoms.clone();
        if !discrete {
            let holes: Vec<(Probability, Probability)> =
                amount.atoms().iter().map(|&(x, _)| (amount.below(x), amount.cdf(x))).collect();
            for upper in [false, true] {
                Side { amount, sampler, floor, upper, holes: &holes, gap: body_gap(amount) }.panels(&mut heights);
            }
        }
        heights.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Compensated, since sums of n amounts multiply what is missing from 1 by n.
        let (total, lost) = heights.iter().fold((0.0, 0.0), |(sum, lost): (f64, f64), &(_, weight)| {
            let next = sum + weight;
            let low = if sum > weight { (sum - next) + weight } else { (weight - next) + sum };
            (next, lost + low)
        });
        let total = total + lost;
        heights.iter_mut().for_each(|h| h.1 /= total);
        Self {
            floor,
            heights,
            floor_weight,
            upper_atoms: atom_weight - floor_weight,
            discrete: discrete.then_some(atoms),
        }
    }

    /// Mean of `min(height, cap)`.
    pub fn capped_mean(&self, cap: f64) -> f64 {
        let end = self.heights.partition_point(|h| h.0 < cap);
        let (mean, inside) = self.heights[..end].iter().fold((0.0, 0.0), |(m, w), h| (m + h.0 * h.1, w + h.1));
        mean + cap * (1.0 - inside).max(0.0)
    }

    /// Mean and variance of the heights.
    pub fn mean_and_variance(&self) -> (f64, f64) {
        let mean: f64 = self.heights.iter().map(|h| h.0 * h.1).sum();
        (mean, self.heights.iter().map(|h| (h.0 - mean) * (h.0 - mean) * h.1).sum())
    }

    /// At most about `groups` points instead, each the least of those it stands for.
    pub fn grouped(&self, groups: usize) -> Vec<(f64, f64)> {
        let size = self.heights.len().div_ceil(groups);
        self.heights.chunks(size).map(|group| (group[0].0, group.iter().map(|h| h.1).sum())).collect()
    }
}

/// What every amount exceeds. A law that keeps far away from its least value, as a lognormal with a small sigma does from 0, has
/// the cut quantile instead: grids are as fine as heights are small, and its heights would be all distance and no spread.
fn floor_of(amount: &Law) -> f64 {
    let least = amount.support().0;
    let cut = amount.quantile(Probability::lower(LOWER_CUT));
    let middle = amount.quantile(Probability::lower(0.5));
    let is_near = cut - least < 0.5 * (middle - least) || amount.atoms().iter().any(|(x, _)| *x < cut);
    if least.is_finite() && is_near { least } else { cut }
}

/// Widest step of the quantile within one panel that is not taken for a gap.
fn body_gap(amount: &Law) -> f64 {
    (amount.quantile(Probability::upper(0.1)) - amount.quantile(Probability::lower(0.1))) / 64.0
}

/// One half of the unit interval, measured from its end.
struct Side<'a> {
    amount: &'a Law,
    sampler: &'a Sampler,
    floor: f64,
    upper: bool,
    holes: &'a [(Probability, Probability)],
    gap: f64,
}

impl Side<'_> {
    fn at(&self, tail: f64) -> f64 {
        let p = if self.upper { Probability::upper(tail) } else { Probability::lower(tail) };
        let height = self.sampler.at(p) - self.floor;
        // The sampler is exact beside the law's spread, not beside a height that is nearly nothing.
        if height > 0.064 * self.gap { height } else { (self.amount.quantile(p) - self.floor).max(0.0) }
    }

    /// Tail probability of an edge as seen from this side.
    fn tail(&self, edge: Probability) -> f64 {
        if self.upper { edge.q() } else { edge.p() }
    }

    fn panels(&self, out: &mut Vec<(f64, f64)>) {
        let fine = if self.upper { FINE_UPPER_OCTAVES } else { FINE_OCTAVES };
        for octave in 1..ALL_OCTAVES {
            let high = libm::ldexp(1.0, -octave);
            let count: u32 = match octave {
                1 => 512,
                2 => 256,
                3..=14 => 128,
                _ if octave <= fine => 64,
                _ => 4,
            };
            let step = 0.5 * high / f64::from(count);
            for panel in 0..count {
                let low = 0.5 * high + step * f64::from(panel);
                self.around_holes(low, low + step, out);
            }
        }
        self.around_holes(0.0, libm::ldexp(1.0, -ALL_OCTAVES), out);
    }

    /// The parts of a panel that no atom covers.
    fn around_holes(&self, low: f64, high: f64, out: &mut Vec<(f64, f64)>) {
        let mut edges = vec![(low, high)];
        for &(below, upto) in self.holes {
            let (a, b) = (self.tail(below), self.tail(upto));
            let (a, b) = if self.upper { (b, a) } else { (a, b) };
            if b <= low || a >= high {
                continue;
            }
            edges = edges
                .into_iter()
                .flat_map(|(from, to)| [(from, to.min(a)), (from.max(b), to)])
                .filter(|(from, to)| to > from)
                .collect();
        }
        for (from, to) in edges {
            self.graded(from, to, out);
        }
    }

    /// Panels that become finer towards the ends of atoms, where what is left of the law has a tail of its own.
    fn graded(&self, low: f64, high: f64, out: &mut Vec<(f64, f64)>) {
        let width = high - low;
        let ends = self.holes.iter().flat_map(|&(below, upto)| [self.tail(below), self.tail(upto)]);
        let distance = ends.map(|end| (low - end).max(end - high)).fold(f64::INFINITY, f64::min);
        if self.holes.len() <= GRADED_ATOMS && width > 1e-11 && distance < 24.0 * width {
            let middle = low + 0.5 * width;
            self.graded(low, middle, out);
            self.graded(middle, high, out);
        } else {
            self.panel(low, high, out);
        }
    }

    fn panel(&self, low: f64, high: f64, out: &mut Vec<(f64, f64)>) {
        let width = high - low;
        let inner = GAUSS.map(|(at, weight)| (self.at(low + width * at), width * weight));
        let (first, last) = (inner[0].0, inner[3].0);
        let step = (last - first).abs();
        if step > self.gap.max(0.125 * first.max(last)) && width > 1e-10 {
            let middle = low + 0.5 * width;
            self.panel(low, middle, out);
            self.panel(middle, high, out);
        } else {
            out.extend(inner);
        }
    }
}
