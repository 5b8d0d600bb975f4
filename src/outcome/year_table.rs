//! What do single years look like, as a plain table?

/// Years side by side with their figures.
#[derive(Debug, Clone, PartialEq)]
pub struct YearTable {
    /// Name and values; all columns are equally long.
    pub columns: Vec<(String, Column)>,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Count(Vec<u64>),
    Number(Vec<f64>),
    /// Numbers that some rows do not have.
    Given(Vec<Option<f64>>),
    /// Few different texts: `codes` are indices into `texts`.
    Text {
        texts: Vec<String>,
        codes: Vec<u32>,
    },
    Flag(Vec<bool>),
}

impl YearTable {
    /// Number of years.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }
}

impl Column {
    /// Number of years.
    pub fn len(&self) -> usize {
        match self {
            Column::Count(values) => values.len(),
            Column::Number(values) => values.len(),
            Column::Given(values) => values.len(),
            Column::Text { codes, .. } => codes.len(),
            Column::Flag(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What its values are, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Column::Count(_) => "count",
            Column::Number(_) => "number",
            Column::Given(_) => "number or nothing",
            Column::Text { .. } => "text",
            Column::Flag(_) => "flag",
        }
    }

    /// A column of the same kind without values.
    pub fn emptied(&self) -> Self {
        match self {
            Column::Count(_) => Column::Count(Vec::new()),
            Column::Number(_) => Column::Number(Vec::new()),
            Column::Given(_) => Column::Given(Vec::new()),
            Column::Text { .. } => Column::Text { texts: Vec::new(), codes: Vec::new() },
            Column::Flag(_) => Column::Flag(Vec::new()),
        }
    }

    /// Appends a column of the same kind; texts of both are merged.
    ///
    /// # Panics
    /// When the kinds differ.
    pub fn extend(&mut self, more: &Column) {
        match (self, more) {
            (Column::Count(kept), Column::Count(more)) => kept.extend_from_slice(more),
            (Column::Number(kept), Column::Number(more)) => kept.extend_from_slice(more),
            (Column::Given(kept), Column::Given(more)) => kept.extend_from_slice(more),
            (Column::Flag(kept), Column::Flag(more)) => kept.extend_from_slice(more),
            (Column::Text { texts, codes }, Column::Text { texts: new, codes: more }) => {
                let places: Vec<u32> = new
                    .iter()
                    .map(|text| {
                        let place = texts.iter().position(|known| known == text).unwrap_or(texts.len());
                        if place == texts.len() {
                            texts.push(text.clone());
                        }
                        place as u32
                    })
                    .collect();
                codes.extend(more.iter().map(|code| places[*code as usize]));
            }
            (kept, more) => panic!("a column of kind {} cannot take in one of kind {}", kept.kind(), more.kind()),
        }
    }
}
