//! Which cases and data does the program carry with it?

use crate::data::nearest;

/// A case that runs without any file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltinCase {
    /// As `tailcost run NAME` and `extends = "NAME"` call it.
    pub name: &'static str,
    pub title: String,
    /// First sentence of its analysis.
    pub summary: String,
}

const CASES: [(&str, &str); 4] = [
    ("article", include_str!("../../configs/article.toml")),
    ("evidence", include_str!("../../configs/evidence.toml")),
    ("hfma-2018", include_str!("../../configs/hfma-2018.toml")),
    ("hhs-breaches", include_str!("../../configs/hhs-breaches.toml")),
];

/// Begins the path of a data file that is carried along, as in `builtin:data/hhs_breach_costs.csv`.
pub(crate) const BUILTIN_PREFIX: &str = "builtin:";

const DATA: [(&str, &[u8]); 2] = [
    ("data/hhs_breach_costs.csv", include_bytes!("../../configs/data/hhs_breach_costs.csv")),
    ("data/cms_hospital_profiles_2018.csv", include_bytes!("../../configs/data/cms_hospital_profiles_2018.csv")),
];

/// Plans of batches that run without any file.
const PLANS: [(&str, &str); 1] = [("book-2018", include_str!("../../configs/book-2018.toml"))];

/// The built-in cases in the order in which one reads them.
pub fn builtin_cases() -> Vec<BuiltinCase> {
    described(&CASES)
}

/// The built-in plans, as `tailcost batch NAME` calls them.
pub fn builtin_plans() -> Vec<BuiltinCase> {
    described(&PLANS)
}

fn described(texts: &[(&'static str, &'static str)]) -> Vec<BuiltinCase> {
    let field = |table: &toml::Table, key: &str| table.get(key).and_then(|v| v.as_str()).unwrap_or("").to_owned();
    texts
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

/// The TOML text of a built-in plan.
pub fn plan_text_of(name: &str) -> Option<&'static str> {
    PLANS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

pub(crate) fn plan_names() -> Vec<&'static str> {
    PLANS.iter().map(|(name, _)| *name).collect()
}

/// The plan that a missing path was probably meant to name.
pub(crate) fn nearest_plan(path: &str) -> Option<&'static str> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    nearest(file.strip_suffix(".toml").unwrap_or(file), PLANS.iter().map(|(name, _)| *name))
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
    // The stop of an initial, as in "U.S. Department", ends no sentence.
    let ends = |at: &usize| !text[..*at].ends_with(|c: char| c.is_ascii_uppercase());
    match text.match_indices(". ").map(|(at, _)| at).find(ends) {
        Some(end) => text[..=end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Component, Source, describe, load};

    #[test]
    fn every_case_is_valid_and_says_what_it_is() {
        for case in builtin_cases() {
            let loaded = load(&Source::Builtin(case.name.into()), &[]).unwrap_or_else(|e| panic!("{}: {e}", case.name));
            assert_eq!(loaded.scenario.title, case.title);
            assert!(case.summary.len() > 40 && case.summary.ends_with('.'), "{}: {}", case.name, case.summary);
            let excluded = &loaded.scenario.simulation.exclude;
            assert!(!excluded.contains(&Component::Labour));
            for line in describe(&loaded.scenario) {
                assert!(line.p5 <= line.p50 && line.p50 <= line.p95, "{line:?}");
            }
        }
    }

    #[test]
    fn a_resolved_case_resolves_to_itself() {
        for name in names() {
            let first = load(&Source::Builtin(name.into()), &[]).unwrap();
            let source = Source::Text { name: name.into(), text: first.resolved_toml.clone() };
            let second = load(&source, &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(first.resolved_toml, second.resolved_toml);
        }
    }

    /// Figures of the committed cases that a slip of the pen would change: the article's case mix, the study's team.
    #[test]
    fn evidence_changes_what_it_says_and_nothing_else() {
        let evidence = load(&Source::Builtin("evidence".into()), &[]).unwrap();
        let changes = evidence.changes.unwrap();
        assert_eq!(changes.parent, "built-in case article");
        let paths: Vec<&str> = changes.values.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths.len(), 13, "title, analysis and 11 drivers: {paths:?}");
        let case_mix = changes.values.iter().find(|change| change.path == "hospital.case_mix_value").unwrap();
        assert!(case_mix.parent.as_ref().unwrap().starts_with("{ value = 45000,"), "{case_mix:?}");
    }
}
