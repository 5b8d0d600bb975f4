//! stub
use super::{ChartError, ChartFile};
use crate::outcome::fit::Fit;

pub fn fit_charts(_fit: &Fit) -> Result<Vec<ChartFile>, ChartError> {
    Ok(Vec::new())
}
