//! Of what is a document made, before anyone knows whether it becomes Markdown or HTML?
//!
//! Words of a config are plain text in every place; each writer escapes them on the way out.

/// A document with everything that it says.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Document {
    pub title: String,
    pub sections: Vec<Section>,
}

/// A heading and what stands below it until the next one.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Section {
    /// Where links lead.
    pub id: &'static str,
    pub depth: Depth,
    /// The program's own words.
    pub heading: &'static str,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Depth {
    /// Of the parts.
    Part,
    Section,
    Subsection,
}

#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) enum Block {
    Paragraph(Text),
    Items(Vec<Text>),
    Table(Table),
    /// In someone else's words.
    Quote(String),
    /// Line by line as it is.
    Listing(String),
}

/// Rows whose first cell names them.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Table {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Text>>,
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::report) struct Text(pub Vec<Span>);

#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) enum Span {
    Plain(String),
    Strong(String),
    /// What stands in a config or is typed.
    Code(String),
    /// What a person must fill: the program's own words.
    Blank(&'static str),
    /// To a section.
    Link(&'static str, &'static str),
}

impl Text {
    pub(super) fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    pub(super) fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }

    pub(super) fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    pub(super) fn blank(mut self, what: &'static str) -> Self {
        self.0.push(Span::Blank(what));
        self
    }

    /// A link to a section, by its heading.
    pub(super) fn link(mut self, id: &'static str, label: &'static str) -> Self {
        self.0.push(Span::Link(id, label));
        self
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Text::default().and(text)
    }
}

/// A blank alone.
pub(super) fn blank(what: &'static str) -> Text {
    Text::default().blank(what)
}

impl Section {
    pub(super) fn new(id: &'static str, depth: Depth, heading: &'static str) -> Self {
        Self { id, depth, heading, blocks: Vec::new() }
    }

    pub(super) fn text(&mut self, text: impl Into<Text>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    pub(super) fn items<T: Into<Text>>(&mut self, items: impl IntoIterator<Item = T>) {
        let items: Vec<Text> = items.into_iter().map(Into::into).collect();
        if !items.is_empty() {
            self.blocks.push(Block::Items(items));
        }
    }

    /// Nothing where the table has no rows.
    pub(super) fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Facts with their names.
    pub(super) fn facts(&mut self, caption: &str, facts: Vec<(&str, Text)>) {
        let mut table = Table::new(caption, ["Item", "What it is"]);
        facts.into_iter().for_each(|(name, value)| table.row(name, [value]));
        self.table(table);
    }

    /// What a verb would have found, had it been asked.
    pub(super) fn not_computed(&mut self, what: &str, command: &str) {
        self.text(Text::default().strong("Not computed: ").and(what).and(" To compute it: ").code(command).and("."));
    }
}

impl Table {
    pub(super) fn new<H: Into<String>>(caption: impl Into<String>, head: impl IntoIterator<Item = H>) -> Self {
        Self { caption: caption.into(), head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn row<T: Into<Text>>(&mut self, name: impl Into<Text>, cells: impl IntoIterator<Item = T>) {
        self.rows.push(std::iter::once(name.into()).chain(cells.into_iter().map(Into::into)).collect());
    }
}

impl Document {
    /// Every line of text.
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.flat_map(|block| -> Box<dyn Iterator<Item = &Text>> {
            match block {
                Block::Paragraph(text) => Box::new(std::iter::once(text)),
                Block::Items(items) => Box::new(items.iter()),
                Block::Table(table) => Box::new(table.rows.iter().flatten()),
                Block::Quote(_) | Block::Listing(_) => Box::new(std::iter::empty()),
            }
        })
    }

    /// How many blanks a person must fill.
    pub(super) fn blanks(&self) -> usize {
        self.texts().flat_map(|text| &text.0).filter(|span| matches!(span, Span::Blank(_))).count()
    }
}
