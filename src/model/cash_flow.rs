//! What does it cost that the money comes later?
//!
//! **dnfb** `= ((dnfb_days + 365 * backlog_share * L / h) * V + denial_delay_days * N) * P * r / 365`, USD: the carrying cost
//! at the rate `r` of discharged-not-final-billed encounters and of denied claims, each worth `P`. `L / h` is the share of
//! the year's output lost to onboarding, of which `backlog_share` is uncoded on average.
//!
//! Sign: delay is a cost; fewer days than now (`dnfb_days` below 0) a gain. Source: the article, "Turnaround Time", no figure; three
//! rounds of 45 to 60 days for a denial (Premier). Left out: borrowing limits, and claims that fall outside filing deadlines.

const DAYS: f64 = 365.0;

/// What delays the money of a year.
pub(super) struct Delay<'a> {
    pub dnfb_days: &'a [f64],
    pub backlog_share: &'a [f64],
    pub lost_hours: &'a [f64],
    pub hours: &'a [f64],
    pub encounters: &'a [f64],
    pub denial_delay_days: &'a [f64],
    pub denials: &'a [f64],
    pub payment: &'a [f64],
    pub cost_of_capital: &'a [f64],
}

impl Delay<'_> {
    /// Adds the carrying cost; a team that works no hours has no backlog of its own.
    pub fn add(&self, cost: &mut [f64]) {
        for i in 0..cost.len() {
            let lost_share = if self.hours[i] > 0.0 { self.lost_hours[i] / self.hours[i] } else { 0.0 };
            let days = self.dnfb_days[i] + DAYS * self.backlog_share[i] * lost_share;
            let claim_days = days * self.encounters[i] + self.denial_delay_days[i] * self.denials[i];
            cost[i] += claim_days * self.payment[i] * self.cost_of_capital[i] / DAYS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let delay = Delay {
            dnfb_days: &[2.0],
            backlog_share: &[0.15],
            lost_hours: &[100.0],
            hours: &[10_000.0],
            encounters: &[1000.0],
            denial_delay_days: &[60.0],
            denials: &[50.0],
            payment: &[13_500.0],
            cost_of_capital: &[0.073],
        };
        let mut cost = [0.0];
        delay.add(&mut cost);
        // (2 + 365 * 0.15 * 0.01) * 1000 + 3000 = 5547.5 claim-days at 2.70 USD a day.
        assert!((cost[0] - 14_978.25).abs() < 1e-6, "{cost:?}");
    }
}
