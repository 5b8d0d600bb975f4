//! Which cases and data does the program carry with it?

use super::nearest::nearest;

/// A case that runs without any file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltinCase {
    /// As `tailcost run NAME` and `extends = "NAME"` call it.
    pub name: &'static str,
    pub title: String,
    /// First sentence of its analysis.
    pub summary: String,
}

const CASES: [(&str, &str); 3] = [
    ("article", include_str!("../../configs/article.toml")),
    ("evidence", include_str!("../../configs/evidence.toml")),
    ("hfma-2018", include_str!("../../configs/hfma-2018.toml")),
];

/// Begins the path of a data file that is carried along, as in `builtin:data/hhs_breach_costs.csv`.
pub(crate) const BUILTIN_PREFIX: &str = "builtin:";

const DATA: [(&str, &[u8]); 0] = [];

/// The built-in cases in the order in which one reads them.
pub fn builtin_cases() -> Vec<BuiltinCase> {
    let field = |table: &toml::Table, key: &str| table.get(key).and_then(|v| v.as_str()).unwrap_or("").to_owned();
    CASES
        .iter()
        .map(|&(name, text)| {
            let table: toml::Table = text.parse().expect("built-in cases are valid, which tests hold");
            BuiltinCase { name, title: field(&table, "title"), summary: first_sentence(&field(&table, "analysis")) }
        })
        .collect()
}

/// The TOML text of a built-in case.
pub fn text_of(name: &str) -> Option<&'static str> {
    CASES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

pub(crate) fn names() -> Vec<&'static str> {
    CASES.iter().map(|(name, _)| *name).collect()
}

/// The case that a missing path was probably meant to name.
pub(crate) fn nearest_name(path: &str) -> Option<&'static str> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    nearest(file.strip_suffix(".toml").unwrap_or(file), CASES.iter().map(|(name, _)| *name))
}

pub(crate) fn embedded_data(path: &str) -> Option<&'static [u8]> {
    DATA.iter().find(|(known, _)| *known == path).map(|(_, bytes)| *bytes)
}

fn first_sentence(paragraph: &str) -> String {
    let text: Vec<&str> = paragraph.split_whitespace().collect();
    let text = text.join(" ");
    match text.find(". ") {
        Some(end) => text[..=end].to_owned(),
        None => text,
    }
}
