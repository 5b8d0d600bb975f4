//! Which known name was probably meant?

/// The candidate closest to `found`, if it is close enough to have been meant.
pub(crate) fn nearest<'a>(found: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Jaro-Winkler similarity below which a suggestion would only puzzle.
    const CLOSE_ENOUGH: f64 = 0.75;
    let found = found.to_lowercase();
    let mut best = None;
    for candidate in candidates {
        let similarity = strsim::jaro_winkler(&found, &candidate.to_lowercase());
        if similarity >= CLOSE_ENOUGH && best.is_none_or(|(_, most)| similarity > most) {
            best = Some((candidate, similarity));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["turnover", "productivity", "rate"];
        assert_eq!(nearest("turnovr", known.into_iter()), Some("turnover"));
        assert_eq!(nearest("Productivty", known.into_iter()), Some("productivity"));
        assert_eq!(nearest("zzz", known.into_iter()), None);
    }
}
