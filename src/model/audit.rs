//! What does checking the work and answering its questions cost?
//!
//! - **audit** `= n * 12 * audit_hours * auditor_rate`, USD: quality review by the client, in hours per coder-month.
//! - **queries** `= V * query_rate * query_cost`, USD: questions back to clinicians across time zones and languages,
//!   `V = w v E` encounters.
//!
//! Sign: costs. Source: the article, six more audit hours per coder and month (1.87 USD per reference hour). Left out: what an
//! audit finds and prevents; the error rates of the config are those after audit.

const MONTHS: f64 = 12.0;

/// Adds the cost of quality review.
pub(super) fn add_audit(coders: &[f64], audit_hours: &[f64], auditor_rate: &[f64], cost: &mut [f64]) {
    for i in 0..cost.len() {
        cost[i] += coders[i] * MONTHS * audit_hours[i] * auditor_rate[i];
    }
}

/// Adds the cost of queries.
pub(super) fn add_queries(encounters: &[f64], query_rate: &[f64], query_cost: &[f64], cost: &mut [f64]) {
    for i in 0..cost.len() {
        cost[i] += encounters[i] * query_rate[i] * query_cost[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let mut cost = [1.0, 1.0];
        add_audit(&[2.0, 0.0], &[6.0, 6.0], &[50.0, 50.0], &mut cost);
        assert_eq!(cost, [7201.0, 1.0]);
        add_queries(&[1000.0, 10.0], &[0.06, 0.5], &[12.0, 2.0], &mut cost);
        assert_eq!(cost, [7921.0, 11.0]);
    }
}
