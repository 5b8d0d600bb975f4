//! What about a valid config is worth knowing before its result is believed?

use super::describe::describe;
use super::drivers::{HospitalDriver, WorkforceDriver};
use super::scenario::{Driver, Scenario, Value, Workforce};
use super::sections::{DEFAULT_SEED, DEFAULT_YEARS};
use super::tree::Table;
use super::uncertain::UncertainParameter;
use crate::outcome::Caution;

/// Case mix is inconsistent when 1.0 of it is worth more than this many payments.
const CASE_MIX_PER_PAYMENT: f64 = 2.0;

/// The cautions of a scenario, in the order of the schema.
pub(crate) fn of(scenario: &Scenario, tree: &Table) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let mut add = |code: &str, message: String| cautions.push(Caution { code: code.to_owned(), message });
    let simulation = tree.get("simulation").and_then(|node| node.as_table());
    let given = |key: &str| simulation.is_some_and(|table| table.get(key).is_some());
    if !given("years") || !given("seed") {
        let message = format!(
            "the config does not give both simulation.years and simulation.seed; {DEFAULT_YEARS} years and seed \
             {DEFAULT_SEED} stand in for what is missing"
        );
        add("simulation_default", message);
    }
    if scenario.hospital.get(HospitalDriver::HoursPerCoder).is_none() {
        let message = "hospital.hours_per_coder is not given; 1920 hours a year (160 a month) stand in, which decides \
                       how many coders are audited and leave";
        add("default_hours_per_coder", message.into());
    }
    let hours = mean(scenario.hospital.get(HospitalDriver::ReferenceHours)).unwrap_or(0.0);
    // Written so that an undefined mean is cautioned against too.
    if !matches!(hours.partial_cmp(&0.0), Some(std::cmp::Ordering::Greater)) {
        let message =
            "hospital.reference_hours is absent or zero: there is no labour, and hourly rates are not defined";
        add("no_reference_hours", message.into());
    }
    let payment = mean(scenario.hospital.get(HospitalDriver::PaymentPerEncounter)).unwrap_or(0.0);
    if let Some(case_mix) = mean(scenario.hospital.get(HospitalDriver::CaseMixValue))
        && case_mix > CASE_MIX_PER_PAYMENT * payment
    {
        let message = format!(
            "hospital.case_mix_value, {case_mix:.0} USD per 1.0 of case mix on average, is more than twice \
             payment_per_encounter, {payment:.0} USD: 1.0 of case mix cannot be worth much more than an average \
             payment, so the case-mix line is probably overstated; exclude = [\"case_mix\"] leaves it out"
        );
        add("case_mix_inconsistent", message);
    }
    for line in describe(scenario).iter().filter(|line| !line.mean.is_finite()) {
        let message = format!(
            "{}, {}, has no finite mean: averages over years do not settle however many are simulated; truncate it",
            line.path, line.law
        );
        add("infinite_mean", message);
    }
    for (index, workforce) in scenario.workforces.iter().enumerate() {
        if !scenario.options.iter().any(|option| option.mix.iter().any(|&(member, _)| member == index)) {
            let message =
                format!("workforce {:?} has a share in no option; its drivers change nothing", workforce.name);
            add("unused_workforce", message);
        }
        for switch in SWITCHES {
            if is_described_but_off(workforce, switch) {
                let message = format!(
                    "workforce.{}.{table} is described, but {key} is not given and so is 0: the mechanism is off",
                    workforce.name,
                    table = switch.table().unwrap_or_default(),
                    key = switch.spec().key,
                );
                add("mechanism_off", message);
            }
        }
    }
    cautions
}

/// What a plain run leaves out of sight.
pub(crate) fn uncertain(parameters: &[UncertainParameter]) -> Option<Caution> {
    /// More names than this make no sentence.
    const NAMED: usize = 3;
    let uncertain: Vec<&str> = parameters
        .iter()
        .filter(|parameter| !parameter.is_certain())
        .map(|parameter| parameter.path.as_str())
        .collect();
    let named = uncertain.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let (subject, verb, pronoun) = match uncertain.len() {
        0 => return None,
        1 => (named, "is uncertain itself", "it at its mean"),
        count if count <= NAMED => (named, "are uncertain themselves", "them at their means"),
        count => (format!("{count} parameters ({named}, ...)"), "are uncertain themselves", "them at their means"),
    };
    let message = format!(
        "{subject} {verb}; every figure of a run holds {pronoun}, so that intervals and tails are those of chance alone; \
         tailcost uncertainty shows what ignorance adds"
    );
    Some(Caution { code: "uncertain_parameters".to_owned(), message })
}

/// Does the user call this source a guess?
pub fn is_guess(driver: &Driver) -> bool {
    driver.source.as_ref().is_some_and(|source| source.to_lowercase().contains("guess"))
}

/// The drivers without which their table does nothing.
const SWITCHES: [WorkforceDriver; 5] = [
    WorkforceDriver::SwitchProbability,
    WorkforceDriver::BreachFrequency,
    WorkforceDriver::PenaltyProbability,
    WorkforceDriver::ComplianceProbability,
    WorkforceDriver::RegulationProbability,
];

fn is_described_but_off(workforce: &Workforce, switch: WorkforceDriver) -> bool {
    let table = format!("{}.", switch.table().unwrap_or_default());
    let described = workforce.drivers.iter().any(|(driver, _)| driver.spec().key.starts_with(&table));
    described && workforce.drivers.get(switch).is_none()
}

fn mean(driver: Option<&Driver>) -> Option<f64> {
    driver.map(|driver| match &driver.value {
        Value::Point(value) => *value,
        Value::Law(law) => law.mean(),
    })
}
