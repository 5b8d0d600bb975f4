//! What do the hours of coding cost, and the oversight that comes with them?
//!
//! - Reference hours of the share `w`: `h0 = w v H`; hours worked `h = h0 / p`, hours; coders `n = h / A`.
//! - **labour** `= rate * h`, USD. A slow workforce bills more hours for the same charts.
//! - **management** `= management_fee * h`, USD: what the client spends on oversight outside the rate.
//!
//! Sign: costs. Source: the article, 34% lower productivity turns 35 into 52.85 USD per reference hour; no figure is
//! given for management fees. Left out: overtime, minimum volumes and price steps of the contract.

/// Hours worked for the reference hours of a share.
pub(super) fn worked_hours(share: f64, volume: &[f64], reference_hours: &[f64], productivity: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = share * volume[i] * reference_hours[i] / productivity[i];
    }
}

/// Coders who work those hours.
pub(super) fn coders(hours: &[f64], hours_per_coder: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] = hours[i] / hours_per_coder[i];
    }
}

/// Adds an hourly charge on the hours worked.
pub(super) fn add_hourly(rate: &[f64], hours: &[f64], cost: &mut [f64]) {
    for i in 0..cost.len() {
        cost[i] += rate[i] * hours[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_the_productivity_doubles_the_bill() {
        let (mut hours, mut n, mut cost) = ([0.0], [0.0], [100.0]);
        worked_hours(0.4, &[1.1], &[1000.0], &[0.5], &mut hours);
        coders(&hours, &[440.0], &mut n);
        add_hourly(&[35.0], &hours, &mut cost);
        assert!((hours[0] - 880.0).abs() < 1e-9 && (n[0] - 2.0).abs() < 1e-12 && (cost[0] - 30_900.0).abs() < 1e-9);
    }
}
