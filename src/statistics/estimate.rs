//! What is a figure together with how sure it is?

use serde::{Deserialize, Serialize};

/// A figure with its 95% interval: equal bounds where it is exact, none where the interval is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}
