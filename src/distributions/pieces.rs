//! Into which atoms and smooth stretches does a law fall along its probability axis?

use super::families::Family;
use super::span::Span;
use crate::numerics::Probability;

/// One stretch of the probability axis.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// All of the stretch is the value `x`.
    Atom { x: f64, span: Span },
    /// The quantile function is smooth on the stretch and runs from `low` to `high`.
    Smooth { span: Span, low: f64, high: f64 },
}

impl Piece {
    pub(super) fn span(&self) -> &Span {
        match self {
            Piece::Atom { span, .. } | Piece::Smooth { span, .. } => span,
        }
    }
}

/// The pieces in rising order, without those that hold no probability.
pub(super) fn pieces(law: &dyn Family) -> Vec<Piece> {
    let (low, high) = law.support();
    let mut edges: Vec<f64> = law.breaks().into_iter().filter(|x| *x >= low && *x <= high).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let mut pieces = Vec::with_capacity(2 * edges.len() + 1);
    let (mut from, mut from_x) = (Probability::lower(0.0), low);
    for x in edges {
        let (below, up_to) = (law.below(x), law.cdf(x));
        let smooth = Span::new(from, below);
        if smooth.mass() > 0.0 {
            pieces.push(Piece::Smooth { span: smooth, low: from_x, high: x });
        }
        let atom = Span::new(if from > below { from } else { below }, up_to);
        if atom.mass() > 0.0 {
            pieces.push(Piece::Atom { x, span: atom });
        }
        if up_to > from {
            from = up_to;
        }
        from_x = x;
    }
    let rest = Span::new(from, Probability::upper(0.0));
    if rest.mass() > 0.0 && from_x < high {
        pieces.push(Piece::Smooth { span: rest, low: from_x, high });
    }
    pieces
}
