//! How much does each input move the answer, and how is its law read at a glance?

use super::format::figure;
use super::sensitivity::scale_of;
use crate::outcome::{Outcome, Swing};
use std::collections::BTreeMap;

/// Digits of a parameter.
const DIGITS: i32 = 4;

/// How much an input moves the answer.
pub(super) struct Influence {
    /// From 0, the most influential.
    pub place: usize,
    /// In words.
    pub words: String,
    pub size: f64,
}

/// By path, where the outcome has looked.
pub(super) fn influence(outcome: &Outcome) -> BTreeMap<&str, Influence> {
    let Some(found) = &outcome.sensitivity else { return BTreeMap::new() };
    let scale = scale_of(found);
    let rank = |(place, swing): (usize, &'_ Swing)| {
        let size = swing.swing.value.abs();
        let words = if swing.is_noise { "noise".into() } else { scale.amount(size) };
        Influence { place, words, size }
    };
    found.tornado.iter().enumerate().map(|(place, swing)| (swing.path.as_str(), rank((place, swing)))).collect()
}

/// A law with its parameters to as many digits as a reader takes in; the config below has them all.
pub(super) fn rounded(law: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut out = String::new();
    let mut rest = law;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[start..].find(|c: char| !is_part(c)).map_or(rest.len(), |length| start + length);
        let number = &rest[start..end];
        out.push_str(&rest[..start]);
        // An exponent that follows, or a name with digits in it, stays as it is.
        let alone = !rest[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !rest[end..].starts_with(|c: char| c.is_alphanumeric());
        match number.parse::<f64>() {
            Ok(value) if alone && number.contains('.') && number.len() > 6 => out.push_str(&figure(value, DIGITS)),
            _ => out.push_str(number),
        }
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_are_read_with_four_digits() {
        assert_eq!(
            rounded("lognormal(mu -0.000799360682, sigma 0.0399840139)"),
            "lognormal(mu -0.0007994, sigma 0.03998)"
        );
        assert_eq!(rounded("gamma(shape 25, scale 0.04)"), "gamma(shape 25, scale 0.04)");
        assert_eq!(rounded("pert(min 1.5e-12, max 250000000)"), "pert(min 1.5e-12, max 250000000)");
        assert_eq!(rounded(""), "");
    }
}
