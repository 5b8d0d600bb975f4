//! How does a fitted law read in a config?

use crate::distributions::{Kind, Law};

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

/// The law as an inline table, its parameters rounded to seven digits.
pub(super) fn law_toml(law: &Law) -> String {
    format!("{{ {} }}", keys(law))
}

fn keys(law: &Law) -> String {
    let named = |dist: &str, parameters: &[(&str, f64)]| {
        let list: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name} = {}", number(rounded(*value)))).collect();
        format!("dist = \"{dist}\", {}", list.join(", "))
    };
    match law.kind() {
        Kind::Point { value } => format!("value = {}", number(rounded(value))),
        Kind::Normal { mean, sd } => named("normal", &[("mean", mean), ("sd", sd)]),
        Kind::Lognormal { mu, sigma } => named("lognormal", &[("mu", mu), ("sigma", sigma)]),
        Kind::Gamma { shape, scale } => named("gamma", &[("shape", shape), ("scale", scale)]),
        Kind::Weibull { shape, scale } => named("weibull", &[("shape", shape), ("scale", scale)]),
        Kind::Pareto { shape, scale } => named("pareto", &[("shape", shape), ("scale", scale)]),
        Kind::Beta { alpha, beta, min, max } if min == 0.0 && max == 1.0 => {
            named("beta", &[("alpha", alpha), ("beta", beta)])
        }
        Kind::Beta { alpha, beta, min, max } => {
            named("beta", &[("alpha", alpha), ("beta", beta), ("min", min), ("max", max)])
        }
        Kind::Uniform { min, max } => named("uniform", &[("min", min), ("max", max)]),
        Kind::Triangular { min, mode, max } => named("triangular", &[("min", min), ("mode", mode), ("max", max)]),
        Kind::Pert { min, mode, max, .. } => named("pert", &[("min", min), ("mode", mode), ("max", max)]),
        Kind::Exponential { mean } => named("exponential", &[("mean", mean)]),
        Kind::InverseGaussian { mean, shape } => named("inverse_gaussian", &[("mean", mean), ("shape", shape)]),
        Kind::StudentT { location, scale, dof } => {
            named("student_t", &[("location", location), ("scale", scale), ("dof", dof)])
        }
        Kind::Gpd { threshold, scale, shape } => {
            named("gpd", &[("threshold", threshold), ("scale", scale), ("shape", shape)])
        }
        Kind::Discrete { values, weights } => {
            let list = |values: &[f64]| {
                let all: Vec<String> = values.iter().map(|value| number(rounded(*value))).collect();
                all.join(", ")
            };
            format!("dist = \"discrete\", values = [{}], weights = [{}]", list(values), list(weights))
        }
        Kind::Mixture(components) => {
            let all: Vec<String> = components
                .iter()
                .map(|(weight, law)| format!("{{ weight = {}, {} }}", number(rounded(*weight)), keys(law)))
                .collect();
            format!("dist = \"mixture\", components = [{}]", all.join(", "))
        }
        Kind::Splice { body, tail, threshold, tail_weight } => format!(
            "dist = \"splice\", body = {{ {} }}, tail = {{ {} }}, threshold = {}, tail_weight = {}",
            keys(body),
            keys(tail),
            number(rounded(threshold)),
            number(rounded(tail_weight))
        ),
        Kind::Truncated { law, low, high } => {
            format!("{}, truncate = [{}, {}]", keys(law), number(low), number(high))
        }
        // Metalogs and empirical laws are not fitted here.
        Kind::Metalog(_) | Kind::Empirical(_) => format!("dist = \"{}\"", law.family()),
    }
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
