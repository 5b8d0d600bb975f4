//! Which quantile does a sum of n amounts have when no family gives it?

use super::closed::Closed;
use super::convolution::Convolver;
use super::points::Points;
use super::steps::{self, Steps};
use super::table::{Fineness, QuantileTable, TABLE_END};
use crate::distributions::{Law, Sampler};
use crate::numerics::elementary::{exp, ln, pow};
use crate::numerics::{Probability, special};

/// Every count up to this one has a law of its own, more for laws with atoms.
const OWN_LAWS: u64 = 16;
/// Most counts that have a law of their own.
const MOST_OWN_LAWS: u64 = 1024;
/// Memory for laws kept value by value.
const MOST_STEP_BYTES: usize = 3 << 20;
/// Counts up to which tables are fine: sums of few amounts still show their amount's kinks.
const FINE_COUNTS: u64 = 8;
/// Nodes reach at least to this count, and at most to that.
const LEAST_REACH: f64 = 4096.0;
const MOST_REACH: f64 = 4_194_304.0;

/// The law of one count.
enum Own {
    Steps(Steps),
    Table(QuantileTable),
}

/// The law of a node count, and what its interpolation needs.
struct Node {
    count: f64,
    inverse_root: f64,
    table: QuantileTable,
}

/// Sums as tables of the log of the height above the floors, at own counts and at nodes between which it is
/// interpolated.
pub(super) struct General {
    amount: Law,
    sampler: Sampler,
    closed: Option<Closed>,
    floor: f64,
    /// Greatest height of one amount.
    top: f64,
    /// Probability that the amount is the floor itself, when that atom is kept out of the tables.
    floor_weight: f64,
    /// Step of a lattice law; tables then hold a smooth law through the lattice cdf.
    lattice: Option<f64>,
    mean: f64,
    variance: f64,
    own: Vec<Own>,
    nodes: Vec<Node>,
    /// For each four neighbouring nodes, the inverse products of Lagrange's formula.
    stencils: Vec<[f64; 4]>,
}

impl General {
    pub fn compile(amount: &Law, largest_count: f64) -> Self {
        let closed = Closed::of(amount);
        let sampler = Sampler::compile(amount);
        let points = Points::new(amount, &sampler);
        let discrete = points.discrete.as_deref();
        let lattice = discrete.and_then(steps::lattice_step);
        let moments = amount.moments();
        let own_laws = match (discrete, lattice) {
            (Some(atoms), Some(step)) => steps::rippled_counts(atoms, step, moments.variance, OWN_LAWS, MOST_OWN_LAWS),
            (Some(atoms), None) if atoms.len() < 64 => 4 * OWN_LAWS,
            _ => OWN_LAWS,
        };
        let mut builder = Builder { closed: closed.as_ref(), convolver: Convolver::new(&points, lattice), lattice };
        let mut own = Vec::new();
        let mut values = discrete.map(<[_]>::to_vec);
        let mut step_bytes = 0;
        for count in 1..=own_laws {
            if let (Some(atoms), true) = (discrete, count > 1) {
                values = values.and_then(|v| steps::plus_one(&v, atoms));
            }
            let mixed = discrete.is_none() && pow(points.upper_atoms, count as f64) > 1e-5;
            let law = match &values {
                Some(v) if step_bytes < MOST_STEP_BYTES => Own::Steps(Steps::of_values(v)),
                _ if mixed => Own::Steps(Steps::on_grid(builder.convolver.law(count))),
                _ if count <= FINE_COUNTS => Own::Table(builder.table(count, Fineness::Fine)),
                _ => Own::Table(builder.table(count, Fineness::Coarse)),
            };
            if let Own::Steps(steps) = &law {
                step_bytes += steps.bytes();
            }
            own.push(law);
        }
        let reach = largest_count.max(reach_of(amount)).clamp(LEAST_REACH, MOST_REACH);
        let nodes: Vec<Node> = node_counts(own_laws, reach)
            .map(|count| Node {
                count: count as f64,
                inverse_root: 1.0 / (count as f64).sqrt(),
                table: builder.table(count, Fineness::Coarse).raised(-ln(count as f64)),
            })
            .collect();
        let stencils = nodes.windows(4).map(inverse_products).collect();
        Self {
            amount: amount.clone(),
            sampler,
            closed,
            floor: points.floor,
            top: amount.support().1 - points.floor,
            floor_weight: if discrete.is_some() { 0.0 } else { points.floor_weight },
            lattice,
            mean: moments.mean,
            variance: moments.variance,
            own,
            nodes,
            stencils,
        }
    }

    /// Does a sum have a density, so that its quantile is smooth?
    pub fn is_smooth(&self) -> bool {
        let steps = self.own.iter().any(|law| matches!(law, Own::Steps(_)));
        self.lattice.is_none() && self.floor_weight == 0.0 && !steps
    }

    /// Least and greatest amount.
    pub fn support(&self) -> (f64, f64) {
        (self.floor, self.floor + self.top)
    }

    /// Of one amount.
    pub fn mean_and_sd(&self) -> (f64, f64) {
        (self.mean, self.variance.sqrt())
    }

    /// How far amounts spread: a standard deviation, or where there is none what half of them are within.
    pub fn scale(&self) -> f64 {
        if self.variance.is_finite() { self.variance.sqrt() } else { self.sampler.at(Probability::lower(0.5)).abs() }
    }

    /// The sum of `n >= 1` amounts at a probability.
    #[inline]
    pub fn quantile(&self, n: f64, p: Probability) -> f64 {
        if n == 1.0 {
            return self.sampler.at(p);
        }
        n * self.floor + self.height(n, p)
    }

    fn height(&self, n: f64, p: Probability) -> f64 {
        if self.floor_weight == 0.0 {
            return self.height_above(n, p, 1.0);
        }
        let atom = pow(self.floor_weight, n);
        let rest = 1.0 - atom;
        if p.is_upper() {
            if p.q() >= rest { 0.0 } else { self.height_above(n, Probability::upper(p.q() / rest), rest) }
        } else if p.p() <= atom {
            0.0
        } else {
            self.height_above(n, Probability::lower((p.p() - atom) / rest), rest)
        }
    }

    /// The height at a probability among the `rest` of years in which the sum is above its floor.
    fn height_above(&self, n: f64, p: Probability, rest: f64) -> f64 {
        if p.tail() < TABLE_END {
            return self.far(n, p, rest);
        }
        let reach = self.nodes[self.nodes.len() - 2].count;
        let height = if n > reach { self.beyond(n, reach, p) } else { self.within(n, p) };
        height.min(n * self.top)
    }

    fn within(&self, n: f64, p: Probability) -> f64 {
        let height = if n <= self.own.len() as f64 {
            match &self.own[n as usize - 1] {
                Own::Steps(steps) => return steps.at(p),
                Own::Table(table) => exp(table.at(p)),
            }
        } else {
            n * exp(self.between(n, p))
        };
        match self.lattice {
            Some(step) => ((height / step - 1.0).round()).max(0.0) * step,
            None => height,
        }
    }

    /// Cubic in `1 / sqrt(n)`, the variable of Edgeworth's series, through the four nearest nodes.
    #[inline]
    fn between(&self, n: f64, p: Probability) -> f64 {
        let first = (self.own.len() as f64).to_bits() >> 50;
        let place = ((n.to_bits() >> 50) - first) as usize;
        let place = place.min(self.stencils.len() - 1);
        let products = &self.stencils[place];
        let nodes = &self.nodes[place..place + 4];
        let v = 1.0 / n.sqrt();
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| v - nodes[i].inverse_root);
        let weights = [b * c * d, a * c * d, a * b * d, a * b * c];
        let cell = nodes[0].table.cell(p);
        (0..4).map(|i| weights[i] * products[i] * nodes[i].table.within(cell)).sum::<f64>()
    }

    /// Past the last node: the deviation from the normal limit fades as `1 / sqrt(n)`, the first term of Edgeworth's
    /// series; without a variance the sum follows its stable limit's scaling from there.
    fn beyond(&self, n: f64, reach: f64, p: Probability) -> f64 {
        let last = self.within(reach, p);
        let mean = self.mean - self.floor;
        let height = if self.variance.is_finite() {
            let z = special::normal_quantile(p);
            let last_z = (last - reach * mean) / (reach * self.variance).sqrt();
            n * mean + (n * self.variance).sqrt() * (z + (last_z - z) * (reach / n).sqrt())
        } else {
            let growth = pow(n / reach, 1.0 / self.amount.tail_indices().1);
            if mean.is_finite() { n * mean + (last - reach * mean) * growth } else { last * growth }
        };
        self.lattice.map_or(height, |step| (height / step).round() * step)
    }

    /// Past the tables' ends. Below, a power of the probability. Above, from where the table ends the sum grows as its
    /// largest amount does, or as its normal limit if that is faster: the one is exact for heavy tails, the other for
    /// light ones, both are bounds from below in between.
    #[cold]
    fn far(&self, n: f64, p: Probability, rest: f64) -> f64 {
        if let Some(closed) = &self.closed {
            return closed.quantile(n, p) - n * self.floor;
        }
        if n <= self.own.len() as f64
            && let Own::Steps(steps) = &self.own[n as usize - 1]
        {
            return steps.at(p);
        }
        let at = |tail: f64| {
            let p = if p.is_upper() { Probability::upper(tail) } else { Probability::lower(tail) };
            self.height_above(n, p, rest)
        };
        let end = at(TABLE_END);
        if p.is_upper() {
            let largest = |q: f64| self.sampler.at(Probability::upper(q * rest / n));
            let jump = largest(p.tail()) - largest(TABLE_END);
            let limit = if self.variance.is_finite() {
                let z = |q| special::normal_quantile(Probability::upper(q));
                (n * self.variance).sqrt() * (z(p.tail()) - z(TABLE_END))
            } else {
                0.0
            };
            (end + jump.max(limit)).min(n * self.top)
        } else if end > 0.0 {
            let slope = (ln(at(2.0 * TABLE_END) / end) / std::f64::consts::LN_2).max(0.0);
            end * pow(p.tail() / TABLE_END, slope)
        } else {
            end
        }
    }

    pub fn bytes(&self) -> usize {
        let own: usize = self
            .own
            .iter()
            .map(|law| match law {
                Own::Steps(steps) => steps.bytes(),
                Own::Table(table) => table.bytes(),
            })
            .sum();
        own + self.nodes.iter().map(|node| node.table.bytes()).sum::<usize>()
    }
}

/// The count from which the first term of Edgeworth's series is enough.
fn reach_of(amount: &Law) -> f64 {
    let skewness = amount.skewness();
    if skewness.is_finite() { 1000.0 * skewness * skewness } else { MOST_REACH }
}

/// Four nodes an octave, at 1, 1.25, 1.5 and 1.75, so that a count's node is read off its float bits; one more on
/// either side for the interpolation.
fn node_counts(own_laws: u64, reach: f64) -> impl Iterator<Item = u64> {
    let last = (reach as u64).next_power_of_two();
    let octaves = std::iter::successors(Some(own_laws), |o| Some(2 * o)).take_while(move |o| *o < last);
    std::iter::once(own_laws / 8 * 7)
        .chain(octaves.flat_map(|o| [o, o / 4 * 5, o / 2 * 3, o / 4 * 7]))
        .chain([last, last / 4 * 5])
}

fn inverse_products(nodes: &[Node]) -> [f64; 4] {
    [0, 1, 2, 3].map(|i| {
        let others = (0..4).filter(|j| *j != i).map(|j| nodes[i].inverse_root - nodes[j].inverse_root);
        1.0 / others.product::<f64>()
    })
}

struct Builder<'a> {
    closed: Option<&'a Closed>,
    convolver: Convolver<'a>,
    lattice: Option<f64>,
}

impl Builder<'_> {
    fn table(&mut self, count: u64, fineness: Fineness) -> QuantileTable {
        let tails = QuantileTable::tails(fineness);
        if let Some(closed) = self.closed {
            return closed.table(count as f64, fineness);
        }
        let law = self.convolver.law(count);
        // Lattice tables start half a step below zero.
        let lift = self.lattice.unwrap_or(0.0);
        QuantileTable::new(
            fineness,
            &law.log_heights_from_below(tails.clone(), lift),
            &law.log_heights_from_above(tails, lift),
        )
    }
}
