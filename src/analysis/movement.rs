//! How is a driver moved so that its mean is what is asked for, and how far can it be moved?

use crate::config::drivers::{Absent, Domain, DriverSpec, Use};
use crate::config::{DriverId, Scenario, UnknownDriver, Value};
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::outcome::breakeven::{MovedDriver, Movement};

/// A driver of a case that is moved: by a number in its place, a shift or a factor.
#[derive(Debug, Clone)]
pub struct Mover<'a> {
    scenario: &'a Scenario,
    id: DriverId,
    spec: &'static DriverSpec,
    value: Value,
    by: Movement,
    today: f64,
}

/// Why a driver cannot be moved as asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MoveError {
    #[error("{0}")]
    Unknown(#[from] UnknownDriver),
    #[error(
        "`{path}` is a fixed number of the model, not a driver that moves; set it with --set {path}=NUMBER and compare"
    )]
    Fixed { path: String },
    #[error("`{path}` is absent, which means no limit: there is no value to move; use --by point with --from and --to")]
    Unlimited { path: String },
    #[error("`{path}` has no mean ({law}); use --by point")]
    NoMean { path: String, law: String },
    #[error("`{path}` is {today} today, and no factor changes that; use --by {other} with --from and --to")]
    NoScale { path: String, today: f64, other: &'static str },
    #[error("`{path}` is 0 today, which says nothing of how far to search; give --from and --to")]
    NoRange { path: String },
    #[error("--from and --to: expected two numbers with --from below --to, found {from} and {to}")]
    Empty { from: f64, to: f64 },
    #[error("`{path}` must be {domain}: with a mean of {mean} by {by}, {law} is not")]
    LeavesDomain { path: String, mean: f64, by: &'static str, law: String, domain: &'static str },
}

/// Means between which is searched by default: this many times today's.
const TIMES: f64 = 10.0;
/// Standard deviations to either side of today's mean.
const SPREADS: f64 = 10.0;
/// Largest share of a driver that never reaches 1.
const NEARLY_ONE: f64 = 0.99;
/// Halvings that find where a domain ends.
const HALVINGS: usize = 60;

impl<'a> Mover<'a> {
    /// The driver that `path` names, moved as asked or as suits it: a number by point, a law on a domain of numbers that are not negative by
    /// a factor, any other law by a shift.
    pub fn new(scenario: &'a Scenario, path: &str, by: Option<Movement>) -> Result<Self, MoveError> {
        let id = scenario.find(path)?;
        let (path, spec) = (scenario.path(id), id.spec());
        if spec.used == Use::Fixed {
            return Err(MoveError::Fixed { path });
        }
        let value = match (scenario.driver(id), spec.absent) {
            (Some(driver), _) => driver.value.clone(),
            (None, Absent::Value(value)) => Value::Point(value),
            (None, Absent::Unlimited) if by == Some(Movement::Point) => Value::Point(f64::INFINITY),
            (None, Absent::Unlimited) => return Err(MoveError::Unlimited { path }),
        };
        let by = by.unwrap_or(match (&value, spec.domain) {
            (Value::Point(_), _) => Movement::Point,
            (Value::Law(_), Domain::AnySign) => Movement::Shift,
            (Value::Law(_), _) => Movement::Scale,
        });
        let today = match &value {
            Value::Point(value) => *value,
            Value::Law(law) => law.mean(),
        };
        if let Value::Law(law) = &value
            && !today.is_finite()
        {
            return Err(MoveError::NoMean { path, law: law.to_string() });
        }
        if by == Movement::Scale && today <= 0.0 {
            let other = if matches!(value, Value::Point(_)) { "point" } else { "shift" };
            return Err(MoveError::NoScale { path, today, other });
        }
        Ok(Self { scenario, id, spec, value, by, today })
    }

    pub fn path(&self) -> String {
        self.scenario.path(self.id)
    }

    /// Does every value of the driver take a compilation of its sums? Then few are tried.
    pub fn is_summed(&self) -> bool {
        self.spec.used == Use::Each
    }

    /// Mean of the driver as the case has it; infinite where it is an absent limit.
    pub fn today(&self) -> f64 {
        self.today
    }

    /// What the move adds, or multiplies by; the number itself by point.
    pub fn move_by(&self, mean: f64) -> f64 {
        match self.by {
            Movement::Point => mean,
            Movement::Shift => mean - self.today,
            Movement::Scale => mean / self.today,
        }
    }

    /// The driver moved to a mean; an error names the domain that it would leave.
    pub fn value_at(&self, mean: f64) -> Result<Value, MoveError> {
        let (shift, scale) = match self.by {
            Movement::Point => return self.inside(Value::Point(mean), mean),
            Movement::Shift => (mean - self.today, 1.0),
            Movement::Scale => (0.0, mean / self.today),
        };
        let value = match &self.value {
            Value::Point(value) => Value::Point(shift + scale * value),
            Value::Law(law) => match law.moved(shift, scale) {
                Ok(law) => Value::Law(law),
                Err(error) => return Err(self.leaves(mean, error.to_string())),
            },
        };
        self.inside(value, mean)
    }

    fn inside(&self, value: Value, mean: f64) -> Result<Value, MoveError> {
        if value.lies_in(self.spec.domain) {
            return Ok(value);
        }
        Err(self.leaves(
            mean,
            match &value {
                Value::Point(value) => value.to_string(),
                Value::Law(law) => law.to_string(),
            },
        ))
    }

    fn leaves(&self, mean: f64, law: String) -> MoveError {
        let (path, domain) = (self.path(), self.spec.domain.in_words());
        MoveError::LeavesDomain { path, mean, by: self.by.key(), law, domain }
    }

    /// The case with the driver moved to a mean within [`Mover::range`].
    pub fn scenario_at(&self, mean: f64) -> Result<Scenario, MoveError> {
        Ok(self.scenario.with_driver(self.id, self.value_at(mean)?))
    }

    /// The same driver in another variant of the case.
    pub fn on<'b>(&self, scenario: &'b Scenario) -> Mover<'b> {
        Mover { scenario, id: self.id, spec: self.spec, value: self.value.clone(), by: self.by, today: self.today }
    }

    /// Means between which to search, and what ends the search where neither end was asked for. Ends that were asked for must lie in the
    /// domain.
    pub fn range(&self, from: Option<f64>, to: Option<f64>) -> Result<(f64, f64, Option<String>), MoveError> {
        let wanted = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            _ => {
                let (low, high) = self.usual()?;
                (from.unwrap_or(low), to.unwrap_or(high))
            }
        };
        if !(wanted.0 < wanted.1 && wanted.0.is_finite() && wanted.1.is_finite()) {
            return Err(MoveError::Empty { from: wanted.0, to: wanted.1 });
        }
        for end in [from, to].into_iter().flatten() {
            self.value_at(end)?;
        }
        let today = self.today.clamp(wanted.0, wanted.1);
        if self.value_at(today).is_err() {
            return Ok((wanted.0, wanted.1, None));
        }
        let (low, high) = (self.last_inside(today, wanted.0), self.last_inside(today, wanted.1));
        let cut = low != wanted.0 || high != wanted.1;
        let limit = cut.then(|| format!("{} must be {}", self.path(), self.spec.domain.in_words()));
        Ok((low, high, limit))
    }

    fn usual(&self) -> Result<(f64, f64), MoveError> {
        match (self.spec.domain, self.by) {
            (Domain::Share, Movement::Point) => return Ok((0.0, 1.0)),
            (Domain::ShareBelowOne, Movement::Point) => return Ok((0.0, NEARLY_ONE)),
            (Domain::Share | Domain::ShareBelowOne, Movement::Shift) => return Ok((0.0, 1.0)),
            _ => {}
        }
        let no_range = || MoveError::NoRange { path: self.path() };
        if !self.today.is_finite() {
            return Err(no_range());
        }
        match (self.spec.domain, &self.value) {
            (Domain::AnySign, Value::Law(law)) if self.by != Movement::Scale => {
                let reach = SPREADS * spread(law);
                let reach = if self.by == Movement::Point { reach.max(self.today.abs()) } else { reach };
                Ok((self.today - reach, self.today + reach))
            }
            _ if self.today == 0.0 => Err(no_range()),
            (Domain::AnySign, _) if self.by != Movement::Scale => {
                let reach = TIMES * self.today.abs();
                Ok((self.today - reach, self.today + reach))
            }
            (Domain::Positive, _) => Ok((self.today / TIMES, self.today * TIMES)),
            _ => Ok((0.0, self.today * TIMES)),
        }
    }

    /// The mean nearest to `end` at which the driver is still in its domain, coming from `inside`.
    fn last_inside(&self, inside: f64, end: f64) -> f64 {
        if self.value_at(end).is_ok() {
            return end;
        }
        let (mut inside, mut outside) = (inside, end);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            if self.value_at(middle).is_ok() { inside = middle } else { outside = middle }
        }
        inside
    }

    /// P1 and P99 of the driver's law; half and twice a number; cut to its domain.
    pub fn likely(&self) -> Result<(f64, f64), MoveError> {
        let (low, high) = match &self.value {
            Value::Law(law) => (law.quantile(Probability::lower(0.01)), law.quantile(Probability::upper(0.01))),
            Value::Point(value) if *value > 0.0 && value.is_finite() => (0.5 * value, 2.0 * value),
            Value::Point(value) if *value < 0.0 => (2.0 * value, 0.5 * value),
            Value::Point(_) => return Err(MoveError::NoRange { path: self.path() }),
        };
        Ok((self.last_inside(self.today, low), self.last_inside(self.today, high)))
    }

    /// The driver and its search as data.
    pub fn described(&self, (from, to, limit): (f64, f64, Option<String>)) -> MovedDriver {
        let law = match &self.value {
            Value::Point(value) if value.is_infinite() => "no limit".to_owned(),
            Value::Point(value) => Law::point(*value).map_or_else(|_| value.to_string(), |law| law.to_string()),
            Value::Law(law) => law.to_string(),
        };
        MovedDriver {
            path: self.path(),
            unit: self.spec.unit.to_owned(),
            meaning: self.spec.meaning.to_owned(),
            by: self.by,
            law,
            today: self.today.is_finite().then_some(self.today),
            from,
            to,
            limit,
        }
    }
}

/// Standard deviation of a law, or where that is infinite what its middle 90% would have for one.
fn spread(law: &Law) -> f64 {
    let sd = law.variance().sqrt();
    if sd.is_finite() && sd > 0.0 {
        return sd;
    }
    (law.quantile(Probability::upper(0.05)) - law.quantile(Probability::lower(0.05))) / 3.29
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};

    fn article() -> Scenario {
        load(&Source::Builtin("article".into()), &[]).unwrap_or_else(|errors| panic!("{errors}")).scenario
    }

    #[test]
    fn drivers_are_moved_as_suits_them() {
        let case = article();
        let of = |path: &str| Mover::new(&case, path, None).unwrap();
        for (path, by) in [
            ("workforce.offshore.rate", Movement::Point),
            ("workforce.offshore.productivity", Movement::Scale),
            ("workforce.offshore.case_mix_drift", Movement::Shift),
        ] {
            assert_eq!(of(path).described((0.0, 1.0, None)).by, by, "{path}");
        }
        let drift = of("workforce.offshore.case_mix_drift");
        let Value::Law(law) = drift.value_at(0.01).unwrap() else { panic!("a law is shifted") };
        assert!((law.mean() - 0.01).abs() < 1e-15 && (law.variance().sqrt() - 0.03).abs() < 1e-15);
        assert!((drift.move_by(0.01) - 0.1078).abs() < 1e-12);
    }

    #[test]
    fn a_domain_ends_the_search_and_says_so() {
        let case = article();
        let share = Mover::new(&case, "workforce.offshore.write_off_share", None).unwrap();
        let (low, high, limit) = share.range(None, None).unwrap();
        assert!(low == 0.0 && high < 1.0 && high > 0.25, "{low} {high}");
        assert_eq!(limit.as_deref(), Some("workforce.offshore.write_off_share must be a number from 0 to 1"));
        assert!(matches!(share.range(Some(0.0), Some(2.0)), Err(MoveError::LeavesDomain { .. })));
        assert!(matches!(share.range(Some(0.5), Some(0.2)), Err(MoveError::Empty { .. })));
        let productivity = Mover::new(&case, "workforce.offshore.productivity", None).unwrap();
        assert!(productivity.range(None, None).unwrap().0 > 0.0);
    }

    #[test]
    fn what_cannot_be_moved_is_refused() {
        let case = article();
        let error = |path: &str, by| Mover::new(&case, path, by).map(|_| ()).unwrap_err().to_string();
        assert!(error("workforce.offshore.rte", None).contains("workforce.offshore.rate"));
        assert!(error("workforce.offshore.denial_dispersion", None).contains("fixed"));
        assert!(error("option.Offshore.transition_cost", Some(Movement::Scale)).contains("--by point"));
        let transition = Mover::new(&case, "option.Offshore.transition_cost", None).unwrap();
        assert!(matches!(transition.range(None, None), Err(MoveError::NoRange { .. })));
        assert!(transition.range(Some(-1e6), Some(1e6)).is_ok());
    }
}
