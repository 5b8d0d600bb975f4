//! How does a fitted law read in a config?

use crate::distributions::Law;

/// A number as TOML reads it back to the same bits; infinite as `inf`.
pub(super) fn number(value: f64) -> String {
    if value == f64::INFINITY {
        return "inf".to_owned();
    }
    if value == f64::NEG_INFINITY {
        return "-inf".to_owned();
    }
    let size = value.abs();
    let text = if size != 0.0 && !(1e-5..1e15).contains(&size) { format!("{value:e}") } else { format!("{value}") };
    // TOML wants a point or an exponent in a float; a whole number is read as one all the same.
    if text.contains(['.', 'e', 'n']) { text } else { format!("{text}.0") }
}

/// Seven digits: what a sample can say, and short enough to read.
pub(super) fn rounded(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.6e}").parse().unwrap_or(value) } else { value }
}

/// The law as an inline table, its numbers rounded to seven digits; laws that are read from a file are not fitted.
pub(super) fn law_toml(law: &Law) -> String {
    law.inline_by(&|value| number(rounded(value))).map_or_else(String::new, |inner| format!("{{ {inner} }}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_as_a_config_writes_them() {
        let law = Law::from_parameters("lognormal", &[("mu", 7.0), ("sigma", 3.123_456_789)]).unwrap();
        let cut = law.truncated(501.0, f64::INFINITY).unwrap();
        assert_eq!(law_toml(&cut), "{ dist = \"lognormal\", mu = 7.0, sigma = 3.123457, truncate = [501.0, inf] }");
        assert_eq!(number(1e-9), "1e-9");
        let mixture = Law::mixture(vec![(0.25, law), (0.75, Law::point(0.0).unwrap())]).unwrap();
        assert_eq!(
            law_toml(&mixture),
            "{ dist = \"mixture\", components = [{ weight = 0.25, dist = \"lognormal\", mu = 7.0, sigma = 3.123457 }, { weight = 0.75, value = 0.0 }] }"
        );
    }
}
