//! What do single years look like, as a plain table?

/// Years as columns, ready for a file; every column has the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct YearTable {
    pub columns: Vec<(String, Column)>,
}

/// Values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Whole(Vec<u64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

impl YearTable {
    /// Years in the table.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }
}

impl Column {
    pub fn len(&self) -> usize {
        match self {
            Column::Whole(values) => values.len(),
            Column::Number(values) => values.len(),
            Column::Flag(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
