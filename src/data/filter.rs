//! Which rows are wanted, and which interval of a column do they leave?

use super::date::Date;
use std::ops::Bound;

/// Comparisons of columns with constants, all of which must hold in a row that is kept.
///
/// Written as `date>=2019-01-01,affected>501,state=TX,type!=Theft`: comparisons joined by commas, with `=`, `!=`, `<`, `<=`, `>`, `>=`.
/// A constant is a number, a day (`YYYY-MM-DD`) or a text; in quotes it is a text whatever it looks like, and may hold a comma. Numbers
/// and days are compared by their order, texts by `=` and `!=` alone. A blank cell compares with nothing: its row is dropped.
///
/// ```
/// use std::ops::Bound;
/// use tailcost::data::Filter;
/// let filter = Filter::parse("date>=2019-01-01, affected>501, affected<1e6, affected!=5000").unwrap();
/// let bounds = filter.bounds("affected");
/// assert_eq!((bounds.low, bounds.high), (Bound::Excluded(501.0), Bound::Excluded(1e6)));
/// assert_eq!(bounds.holes, [5000.0]);
/// let error = Filter::parse("affected>>501").unwrap_err();
/// assert_eq!(error.character, 10);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub(super) text: String,
    pub(super) comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub column: String,
    pub operator: Operator,
    pub operand: Operand,
    /// Where the column's name begins in the expression, in characters from 1.
    pub character: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Finite.
    Number(f64),
    Day(Date),
    Text(String),
}

/// The values of a column that a filter can keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    /// `Excluded(10)` of `C>10`: what is kept is truncated there from the left.
    pub low: Bound<f64>,
    pub high: Bound<f64>,
    /// Single values between them that are dropped, by `!=`; ascending.
    pub holes: Vec<f64>,
}

impl Filter {
    /// Keeps every row.
    pub fn none() -> Self {
        Self { text: String::new(), comparisons: Vec::new() }
    }

    /// The expression as it was written; empty where every row is kept.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The interval that the filter's numbers leave of a column.
    pub fn bounds(&self, column: &str) -> Bounds {
        let mut bounds = Bounds { low: Bound::Unbounded, high: Bound::Unbounded, holes: Vec::new() };
        for comparison in self.comparisons.iter().filter(|comparison| comparison.column == column) {
            let Operand::Number(at) = comparison.operand else { continue };
            match comparison.operator {
                Operator::Equal => {
                    bounds.raise(Bound::Included(at));
                    bounds.lower(Bound::Included(at));
                }
                Operator::NotEqual => bounds.holes.push(at),
                Operator::Below => bounds.lower(Bound::Excluded(at)),
                Operator::AtMost => bounds.lower(Bound::Included(at)),
                Operator::Above => bounds.raise(Bound::Excluded(at)),
                Operator::AtLeast => bounds.raise(Bound::Included(at)),
            }
        }
        bounds.holes.sort_by(f64::total_cmp);
        bounds.holes.dedup();
        let inside = (bounds.low, bounds.high);
        bounds.holes.retain(|hole| std::ops::RangeBounds::contains(&inside, hole));
        bounds
    }
}

impl Bounds {
    /// Does the filter leave the whole line?
    pub fn is_everything(&self) -> bool {
        matches!((self.low, self.high), (Bound::Unbounded, Bound::Unbounded)) && self.holes.is_empty()
    }

    fn raise(&mut self, other: Bound<f64>) {
        let tighter = match (self.low, other) {
            (Bound::Unbounded, _) => true,
            (Bound::Included(old), Bound::Excluded(new)) => new >= old,
            (Bound::Included(old) | Bound::Excluded(old), Bound::Included(new) | Bound::Excluded(new)) => new > old,
            (_, Bound::Unbounded) => false,
        };
        if tighter {
            self.low = other;
        }
    }

    fn lower(&mut self, other: Bound<f64>) {
        let tighter = match (self.high, other) {
            (Bound::Unbounded, _) => true,
            (Bound::Included(old), Bound::Excluded(new)) => new <= old,
            (Bound::Included(old) | Bound::Excluded(old), Bound::Included(new) | Bound::Excluded(new)) => new < old,
            (_, Bound::Unbounded) => false,
        };
        if tighter {
            self.high = other;
        }
    }
}

impl Operator {
    pub(super) const ALL: [(&'static str, Operator); 7] = [
        // Longer ones first, so that the reader does not stop at `>` of `>=`.
        (">=", Operator::AtLeast),
        ("<=", Operator::AtMost),
        ("!=", Operator::NotEqual),
        ("==", Operator::Equal),
        (">", Operator::Above),
        ("<", Operator::Below),
        ("=", Operator::Equal),
    ];

    /// Does it ask for an order, which texts do not have?
    pub(super) fn orders(self) -> bool {
        !matches!(self, Operator::Equal | Operator::NotEqual)
    }

    /// Does it hold for a cell in this order to the constant? `None`: they differ, and have no order.
    pub(super) fn accepts(self, order: Option<std::cmp::Ordering>) -> bool {
        match self {
            Operator::Equal => order.is_some_and(|order| order.is_eq()),
            Operator::NotEqual => order.is_none_or(|order| order.is_ne()),
            Operator::Below => order.is_some_and(|order| order.is_lt()),
            Operator::AtMost => order.is_some_and(|order| order.is_le()),
            Operator::Above => order.is_some_and(|order| order.is_gt()),
            Operator::AtLeast => order.is_some_and(|order| order.is_ge()),
        }
    }
}
