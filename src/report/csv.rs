//! How is a table written as CSV in which no text of a config becomes a formula?
//!
//! RFC 4180. Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, and some of them one behind a tab or a carriage
//! return; a text that begins so gets an apostrophe in front. Programs that split at semicolons, tabs or lines, whatever stands in quotes,
//! find the same guard behind each of those. Numbers are written as numbers, negative ones too.

use super::format::harmless;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Words, of a config or of the program.
    Text(String),
    Number(f64),
    /// No figure.
    Nothing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Cell::Nothing, Cell::Number)
    }
}

/// A table with its head.
pub(super) fn csv<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [Cell; N]>) -> Vec<u8> {
    let mut out = String::new();
    let mut line = |cells: &[Cell]| {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            match cell {
                Cell::Text(text) => out += &quoted(text),
                // The shortest form that reads back to the same bits; what is no number is no cell.
                Cell::Number(number) if number.is_finite() => out += &number.to_string(),
                Cell::Number(_) | Cell::Nothing => {}
            }
        }
        out += "\r\n";
    };
    line(&head.map(Cell::from));
    rows.into_iter().for_each(|row| line(&row));
    out.into_bytes()
}

/// What a spreadsheet may take for the beginning of a formula, in wide letters too.
fn begins_a_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// A text in quotes, guarded wherever a cell may begin.
fn quoted(text: &str) -> String {
    format!("\"{}\"", guarded(text).replace('"', "\"\""))
}

/// The guarded text, for a writer that quotes by itself.
pub(super) fn guarded(text: &str) -> String {
    let mut out = String::new();
    let mut begins = true;
    for c in text.chars() {
        if begins && begins_a_formula(c) {
            out.push('\'');
        }
        // Blanks in front do not keep every program from looking behind them.
        begins = matches!(c, ';' | '\t' | '\r' | '\n') || (begins && c.is_whitespace());
        match c {
            '\t' | '\r' | '\n' => out.push(c),
            c => out.push(harmless(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect()
    }

    #[test]
    fn formulas_become_texts_and_numbers_stay_numbers() {
        let rows = [
            ["=HYPERLINK(\"https://evil.example\")".into(), (-1.5).into()],
            ["+1".into(), 1e-300.into()],
            ["-2+3".into(), None.into()],
            ["@SUM(A1)".into(), f64::NAN.into()],
            ["\t=1".into(), 0.1.into()],
            ["Offshore; =1, \"quoted\"".into(), 3.0.into()],
            ["plain - text = here".into(), 0.0.into()],
        ];
        let found = read(&csv(["name", "value"], rows));
        let names: Vec<&str> = found.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(
            names,
            [
                "name",
                "'=HYPERLINK(\"https://evil.example\")",
                "'+1",
                "'-2+3",
                "'@SUM(A1)",
                "'\t'=1",
                "Offshore; '=1, \"quoted\"",
                "plain - text = here"
            ]
        );
        let numbers: Vec<Option<f64>> = found[1..].iter().map(|row| row[1].parse().ok()).collect();
        assert_eq!(numbers, [Some(-1.5), Some(1e-300), None, None, Some(0.1), Some(3.0), Some(0.0)]);
    }

    proptest! {
        #[test]
        fn no_text_begins_a_formula_wherever_it_is_split(
            texts in prop::collection::vec(r#"[-=+@;,'"a1 \t\r\n＝＠|]{0,12}"#, 1..8),
            number in prop::num::f64::NORMAL,
        ) {
            let rows = texts.iter().map(|text| [text.as_str().into(), number.into(), text.as_str().into()]);
            let found = read(&csv(["a", "b", "c"], rows));
            prop_assert_eq!(found.len(), texts.len() + 1, "a text breaks no row");
            for (row, text) in found[1..].iter().zip(&texts) {
                prop_assert_eq!(row.len(), 3, "nor a cell");
                prop_assert_eq!(row[1].parse::<f64>().unwrap().to_bits(), number.to_bits());
                for part in row[0].split([';', '\t', '\r', '\n']) {
                    let first = part.trim_start_matches([' ']).chars().next();
                    prop_assert!(!first.is_some_and(|c| begins_a_formula(c) && !c.is_whitespace()), "{:?}", row[0]);
                }
                prop_assert!(!row[0].starts_with(['\t', '\r', '\n']));
                // Nothing but guards is added.
                let without = |text: &str| text.replace('\'', "");
                prop_assert_eq!(without(&row[0]), without(text));
                prop_assert_eq!(&row[0], &row[2]);
            }
        }
    }
}
