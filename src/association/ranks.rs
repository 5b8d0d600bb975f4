//! Which rank does each value have among the others?

/// Ranks from 1; equal values share the mean of theirs.
///
/// ```
/// assert_eq!(tailcost::association::ranks(&[5.0, 1.0, 5.0, 9.0]), [2.5, 1.0, 2.5, 4.0]);
/// ```
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    for group in groups(values) {
        let mean = (group.from + 1 + group.from + group.members.len()) as f64 / 2.0;
        for member in group.members {
            ranks[member] = mean;
        }
    }
    ranks
}

/// Equal values: their places in the list, and how many values are less.
pub(super) struct Group {
    pub from: usize,
    pub members: Vec<usize>,
}

/// The values from the least to the largest, equal ones together.
pub(super) fn groups(values: &[f64]) -> impl Iterator<Item = Group> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut bounds = vec![0];
    // -0 and 0 are the same value in two orders.
    bounds.extend((1..order.len()).filter(|at| values[order[*at]] != values[order[at - 1]]));
    bounds.push(order.len());
    bounds.dedup();
    let spans: Vec<(usize, usize)> = bounds.windows(2).map(|pair| (pair[0], pair[1])).collect();
    spans.into_iter().map(move |(from, to)| Group { from, members: order[from..to].to_vec() })
}

/// Share of the values that have an equal.
pub(super) fn tied(ranks: &[f64]) -> f64 {
    let count: usize = groups(ranks).map(|group| group.members.len()).filter(|members| *members > 1).sum();
    count as f64 / ranks.len() as f64
}
