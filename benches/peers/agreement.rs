//! Do two programs say the same, within the error of sampling?
//!
//! The rounds are independent, so that their average has a standard error smaller by the root of their number. The
//! means of components are compared as well: case mix outweighs all other lines, and would hide what they do.
//!
//! The peers' shortcuts are allowed 50 USD in a mean and 1,000 USD in VaR 99, where the totals' standard errors in 25
//! million years are 700 USD and 3,000 USD at the least. This is what they can do by reckoning:
//! - The normal approximation keeps mean and variance of a claim sum but for the floor at 0, which the onboarding of
//!   one departure meets: `6 L(16/6) = 0.007` weeks a year with one at home, `9 L(22/9) = 0.021` abroad, `L` the
//!   normal loss function. At 12 lost hours a week, 60 and 35 USD an hour and two years in five with one departure
//!   that is 2 and 4 USD of onboarding, and at 320 and 210 USD an hour for the backlog, 11 and 24 USD of dnfb.
//! - Its missing skewness: 140 write-offs of third central moment 2.2e12 are 7e-6 of the cubed standard deviation of
//!   the domestic total, which moves VaR 99 by `sd (z^2 - 1) / 6` times that, 20 USD.
//! - Thinning instead of one uniform for the counts of all options leaves the laws of the options as they are, and adds
//!   the variance of about 50 write-offs to the blend's difference, 6e-5 of its variance: 700 USD of VaR 99.
//!   (It also makes the blend the cheapest option a little more often, in 37 years of a million instead of 31.)

use crate::figures::{Figure, Measure};
use crate::programs::{Program, Run};
use std::fmt;

/// Largest distance in standard errors of the difference: exceeded by chance in 7 of a million comparisons.
const LIMIT: f64 = 4.5;

/// The comparison of a peer with tailcost, figure by figure.
pub struct Verdict {
    pairs: Vec<Pair>,
}

struct Pair {
    peer: Figure,
    ours: Figure,
    /// What the peer's shortcuts may add.
    allowance: f64,
}

impl Verdict {
    /// # Panics
    /// When the peer leaves a figure out.
    pub fn of(program: Program, peer: &[Run], ours: &[Run]) -> Self {
        let longer = years(ours) / years(peer);
        let peers = average(peer);
        let pair = |ours: Figure| {
            let same = |peer: &&Figure| peer.measure == ours.measure && peer.subject == ours.subject;
            let mut peer = peers.iter().find(same).unwrap_or_else(|| panic!("{program} has no {ours}")).clone();
            // A rare event that a short run missed leaves its own standard error too narrow.
            peer.se = peer.se.max(ours.se * longer.sqrt());
            Pair { allowance: allowance(program, ours.measure), peer, ours }
        };
        Self { pairs: average(ours).into_iter().map(pair).collect() }
    }

    pub fn agrees(&self) -> bool {
        self.pairs.iter().all(Pair::agrees)
    }
}

fn allowance(program: Program, measure: Measure) -> f64 {
    match (program, measure) {
        (Program::Tailcost | Program::Reference, _) => 0.0,
        (_, Measure::Mean) => 50.0,
        (_, Measure::Var99) => 1_000.0,
    }
}

impl Pair {
    /// Distance beyond the allowance in standard errors of the difference.
    fn distance(&self) -> f64 {
        let gap = self.peer.value - self.ours.value;
        if gap.abs() <= self.allowance {
            return 0.0;
        }
        let se = (self.peer.se * self.peer.se + self.ours.se * self.ours.se).sqrt();
        (gap - self.allowance.copysign(gap)) / se
    }

    /// Not so where the distance is not a number.
    fn agrees(&self) -> bool {
        self.distance().abs() <= LIMIT
    }
}

fn years(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.years as f64).sum()
}

/// Every figure averaged over the rounds.
fn average(runs: &[Run]) -> Vec<Figure> {
    let rounds = runs.len() as f64;
    (0..runs[0].figures.len())
        .map(|i| {
            let figures = runs.iter().map(|run| &run.figures[i]);
            let value = figures.clone().map(|figure| figure.value).sum::<f64>() / rounds;
            let se = figures.map(|figure| figure.se * figure.se).sum::<f64>().sqrt() / rounds;
            Figure { value, se, ..runs[0].figures[i].clone() }
        })
        .collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.agrees() {
            let farthest = self.pairs.iter().max_by(|a, b| a.distance().abs().total_cmp(&b.distance().abs()));
            return farthest
                .map_or(Ok(()), |pair| write!(f, "{} figures agree, the farthest apart: {pair}", self.pairs.len()));
        }
        f.write_str("VOID")?;
        for pair in &self.pairs {
            let word = if pair.agrees() { "agrees" } else { "VOID" };
            write!(f, "\n  {word}: {pair}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figure { value, se, .. } = self.ours;
        write!(f, "{}, tailcost {value:.0} ± {se:.0}, {:+.1} standard errors", self.peer, self.distance())
    }
}
