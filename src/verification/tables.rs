//! Do the tables that the case was compiled to give the quantiles of its laws, and its counts the exact inverses?
//!
//! Nothing here is left to chance: fixed grids of probabilities down to tails of 1e-12 on both sides, through the kernel's own
//! compiled tables on its own instructions.

use super::case_drivers::{CaseDriver, varying};
use super::{Context, assertion};
use crate::config::drivers::Absent;
use crate::config::{Drivers, HospitalDriver, Scenario, Value, WorkforceDriver, WorldDriver};
use crate::distributions::counts::{NormalsOf, binomial_on, poisson_on};
use crate::distributions::sums::CompiledSum;
use crate::distributions::{Law, Sampler, standard_normal};
use crate::engine::parallel_map;
use crate::model::Model;
use crate::numerics::Probability;
use crate::numerics::elementary::exp;
use crate::numerics::simd::{Column, Level, Pack, flat, flat_mut, packs_for};
use crate::numerics::special::{beta_cdf, gamma_cdf};
use crate::outcome::{Assertion, Extent, Limit};
use crate::random::Given;

/// Errors promised in units of `max(|x|, sd / 100)`, at tails from 1e-9 on and from 1e-12 on.
const NEAR: f64 = 1e-8;
const FAR: f64 = 1e-6;
/// Relative error promised of a sum's quantiles from 0.001 to 0.999.
const SUM: f64 = 1e-3;
/// The incomplete gamma and beta functions are exact to 1e-12 of a tail: nearer to a step than this both sides are right.
const CDF_ERROR: f64 = 2e-12;

/// Tables against [`Law::quantile`], sums of one amount against it, counts against their exact distribution functions.
pub(super) fn find(context: &Context<'_>, _alarm: f64) -> Vec<Assertion> {
    let scenario = &context.loaded.scenario;
    let level = context.level();
    let model = Model::on(level, scenario, context.seed);
    let drivers = varying(scenario);
    let grid = Grid::new(match context.extent {
        Extent::Quick => 32,
        Extent::Full => 128,
    });
    let samplers: Vec<&Sampler> = model.samplers().chain([standard_normal()]).collect();
    let mut found: Vec<Assertion> =
        parallel_map(&samplers, |sampler| table(sampler, &grid, level, &name(sampler.law(), &drivers))).concat();
    let smooth: Vec<&(Law, CompiledSum)> = model.sums().filter(|(law, _)| law.atoms().is_empty()).collect();
    found.extend(parallel_map(&smooth, |(law, sum)| sum_of_one(law, sum, level, &name(law, &drivers))));
    let counts = counts(scenario);
    found.extend(parallel_map(&counts, |count| count.find(level)));
    found
}

/// The drivers that share a law.
fn name(law: &Law, drivers: &[CaseDriver<'_>]) -> String {
    let printed = format!("{law:?}");
    let mut paths = drivers.iter().filter(|driver| format!("{:?}", driver.law) == printed).map(CaseDriver::path);
    let Some(first) = paths.next() else { return law.to_string() };
    match paths.count() {
        0 => first,
        others => format!("{first} and {others} more"),
    }
}

/// Folded probabilities at the edges and in the middles of cells, and at the ends of what is promised.
struct Grid {
    folded: Vec<f64>,
    packs: Vec<Pack>,
}

impl Grid {
    /// Each binade of the tail in so many parts: tables have 8 to 64 cells there.
    fn new(parts: u32) -> Self {
        let mut tails = vec![1e-12, 1e-9];
        for binade in 1..40 {
            let from = f64::from_bits((1023 - 1 - binade) << 52);
            tails.extend((0..parts).map(|part| from * (1.0 + f64::from(part) / f64::from(parts))));
        }
        tails.push(0.5);
        let folded: Vec<f64> = tails.iter().copied().filter(|tail| *tail >= 1e-12).flat_map(|t| [t, -t]).collect();
        let packs = column(&folded);
        Self { folded, packs }
    }
}

fn column(values: &[f64]) -> Vec<Pack> {
    // What is left of the last pack is a probability too.
    let mut packs = vec![Pack::splat(0.5); packs_for(values.len())];
    flat_mut(&mut packs)[..values.len()].copy_from_slice(values);
    packs
}

fn table(sampler: &Sampler, grid: &Grid, level: Level, name: &str) -> Vec<Assertion> {
    let law = sampler.law();
    let mut out = vec![Pack::ZERO; grid.packs.len()];
    sampler.fill(level, &grid.packs, &mut out);
    let spread = (law.quantile(Probability::upper(0.05)) - law.quantile(Probability::lower(0.05))) / 3.29;
    let sd = law.variance().sqrt();
    // By the smaller of the two: a law without variance has but the first.
    let floor = 0.01 * if sd.is_finite() { sd.min(spread) } else { spread };
    let mut worst = [(0.0f64, 0.5); 2];
    for (value, &folded) in flat(&out).iter().zip(&grid.folded) {
        let far = usize::from(folded.abs() < 1e-9);
        let error = error(law, *value, folded, floor, [NEAR, FAR][far]);
        if error.is_nan() || error > worst[far].0 {
            worst[far] = (error, folded);
        }
    }
    [("quantile error to tails of 1e-9", NEAR), ("quantile error to tails of 1e-12", FAR)]
        .into_iter()
        .zip(worst)
        .map(|((measure, limit), (error, folded))| {
            let detail = format!(
                "largest at {:?}, {} probabilities, {law}",
                Probability::from_folded(folded),
                grid.folded.len()
            );
            assertion("tables", name, measure, (error, Limit::AtMost(limit)), 0.0, detail)
        })
        .collect()
}

/// In units of `max(|x|, floor)`. Where a rounding of the probability decides between two values, as at the end of an atom, both are right.
fn error(law: &Law, value: f64, folded: f64, floor: f64, limit: f64) -> f64 {
    let at = |folded: f64| {
        let exact = law.quantile(Probability::from_folded(folded));
        if value == exact { 0.0 } else { (value - exact).abs() / exact.abs().max(floor) }
    };
    let error = at(folded);
    if error <= limit {
        return error;
    }
    error.min(at(folded * (1.0 - 1e-13))).min(at(folded * (1.0 + 1e-13)))
}

fn sum_of_one(law: &Law, sum: &CompiledSum, level: Level, name: &str) -> Assertion {
    let levels: Vec<f64> = (1..1000).map(|i| Probability::lower(f64::from(i) / 1000.0).folded()).collect();
    let uniforms = column(&levels);
    let one = vec![Pack::splat(1.0); uniforms.len()];
    let (mut normals, mut out) = (one.clone(), one.clone());
    standard_normal().fill(level, &uniforms, &mut normals);
    sum.on(level, &one, &normals, Given(&uniforms), &mut out);
    let mut worst = (0.0f64, 0.5);
    for (value, &folded) in flat(&out).iter().zip(&levels) {
        let exact = law.quantile(Probability::from_folded(folded));
        let error = (value / exact - 1.0).abs();
        if exact > 0.0 && (error.is_nan() || error > worst.0) {
            worst = (error, folded);
        }
    }
    let detail = format!("largest at {:?}, {law}", Probability::from_folded(worst.1));
    let subject = format!("{name}, a sum of one");
    assertion(
        "tables",
        subject,
        "relative error of quantiles from 0.001 to 0.999",
        (worst.0, Limit::AtMost(SUM)),
        0.0,
        detail,
    )
}

/// A count of the case and about what it is drawn with.
struct Count {
    subject: String,
    kind: Kind,
}

enum Kind {
    Poisson { mean: f64 },
    Binomial { trials: f64, probability: f64 },
}

/// The counts of every workforce that some option uses, at the medians of what they depend on.
fn counts(scenario: &Scenario) -> Vec<Count> {
    use WorkforceDriver as D;
    let world = |driver: WorldDriver| median(&scenario.world, driver, driver.spec().absent);
    let hospital = |driver: HospitalDriver| median(&scenario.hospital, driver, driver.spec().absent);
    let volume = world(WorldDriver::Volume);
    let hours = volume * hospital(HospitalDriver::ReferenceHours);
    let mut counts = Vec::new();
    for (index, workforce) in scenario.workforces.iter().enumerate() {
        if !scenario.options.iter().any(|option| option.mix.iter().any(|(used, _)| *used == index)) {
            continue;
        }
        let of = |driver: D| median(&workforce.drivers, driver, driver.spec().absent);
        let coders = hours / of(D::Productivity) / hospital(HospitalDriver::HoursPerCoder);
        let encounters = volume * hospital(HospitalDriver::InpatientEncounters);
        let denials = of(D::DenialRate) * encounters * world(WorldDriver::PayerStrictness);
        let breaches = of(D::BreachFrequency) * world(WorldDriver::Threat);
        let binomial = |trials: f64, driver: D| Kind::Binomial { trials, probability: of(driver) };
        for (line, kind) in [
            ("departures", Kind::Poisson { mean: coders * of(D::Turnover) }),
            ("denials", Kind::Poisson { mean: denials }),
            ("write-offs", binomial(denials.round(), D::WriteOffShare)),
            ("breaches", Kind::Poisson { mean: breaches }),
            ("fines", binomial(4.0, D::PenaltyProbability)),
        ] {
            if kind.happens() {
                counts.push(Count { subject: format!("workforce.{}: {line}", workforce.name), kind });
            }
        }
    }
    counts
}

fn median<K: Copy + Ord>(drivers: &Drivers<K>, driver: K, absent: Absent) -> f64 {
    match drivers.get(driver).map(|driver| &driver.value) {
        Some(Value::Point(value)) => *value,
        Some(Value::Law(law)) => law.quantile(Probability::lower(0.5)),
        None => match absent {
            Absent::Value(value) => value,
            Absent::Unlimited => f64::INFINITY,
        },
    }
}

impl Kind {
    fn happens(&self) -> bool {
        let mean = match self {
            Kind::Poisson { mean } => *mean,
            Kind::Binomial { trials, probability } => trials * probability,
        };
        mean > 0.0 && mean < 1e9
    }

    /// Thinner and denser years than the median one.
    fn around(&self) -> Vec<Self> {
        let factors = [1.0 / 16.0, 0.25, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0, 16.0];
        let scaled = |factor: f64| match self {
            Kind::Poisson { mean } => Kind::Poisson { mean: mean * factor },
            Kind::Binomial { trials, probability } => {
                Kind::Binomial { trials: (trials * factor).ceil(), probability: *probability }
            }
        };
        factors.into_iter().map(scaled).collect()
    }

    /// `P(N <= count)`.
    fn cdf(&self, count: f64) -> Probability {
        match self {
            Kind::Poisson { mean } => gamma_cdf(count + 1.0, *mean).complement(),
            Kind::Binomial { trials, .. } if count >= *trials => Probability::upper(0.0),
            Kind::Binomial { trials, probability } => beta_cdf(count + 1.0, trials - count, *probability).complement(),
        }
    }

    fn draw(&self, level: Level, uniforms: &[Pack]) -> Vec<Pack> {
        let mut out = vec![Pack::ZERO; uniforms.len()];
        let given = Given(uniforms);
        match self {
            Kind::Poisson { mean } => {
                poisson_on(level, &vec![Pack::splat(*mean); uniforms.len()], given, NormalsOf(given), &mut out);
            }
            Kind::Binomial { trials, probability } => {
                let (trials, probability) = (vec![Pack::splat(*trials); uniforms.len()], Pack::splat(*probability));
                binomial_on(level, &trials, Column::constant(&probability), given, NormalsOf(given), &mut out);
            }
        }
        out
    }

    /// Is it the least count whose cdf reaches the probability?
    fn inverts(&self, count: f64, p: Probability) -> bool {
        count >= 0.0
            && count == count.floor()
            && reaches(self.cdf(count), p)
            && (count == 0.0 || !surely_reaches(self.cdf(count - 1.0), p))
    }
}

/// Is the first at least the second, as far as they are known?
fn reaches(cdf: Probability, p: Probability) -> bool {
    if p.is_upper() { cdf.q() <= p.q() * (1.0 + CDF_ERROR) } else { cdf.p() >= p.p() * (1.0 - CDF_ERROR) }
}

fn surely_reaches(cdf: Probability, p: Probability) -> bool {
    if p.is_upper() { cdf.q() <= p.q() * (1.0 - CDF_ERROR) } else { cdf.p() >= p.p() * (1.0 + CDF_ERROR) }
}

impl Count {
    /// Counts at a grid of probabilities, and just before and after the steps that it meets.
    fn find(&self, level: Level) -> Assertion {
        let (mut wrong, mut tried) = (0u64, 0u64);
        for kind in self.kind.around() {
            let tails = (0..150).map(|i| 0.5 * exp(-26.9 * f64::from(i) / 149.0));
            let coarse: Vec<f64> = tails.flat_map(|tail| [tail, -tail]).collect();
            let counts = kind.draw(level, &column(&coarse));
            let steps = flat(&counts)[..coarse.len()].iter().flat_map(|count| {
                let step = kind.cdf(*count).folded();
                [step * (1.0 - 1e-9), step * (1.0 + 1e-9)]
            });
            let fine: Vec<f64> = steps.filter(|folded| (1e-12..=0.5).contains(&folded.abs())).collect();
            let more = kind.draw(level, &column(&fine));
            for (count, folded) in flat(&counts).iter().zip(&coarse).chain(flat(&more).iter().zip(&fine)) {
                tried += 1;
                wrong += u64::from(!kind.inverts(*count, Probability::from_folded(*folded)));
            }
        }
        let outcome = (wrong as f64, Limit::AtMost(0.0));
        assertion("tables", &self.subject[..], "counts that are not the inverse", outcome, 0.0, format!("of {tried}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::simd::Instructions;

    fn law(family: &str, parameters: &[(&str, f64)]) -> Law {
        Law::from_parameters(family, parameters).expect("a law")
    }

    /// The grid is held against laws whose table is of another, a thousandth of a deviation away.
    #[test]
    fn a_shifted_table_is_noticed() {
        let level = Instructions::Plain.level().expect("on every machine");
        let grid = Grid::new(8);
        let normal = Sampler::compile(&law("normal", &[("mean", 5.0), ("sd", 1.0)]));
        assert!(table(&normal, &grid, level, "it").iter().all(|assertion| assertion.passed));
        let other = law("normal", &[("mean", 5.001), ("sd", 1.0)]);
        let (folded, value) = (-1e-3, normal.at(Probability::from_folded(-1e-3)));
        assert!(error(&other, value, folded, 0.01, NEAR) > 1e-4);
    }

    #[test]
    fn both_sides_of_an_atoms_end_are_right_and_no_more() {
        let coin = Law::discrete(&[1.0, 2.0], &[0.3, 0.7]).expect("a law");
        assert_eq!(error(&coin, 1.0, 0.3, 0.01, NEAR), 0.0);
        assert_eq!(error(&coin, 2.0, 0.3, 0.01, NEAR), 0.0);
        assert!(error(&coin, 2.0, 0.3 - 1e-9, 0.01, NEAR) > 0.1 && error(&coin, 1.0, 0.3 + 1e-9, 0.01, NEAR) > 0.1);
    }

    #[test]
    fn a_count_one_off_is_noticed() {
        let level = Instructions::Plain.level().expect("on every machine");
        for kind in [Kind::Poisson { mean: 500.0 }, Kind::Binomial { trials: 900.0, probability: 0.3 }] {
            for folded in [1e-9, 0.2, 0.5, -0.3, -1e-12] {
                let count = flat(&kind.draw(level, &[Pack::splat(folded)]))[0];
                let p = Probability::from_folded(folded);
                assert!(kind.inverts(count, p) && !kind.inverts(count + 1.0, p) && !kind.inverts(count - 1.0, p));
            }
        }
    }
}
