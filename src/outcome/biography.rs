//! Where does a driver's law come from?

use serde::{Deserialize, Serialize};

/// How a driver was made, as it stands beside its law in a config. Every key is optional; none changes what is drawn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Biography {
    /// File that the law was fitted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// `blake3:` and 64 hexadecimal digits: of the bytes of that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Which rows, as in `date>=2019-01-01,affected>501`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Rows that were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// People who were asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
    /// Weight of each in the pool.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<f64>,
    /// Which family, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// What else was tried, and why not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<ParameterUncertainty>,
}

/// How sure the parameters are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParameterUncertainty {
    pub parameters: Vec<String>,
    pub estimates: Vec<f64>,
    /// Of the estimates, row by row.
    pub covariance: Vec<Vec<f64>>,
}

impl Biography {
    /// The keys, in the order in which they are written.
    pub const KEYS: [&'static str; 11] = [
        "data",
        "hash",
        "column",
        "filter",
        "sample_size",
        "method",
        "experts",
        "weights",
        "chosen",
        "rejected",
        "uncertainty",
    ];
}

impl ParameterUncertainty {
    pub const KEYS: [&'static str; 3] = ["parameters", "estimates", "covariance"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_the_fields() {
        let text = |word: &str| Some(word.to_owned());
        let uncertainty =
            ParameterUncertainty { parameters: vec!["mu".into()], estimates: vec![1.0], covariance: vec![vec![0.1]] };
        let all = Biography {
            data: text("a.csv"),
            hash: text("blake3:0"),
            column: text("c"),
            filter: text("c>1"),
            sample_size: Some(3),
            method: text("m"),
            experts: vec!["e".into()],
            weights: vec![1.0],
            chosen: text("x"),
            rejected: vec!["y".into()],
            uncertainty: Some(uncertainty),
        };
        let value = serde_json::to_value(&all).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&value), Biography::KEYS);
        assert_eq!(keys(&value["uncertainty"]), ParameterUncertainty::KEYS);
        assert_eq!(serde_json::to_string(&Biography::default()).unwrap(), "{}");
    }
}
