//! How are the cells of a grid held, of which there are millions and nearly all are empty?

const PAGE_BITS: u32 = 9;
/// Cells of a page, which spans a doubling of the distance from a grid's centre.
pub(super) const PAGE: usize = 1 << PAGE_BITS;
const NO_PAGE: u16 = u16::MAX;

/// Cells by ordinal, allocated 512 at a time when something falls in.
#[derive(Debug, Clone)]
pub(super) struct Pages<T> {
    lowest: i32,
    empty: T,
    table: Vec<u16>,
    pages: Vec<[T; PAGE]>,
}

impl<T: Copy> Pages<T> {
    /// For ordinals of a range; a page begins at its lowest.
    pub fn new((lowest, highest): (i32, i32), empty: T) -> Self {
        let pages = ((highest - lowest) as usize >> PAGE_BITS) + 1;
        Self { lowest, empty, table: vec![NO_PAGE; pages], pages: Vec::new() }
    }

    pub fn cell(&mut self, ordinal: i32) -> &mut T {
        let index = (ordinal - self.lowest) as usize;
        &mut self.page(index >> PAGE_BITS)[index % PAGE]
    }

    /// The page that begins at an ordinal.
    pub fn page_at(&mut self, ordinal: i32) -> &mut [T; PAGE] {
        let index = (ordinal - self.lowest) as usize;
        assert!(index.is_multiple_of(PAGE), "no page begins at {ordinal}");
        self.page(index >> PAGE_BITS)
    }

    #[inline]
    fn page(&mut self, slot: usize) -> &mut [T; PAGE] {
        let mut page = self.table[slot];
        if page == NO_PAGE {
            page = self.add_page(slot);
        }
        &mut self.pages[page as usize]
    }

    #[cold]
    fn add_page(&mut self, slot: usize) -> u16 {
        // Floats have about 2,000 doublings on each side of the centre, well below 2^16.
        let page = self.pages.len() as u16;
        self.table[slot] = page;
        self.pages.push([self.empty; PAGE]);
        page
    }

    /// Takes in the cells of another that has the same range.
    pub fn merge(&mut self, right: &Self, combine: impl Fn(&mut T, &T)) {
        for (slot, &page) in right.table.iter().enumerate().filter(|(_, page)| **page != NO_PAGE) {
            for (cell, other) in self.page(slot).iter_mut().zip(&right.pages[page as usize]) {
                combine(cell, other);
            }
        }
    }

    /// The cells of all pages, ascending, each with its ordinal.
    pub fn in_order(&self) -> impl Iterator<Item = (i32, &T)> {
        let pages = self.table.iter().enumerate().filter(|(_, page)| **page != NO_PAGE);
        pages.flat_map(|(slot, &page)| {
            let first = self.lowest + (slot << PAGE_BITS) as i32;
            (first..).zip(&self.pages[page as usize])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_in_order() {
        let mut pages = Pages::new((-2000, 3000), 0u64);
        for ordinal in [2999, -2000, 7, 7, -1] {
            *pages.cell(ordinal) += 1;
        }
        pages.page_at(-2000 + 512)[3] += 9;
        let mut other = pages.clone();
        other.merge(&pages, |a, b| *a += b);
        let found: Vec<(i32, u64)> = other.in_order().filter(|(_, n)| **n > 0).map(|(at, n)| (at, *n)).collect();
        assert_eq!(found, [(-2000, 2), (-1485, 18), (-1, 2), (7, 4), (2999, 2)]);
    }
}
