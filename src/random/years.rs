//! Which years does a block hold?

/// Years to simulate: a run of neighbours, or any list (a replay of the worst years). Counted from 0.
///
/// ```
/// use tailcost::random::Years;
/// assert_eq!(Years::Range { start: 7, len: 3 }.at(2), 9);
/// assert_eq!(Years::List(&[41, 7]).at(1), 7);
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Years<'a> {
    Range { start: u64, len: usize },
    List(&'a [u64]),
}

impl Years<'_> {
    pub fn len(&self) -> usize {
        match self {
            Years::Range { len, .. } => *len,
            Years::List(years) => years.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `index`-th year of the block.
    #[inline]
    pub fn at(&self, index: usize) -> u64 {
        match self {
            Years::Range { start, .. } => start + index as u64,
            Years::List(years) => years[index],
        }
    }
}
