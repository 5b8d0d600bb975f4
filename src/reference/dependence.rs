//! Which values do the drivers of the dependence group take together in a year?

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::streams::Line;
use crate::config::{CopulaKind, DependenceGroup, DriverId, Scenario, Value};
use crate::distributions::Law;
use crate::numerics::Probability;

/// The group's copula and the laws of its members.
pub struct Group {
    line: Line,
    copula: CopulaKind,
    factor: Cholesky<f64, Dyn>,
    members: Vec<(DriverId, Law)>,
}

impl Group {
    pub fn new(seed: u64, scenario: &Scenario, group: &DependenceGroup) -> Self {
        let size = group.members.len();
        let correlation = DMatrix::from_fn(size, size, |row, column| group.correlation[row][column]);
        let members = group.members.iter().map(|member| (member.driver, law_of(scenario, member.driver))).collect();
        Self {
            line: Line::new(seed, &["dependence"], "normals"),
            copula: group.copula,
            factor: correlation.cholesky().expect("a scenario's correlations are positive definite"),
            members,
        }
    }

    /// The members' values in a year: correlated normals, divided by one chi-square root under t, through the cdf and
    /// each member's quantile function.
    pub fn values(&self, year: u64) -> Vec<(DriverId, f64)> {
        let mut generator = self.line.year(year);
        let size = self.members.len();
        let independent = DVector::from_fn(size, |_, _| StandardNormal.sample(&mut generator));
        let normals: DVector<f64> = self.factor.l() * independent;
        let probabilities: Vec<Probability> = match self.copula {
            CopulaKind::Gaussian => normals.iter().map(|z| probability(&Normal::standard(), *z)).collect(),
            CopulaKind::T { dof } => {
                let chi_square: f64 = ChiSquared::new(dof).expect("positive").sample(&mut generator);
                let root = (dof / chi_square).sqrt();
                let law = StudentsT::new(0.0, 1.0, dof).expect("positive");
                normals.iter().map(|z| probability(&law, z * root)).collect()
            }
        };
        self.members.iter().zip(probabilities).map(|((driver, law), p)| (*driver, law.quantile(p))).collect()
    }
}

/// Probability up to `x`, from the nearer tail.
fn probability(law: &impl ContinuousCDF<f64, f64>, x: f64) -> Probability {
    if x > 0.0 { Probability::upper(law.sf(x)) } else { Probability::lower(law.cdf(x)) }
}

fn law_of(scenario: &Scenario, driver: DriverId) -> Law {
    let driver = match driver {
        DriverId::World(key) => scenario.world.get(key),
        DriverId::Hospital(key) => scenario.hospital.get(key),
        DriverId::Workforce(index, key) => scenario.workforces[index].drivers.get(key),
        DriverId::Option(index, key) => scenario.options[index].drivers.get(key),
    };
    match &driver.expect("a scenario's group names drivers that are given").value {
        Value::Law(law) => law.clone(),
        Value::Point(value) => Law::point(*value).expect("a finite number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(copula: CopulaKind) -> Group {
        let law = Law::from_parameters("exponential", &[("mean", 2.0)]).unwrap();
        let member = |driver| (DriverId::World(driver), law.clone());
        Group {
            line: Line::new(11, &["dependence"], "normals"),
            copula,
            factor: DMatrix::from_row_slice(2, 2, &[1.0, -0.6, -0.6, 1.0]).cholesky().unwrap(),
            members: vec![member(crate::config::WorldDriver::Volume), member(crate::config::WorldDriver::Threat)],
        }
    }

    /// Kendall's tau is `2/pi asin(r)` under both copulas: Lindskog, McNeil and Schmock 2003, doi
    /// 10.1007/978-3-642-57365-1_8. Of disjoint pairs of years the concordant share is binomial: 4.5 standard errors, false
    /// alarm 7e-6. The marginal law keeps its mean in either case.
    #[test]
    fn concordance_and_margins() {
        for copula in [CopulaKind::Gaussian, CopulaKind::T { dof: 3.0 }] {
            let group = group(copula);
            let years: Vec<Vec<f64>> =
                (0..40_000).map(|year| group.values(year).into_iter().map(|(_, value)| value).collect()).collect();
            let concordant =
                years.chunks(2).filter(|pair| (pair[0][0] - pair[1][0]) * (pair[0][1] - pair[1][1]) > 0.0).count();
            // asin(-0.6) = -0.643501.
            let expected = 0.5 - 0.643_501 / std::f64::consts::PI;
            let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
            assert!((concordant as f64 / 20_000.0 - expected).abs() < 4.5 * error, "{copula:?}: {concordant}");
            let mean = years.iter().map(|values| values[0]).sum::<f64>() / 40_000.0;
            assert!((mean - 2.0).abs() < 4.5 * 2.0 / 200.0, "{copula:?}: {mean}");
        }
    }
}
