//! Which of many steps of the probability axis holds a probability?

use crate::numerics::Probability;

/// A guide table: the first step to look at for each of as many equal parts of the axis as there are steps, so that a
/// search takes about one comparison. Chen and Asau 1974, doi:10.1080/05695557408974949.
#[derive(Debug)]
pub(super) struct Guide {
    /// Rising; the last one is 1.
    up_to: Vec<Probability>,
    first: Vec<u32>,
}

/// A part begins this much early, because rounding may put a probability into the part after its own.
const MARGIN: f64 = 1e-15;

impl Guide {
    pub(super) fn new(up_to: Vec<Probability>) -> Self {
        let parts = up_to.len();
        let first = (0..=parts)
            .map(|part| {
                let start = Probability::lower((part as f64 / parts as f64 - MARGIN).max(0.0));
                up_to.partition_point(|edge| *edge < start).min(parts - 1) as u32
            })
            .collect();
        Self { up_to, first }
    }

    /// The first step whose cumulative probability reaches `p`.
    #[inline]
    pub(super) fn find(&self, p: Probability) -> usize {
        let last = self.up_to.len() - 1;
        let part = (p.p() * self.up_to.len() as f64) as usize;
        let mut step = self.first[part.min(last + 1)] as usize;
        while step < last && self.up_to[step] < p {
            step += 1;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_search_finds() {
        let edges = [1e-12, 0.1, 0.1000001, 0.5].map(Probability::lower);
        let up_to: Vec<_> = edges.into_iter().chain([0.3, 1e-15, 0.0].map(Probability::upper)).collect();
        let guide = Guide::new(up_to.clone());
        for i in 0..=1000 {
            for p in [Probability::lower(f64::from(i) / 1000.0), Probability::upper(f64::from(i) * 1e-17)] {
                assert_eq!(guide.find(p), up_to.partition_point(|edge| *edge < p), "{p:?}");
            }
        }
    }
}
