//! How does a table of figures stand in a terminal?

use super::summary::wrapped;
use comfy_table::{CellAlignment, Table, presets};

/// A table without rules: names to the left, figures to the right, `gap` blanks between columns.
pub(super) fn plain_table<const N: usize>(gap: u16, header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.to_vec());
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if index == 0 { CellAlignment::Left } else { CellAlignment::Right });
        column.set_padding((0, gap));
    }
    table
}

/// Its lines without blanks at their ends, each behind `indent`.
pub(super) fn lines_of(table: &Table, indent: &str) -> String {
    table.lines().map(|line| format!("{indent}{}", line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// Everything from column `first` on to the right.
pub(super) fn to_the_right(table: &mut Table, first: usize) {
    for index in first..table.column_count() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// A paragraph of so many columns, each line behind `indent`.
pub(super) fn paragraph(text: &mut String, width: usize, indent: &str, sentence: &str) {
    for line in wrapped(sentence, width - indent.len()) {
        text.extend([indent, &line, "\n"]);
    }
}
