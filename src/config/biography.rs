//! What does a driver's `biography` say, and is it well formed?

use super::reader::{Reader, joined};
use super::tree::{Node, Table, Tree};
use crate::outcome::{Biography, ParameterUncertainty};

/// Largest number of rows that a biography can name.
const MOST_ROWS: u64 = 1 << 53;

impl Reader<'_> {
    pub(super) fn biography(&mut self, node: &Node, key: &str) -> Option<Biography> {
        let table = self.table(node, key)?;
        self.only(table, key, &Biography::KEYS);
        let mut text = |name: &str| {
            let node = table.get(name)?;
            self.text(node, &joined(key, name)).map(str::to_owned)
        };
        let mut biography = Biography {
            data: text("data"),
            hash: text("hash"),
            column: text("column"),
            filter: text("filter"),
            method: text("method"),
            chosen: text("chosen"),
            ..Biography::default()
        };
        if let (Some(hash), Some(node)) = (&biography.hash, table.get("hash"))
            && !is_blake3(hash)
        {
            self.mismatch(&joined(key, "hash"), node, "blake3: and 64 hexadecimal digits");
        }
        if let Some(node) = table.get("sample_size") {
            biography.sample_size = self.whole(node, &joined(key, "sample_size"), 1..=MOST_ROWS);
        }
        biography.experts = self.texts(table, key, "experts");
        biography.rejected = self.texts(table, key, "rejected");
        if let Some(node) = table.get("weights") {
            let key = joined(key, "weights");
            biography.weights = self.numbers(node, &key).unwrap_or_default();
            let is_one_each = biography.weights.len() == biography.experts.len();
            if !(is_one_each && biography.weights.iter().all(|weight| *weight >= 0.0)) {
                self.mismatch(&key, node, "a number of 0 or more for each of the experts");
            }
        }
        if let Some(node) = table.get("uncertainty") {
            biography.uncertainty = self.uncertainty(node, &joined(key, "uncertainty"));
        }
        Some(biography)
    }

    fn uncertainty(&mut self, node: &Node, key: &str) -> Option<ParameterUncertainty> {
        let table = self.table(node, key)?;
        self.only(table, key, &ParameterUncertainty::KEYS);
        for name in ParameterUncertainty::KEYS {
            if table.get(name).is_none() {
                self.missing(&joined(key, name), "uncertainty = { parameters, estimates, covariance }", &node.place);
            }
        }
        let parameters = self.texts(table, key, "parameters");
        let estimates = self.numbers(table.get("estimates")?, &joined(key, "estimates"))?;
        if estimates.len() != parameters.len() {
            let expected = format!("{} numbers, one for each of the parameters", parameters.len());
            self.mismatch(&joined(key, "estimates"), table.get("estimates")?, expected);
        }
        let (covariance_node, covariance_key) = (table.get("covariance")?, joined(key, "covariance"));
        const FORM: &str = "a list of rows, as in [[0.04, 0.01], [0.01, 0.09]]";
        let rows = self.list(covariance_node, &covariance_key, FORM)?;
        let rows: Vec<Option<Vec<f64>>> = rows.iter().map(|row| self.numbers(row, &covariance_key)).collect();
        let covariance: Vec<Vec<f64>> = rows.into_iter().collect::<Option<_>>()?;
        if !is_covariance(&covariance, parameters.len()) {
            let expected =
                format!("a symmetric matrix of {0} rows of {0} numbers, variances on its diagonal", parameters.len());
            self.mismatch(&covariance_key, covariance_node, expected);
        }
        Some(ParameterUncertainty { parameters, estimates, covariance })
    }

    /// A list of texts, empty where the key is not given.
    fn texts(&mut self, table: &Table, key: &str, name: &str) -> Vec<String> {
        let Some(node) = table.get(name) else { return Vec::new() };
        let key = joined(key, name);
        let Some(items) = self.list(node, &key, "a list of texts") else { return Vec::new() };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Tree::Text(text) => texts.push(text.clone()),
                _ => self.mismatch(&key, item, "a text"),
            }
        }
        texts
    }
}

fn is_blake3(hash: &str) -> bool {
    hash.strip_prefix("blake3:")
        .is_some_and(|digits| digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

fn is_covariance(matrix: &[Vec<f64>], size: usize) -> bool {
    /// Entries that were rounded apart are still the same.
    const CLOSE: f64 = 1e-6;
    matrix.len() == size
        && matrix.iter().all(|row| row.len() == size)
        && (0..size).all(|i| {
            matrix[i][i] >= 0.0
                && (0..i).all(|j| (matrix[i][j] - matrix[j][i]).abs() <= CLOSE * (matrix[i][i] * matrix[j][j]).sqrt())
        })
}
