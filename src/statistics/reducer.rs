//! In which order are the tasks of a run added up, so that the bits depend on nothing but the tasks?

use super::stored::{Nonsense, sensible};
use std::collections::BTreeMap;
use std::ops::Range;

/// What can take in the years that follow its own.
pub trait Merge {
    /// Takes in `right`, whose years come after those of `self`.
    fn merge(&mut self, right: &Self);
}

impl<T: Merge> Merge for Vec<T> {
    /// Element by element.
    ///
    /// # Panics
    /// When the lengths differ.
    fn merge(&mut self, right: &Self) {
        assert_eq!(self.len(), right.len(), "lists of tallies merge element by element");
        for (a, b) in self.iter_mut().zip(right) {
            a.merge(b);
        }
    }
}

/// A binary tree over absolute leaf (task) index, reduced as its leaves arrive in any order.
///
/// The node of height `h` and index `i` covers the leaves `i 2^h .. (i + 1) 2^h`; two siblings merge as soon as both
/// are there, the left one taking in the right. Which merges happen depends only on the set of leaves, so the result
/// has the same bits whatever the arrival order; a shard that holds whole nodes reduces to the same bits as well.
/// Memory: about one node per level and per leaf that is out of order.
///
/// ```
/// use tailcost::statistics::{Moments, Reducer};
/// let mut reducer = Reducer::new();
/// reducer.push(1, Moments::from_slice(&[3.0]));
/// reducer.push(0, Moments::from_slice(&[1.0]));
/// assert_eq!(reducer.finish().unwrap().mean(), 2.0);
/// ```
#[derive(Debug, Clone)]
pub struct Reducer<T> {
    /// By height and index within the height.
    nodes: BTreeMap<(u32, u64), T>,
}

impl<T: Merge> Reducer<T> {
    pub fn new() -> Self {
        Self { nodes: BTreeMap::new() }
    }

    /// Takes in the leaf of this index.
    ///
    /// # Panics
    /// When the same leaf (or a node that covers it, still unmerged) is already there.
    pub fn push(&mut self, leaf: u64, node: T) {
        self.push_node(0, leaf, node);
    }

    /// Takes in all nodes of another tree over the same leaves.
    ///
    /// # Panics
    /// When both have a leaf.
    pub fn absorb(&mut self, other: Self) {
        for ((height, index), node) in other.nodes {
            self.push_node(height, index, node);
        }
    }

    fn push_node(&mut self, mut height: u32, mut index: u64, mut node: T) {
        let leaf = index << height;
        while let Some(sibling) = self.nodes.remove(&(height, index ^ 1)) {
            if index & 1 == 1 {
                let mut left = sibling;
                left.merge(&node);
                node = left;
            } else {
                node.merge(&sibling);
            }
            height += 1;
            index >>= 1;
        }
        let earlier = self.nodes.insert((height, index), node);
        assert!(earlier.is_none(), "leaf {leaf} was pushed twice");
    }

    /// All nodes, each with its height and its index within the height.
    pub fn nodes(&self) -> impl Iterator<Item = (u32, u64, &T)> {
        self.nodes.iter().map(|((height, index), node)| (*height, *index, node))
    }

    /// A tree of these nodes, which must cover these leaves, each once.
    ///
    /// # Errors
    /// A gap, an overlap, or leaves elsewhere.
    pub fn from_nodes(nodes: Vec<(u32, u64, T)>, leaves: Range<u64>) -> Result<Self, Nonsense> {
        let mut covered = Vec::with_capacity(nodes.len());
        for (height, index, _) in &nodes {
            let leaf = |index: u64| index.checked_mul(1u64.checked_shl(*height)?);
            let first = leaf(*index).zip(index.checked_add(1).and_then(leaf));
            covered.push(first.ok_or(Nonsense("a node lies beyond all leaves"))?);
        }
        covered.sort_unstable();
        let ends = std::iter::once(leaves.start).chain(covered.iter().map(|(_, end)| *end));
        let firsts = covered.iter().map(|(first, _)| *first).chain([leaves.end]);
        sensible(ends.eq(firsts), "the sums leave out tasks of the part, or have others")?;
        let mut reducer = Self::new();
        nodes.into_iter().for_each(|(height, index, node)| reducer.push_node(height, index, node));
        Ok(reducer)
    }

    /// Nodes waiting for their sibling.
    pub fn pending(&self) -> usize {
        self.nodes.len()
    }

    /// Merges what is left from the lowest leaf to the highest; `None` without leaves.
    pub fn finish(self) -> Option<T> {
        let mut nodes: Vec<_> = self.nodes.into_iter().collect();
        nodes.sort_by_key(|((height, index), _)| index << height);
        nodes.into_iter().map(|(_, node)| node).reduce(|mut left, right| {
            left.merge(&right);
            left
        })
    }
}

impl<T: Merge> Default for Reducer<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Moments;

    fn block(index: u64) -> Moments {
        let values: Vec<f64> = (0..37).map(|i| ((index * 37 + i) as f64 * 0.7).sqrt() * 1e3 + 0.1).collect();
        Moments::from_slice(&values)
    }

    #[test]
    fn arrival_order_does_not_change_the_bits() {
        for leaves in [1u64, 2, 7, 64, 101] {
            let reduce = |order: Vec<u64>| {
                let mut reducer = Reducer::new();
                order.into_iter().for_each(|leaf| reducer.push(leaf, block(leaf)));
                reducer.finish().unwrap()
            };
            let forward = reduce((0..leaves).collect());
            let backward = reduce((0..leaves).rev().collect());
            // 37 is prime to all the lengths but itself, so the strides visit every leaf.
            let strided = reduce((0..leaves).map(|i| (i * 37 + 5) % leaves).collect());
            assert_eq!(forward, backward);
            assert_eq!(forward, strided);
            assert_eq!(forward.count(), leaves * 37);
        }
    }

    #[test]
    fn memory_is_logarithmic_in_order() {
        let mut reducer = Reducer::new();
        for leaf in 0..1000 {
            reducer.push(leaf, block(0));
            assert!(reducer.pending() <= 10);
        }
    }

    #[test]
    #[should_panic(expected = "pushed twice")]
    fn a_leaf_comes_once() {
        let mut reducer = Reducer::new();
        reducer.push(4, block(0));
        reducer.push(6, block(0));
        reducer.push(4, block(0));
    }

    #[test]
    fn nothing_reduces_to_nothing() {
        assert!(Reducer::<Moments>::new().finish().is_none());
    }
}
