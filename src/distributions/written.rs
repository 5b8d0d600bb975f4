//! How does a config write a law?

use super::families::Kind;
use super::law::Law;

impl Law {
    /// The keys of this law in a config, `dist` first, each with its value as TOML; `None` for a law that a config reads from a file
    /// (empirical), that is a plain number, or that was moved.
    ///
    /// ```
    /// use tailcost::distributions::Law;
    /// let law = Law::from_parameters("beta", &[("alpha", 3.0), ("beta", 14.25)]).unwrap();
    /// let keys = law.truncated(0.01, 1.0).unwrap().written().unwrap();
    /// let text: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    /// assert_eq!(text.join(", "), "dist = \"beta\", alpha = 3, beta = 14.25, min = 0, max = 1, truncate = [0.01, 1]");
    /// ```
    pub fn written(&self) -> Option<Vec<(&'static str, String)>> {
        self.written_by(&number)
    }

    /// As in an inline table, every number as `number` writes it: `dist = "lognormal", mu = 7, sigma = 3`; `None` for a law that a config reads
    /// from a file.
    pub fn inline_by(&self, number: &dyn Fn(f64) -> String) -> Option<String> {
        if let Kind::Point { value } = self.kind() {
            return Some(format!("value = {}", number(value)));
        }
        let line = |value: String| value.replace("[\n  ", "[").replace(",\n]", "]").replace(",\n  ", ", ");
        let keys = self.written_by(number)?.into_iter().map(|(key, value)| format!("{key} = {}", line(value)));
        Some(keys.collect::<Vec<_>>().join(", "))
    }

    fn written_by(&self, number: &dyn Fn(f64) -> String) -> Option<Vec<(&'static str, String)>> {
        let parameters = |named: &[(&'static str, f64)]| {
            let dist = ("dist", format!("\"{}\"", self.family()));
            Some([dist].into_iter().chain(named.iter().map(|(name, value)| (*name, number(*value)))).collect())
        };
        match self.kind() {
            Kind::Point { .. } | Kind::Empirical(_) | Kind::Moved { .. } => None,
            Kind::Normal { mean, sd } => parameters(&[("mean", mean), ("sd", sd)]),
            Kind::Lognormal { mu, sigma } => parameters(&[("mu", mu), ("sigma", sigma)]),
            Kind::Gamma { shape, scale } | Kind::Weibull { shape, scale } | Kind::Pareto { shape, scale } => {
                parameters(&[("shape", shape), ("scale", scale)])
            }
            Kind::Beta { alpha, beta, min, max } => {
                parameters(&[("alpha", alpha), ("beta", beta), ("min", min), ("max", max)])
            }
            Kind::Uniform { min, max } => parameters(&[("min", min), ("max", max)]),
            Kind::Triangular { min, mode, max } => parameters(&[("min", min), ("mode", mode), ("max", max)]),
            Kind::Pert { min, mode, max, lambda, .. } => {
                parameters(&[("min", min), ("mode", mode), ("max", max), ("lambda", lambda)])
            }
            Kind::Exponential { mean } => parameters(&[("mean", mean)]),
            Kind::InverseGaussian { mean, shape } => parameters(&[("mean", mean), ("shape", shape)]),
            Kind::StudentT { location, scale, dof } => {
                parameters(&[("location", location), ("scale", scale), ("dof", dof)])
            }
            Kind::Gpd { threshold, scale, shape } => {
                parameters(&[("threshold", threshold), ("scale", scale), ("shape", shape)])
            }
            Kind::Metalog(metalog) => {
                let pairs = metalog.quantiles().iter().map(|(p, x)| format!("[{}, {}]", number(*p), number(*x)));
                let mut keys = vec![("dist", "\"metalog\"".to_owned()), ("quantiles", list(pairs))];
                keys.extend(metalog.min().map(|min| ("min", number(min))));
                keys.extend(metalog.max().map(|max| ("max", number(max))));
                Some(keys)
            }
            Kind::Discrete { values, weights } => Some(vec![
                ("dist", "\"discrete\"".to_owned()),
                ("values", list(values.iter().map(|value| number(*value)))),
                ("weights", list(weights.iter().map(|weight| number(*weight)))),
            ]),
            Kind::Mixture(components) => {
                let part = |(weight, law): &(f64, Law)| {
                    Some(format!("{{ weight = {}, {} }}", number(*weight), law.inline_by(number)?))
                };
                let parts: Option<Vec<String>> = components.iter().map(part).collect();
                // One component a line: a mixture of experts has many.
                Some(vec![
                    ("dist", "\"mixture\"".to_owned()),
                    ("components", format!("[\n  {},\n]", parts?.join(",\n  "))),
                ])
            }
            Kind::Splice { body, tail, threshold, tail_weight } => Some(vec![
                ("dist", "\"splice\"".to_owned()),
                ("threshold", number(threshold)),
                ("tail_weight", number(tail_weight)),
                ("body", format!("{{ {} }}", body.inline_by(number)?)),
                ("tail", format!("{{ {} }}", tail.inline_by(number)?)),
            ]),
            Kind::Truncated { law, low, high } => {
                let mut keys = law.written_by(number)?;
                keys.push(("truncate", list([low, high].into_iter().map(number))));
                Some(keys)
            }
        }
    }
}

/// The shortest text that reads back to the same double.
fn number(value: f64) -> String {
    let plain = value == 0.0 || (1e-5..1e15).contains(&value.abs());
    if plain || value.is_infinite() { value.to_string() } else { format!("{value:e}") }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}
