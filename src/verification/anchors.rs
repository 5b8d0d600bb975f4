//! Does the engine give the figures of twenty compound laws that are known exactly?
//!
//! Each anchor is a case with one line and no other cost, over the kinds of counts and the families of amounts. The first one's
//! figures were printed by another program, Mildenhall's `aggregate`: 1,636,000 and 2,750,983.

use super::compound::{Comparison, assertions, compare};
use super::lines::{Isolated, Line, isolated};
use super::{Context, assertion};
use crate::compound::Frequency;
use crate::config::{Source, load};
use crate::numerics::simd::Instructions;
use crate::outcome::{Assertion, Extent, Limit};

/// A case with one line.
struct Anchor {
    name: &'static str,
    line: Line,
    setting: &'static str,
    /// Of the workforce `a`.
    staff: &'static str,
    /// Workforces of that kind, each with an equal share.
    teams: u32,
}

const fn breach(name: &'static str, staff: &'static str) -> Anchor {
    Anchor { name, line: Line::Breach, setting: "", staff, teams: 1 }
}

const fn rework(name: &'static str, staff: &'static str) -> Anchor {
    let setting = "[hospital]\ninpatient_encounters = 1000";
    Anchor { name, line: Line::DenialRework, setting, staff, teams: 1 }
}

const fn write_off(name: &'static str, staff: &'static str) -> Anchor {
    Anchor { line: Line::DenialWriteOff, ..rework(name, staff) }
}

const ANCHORS: [Anchor; 20] = [
    breach(
        "Poisson 2, lognormal mu 10 sigma 1.5",
        "[workforce.a.breach]
frequency = 2
severity = { dist = 'lognormal', mu = 10, sigma = 1.5 }",
    ),
    breach(
        "Poisson 0.05, lognormal sigma 1.37 to 250 million",
        "[workforce.a.breach]
frequency = 0.05
severity = { dist = 'lognormal', mu = 14.88, sigma = 1.37, truncate = [0.0, 250_000_000] }",
    ),
    breach(
        "Poisson 0.5, gamma shape 0.5",
        "[workforce.a.breach]
frequency = 0.5
severity = { dist = 'gamma', shape = 0.5, scale = 200_000 }",
    ),
    breach(
        "Poisson 3, Pareto 2.5",
        "[workforce.a.breach]
frequency = 3
severity = { dist = 'pareto', shape = 2.5, scale = 100_000 }",
    ),
    breach(
        "Poisson gamma-mixed 1, lognormal sigma 1",
        "[workforce.a.breach]
frequency = { dist = 'gamma', mean = 1.0, sd = 0.7 }
severity = { dist = 'lognormal', mu = 12, sigma = 1.0 }",
    ),
    Anchor {
        setting: "[world]\nthreat = { dist = 'gamma', mean = 1.0, sd = 0.5 }",
        ..breach(
            "Poisson lognormal-mixed 0.3 x gamma threat, mixture",
            "[workforce.a.breach]
frequency = { dist = 'lognormal', median = 0.3, sigma = 0.6 }
severity = { dist = 'mixture', components = [{ weight = 0.8, dist = 'exponential', mean = 50_000 }, { weight = 0.2, dist = 'lognormal', mu = 13, sigma = 0.8 }] }",
        )
    },
    breach(
        "Poisson 1.5, discrete",
        "[workforce.a.breach]
frequency = 1.5
severity = { dist = 'discrete', values = [10_000, 50_000, 400_000], weights = [6, 3, 1] }",
    ),
    breach(
        "Poisson 0.8, empirical of 3,916",
        "[workforce.a.breach]
frequency = 0.8
severity = { dist = 'empirical', file = 'builtin:data/hhs_breach_costs.csv', column = 'cost_usd' }",
    ),
    Anchor {
        line: Line::InsuredBreach,
        setting: "[hospital]\ncyber_insurance = { retention = 500_000, limit = 5_000_000, premium = 100_000 }",
        ..breach(
            "Poisson 0.1, lognormal sigma 1.37, insured",
            "[workforce.a.breach]
frequency = 0.1
severity = { dist = 'lognormal', mu = 14.88, sigma = 1.37, truncate = [0.0, 250_000_000] }
recovered_share = 0.1",
        )
    },
    Anchor {
        line: Line::Penalties,
        ..breach(
            "Poisson 0.5 x 0.3, lognormal sigma 1.2, three provisions capped",
            "[workforce.a.breach]
frequency = 0.5
[workforce.a.breach.penalty]
probability = 0.3
provisions = 3
amount = { dist = 'lognormal', mu = 12.6, sigma = 1.2 }
annual_cap = 1_500_000",
        )
    },
    rework(
        "Poisson 600, lognormal sigma 0.55",
        "[workforce.a]
denial_rate = 0.6
rework_cost = { dist = 'lognormal', mean = 118, sd = 70 }",
    ),
    rework(
        "Poisson 12, Weibull 0.6",
        "[workforce.a]
denial_rate = 0.012
rework_cost = { dist = 'weibull', shape = 0.6, scale = 400 }",
    ),
    rework(
        "Poisson 8, gpd 0.3 from 1,000",
        "[workforce.a]
denial_rate = 0.008
rework_cost = { dist = 'gpd', threshold = 1000, scale = 5000, shape = 0.3 }",
    ),
    rework(
        "Poisson 150, inverse gaussian",
        "[workforce.a]
denial_rate = 0.15
rework_cost = { dist = 'inverse_gaussian', mean = 300, shape = 200 }",
    ),
    rework(
        "negative binomial 50 size 2, uniform",
        "[workforce.a]
denial_rate = 0.05
denial_dispersion = 2
rework_cost = { dist = 'uniform', min = 50, max = 350 }",
    ),
    rework(
        "negative binomial 20 size 0.5, exponential",
        "[workforce.a]
denial_rate = 0.02
denial_dispersion = 0.5
rework_cost = { dist = 'exponential', mean = 118 }",
    ),
    rework(
        "Poisson 25, splice of lognormal and Pareto",
        "[workforce.a]
denial_rate = 0.025
rework_cost = { dist = 'splice', body = { dist = 'lognormal', mu = 5, sigma = 0.6 }, tail = { dist = 'pareto', shape = 2.2, scale = 600 }, threshold = 400 }",
    ),
    write_off(
        "negative binomial 200 size 5 x 0.1, lognormal sigma 0.7",
        "[workforce.a]
denial_rate = 0.2
denial_dispersion = 5
write_off_share = 0.1
denied_payment = { dist = 'lognormal', median = 9_000, sigma = 0.7 }",
    ),
    write_off(
        "Poisson 100 x 0.3, Pareto 1.5 to 10 million",
        "[workforce.a]
denial_rate = 0.1
write_off_share = 0.3
denied_payment = { dist = 'pareto', shape = 1.5, scale = 10_000, truncate = [0.0, 10_000_000] }",
    ),
    Anchor {
        name: "binomial 4 of 0.3, lognormal sigma 1",
        line: Line::Compliance,
        setting: "[hospital]\ninpatient_encounters = 4000",
        staff: "[workforce.a.compliance]
probability = 0.3
error_rate = 0.05
overpaid_share = 0.5
repayment = { dist = 'lognormal', mu = 8, sigma = 1.0 }",
        teams: 4,
    },
];

/// Figures of the first anchor at a level, and by how much a second program's transform may differ.
const PUBLISHED: (f64, [(&str, f64, f64); 2]) = (0.995, [("VaR", 1_636_050.0, 100.0), ("TVaR", 2_751_040.0, 50.0)]);

/// The published figures; in a full verification all anchors, simulated.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let mut found = published(1 << 18);
    if context.extent == Extent::Full {
        let run = Run { seed: context.seed, years: 10_000_000, threads: context.threads };
        found.extend(run.simulated(context.instructions, 1 << 17, alarm));
    }
    found
}

/// How the anchors are simulated.
pub struct Run {
    pub seed: u64,
    pub years: u64,
    pub threads: usize,
}

impl Run {
    /// Every anchor's VaR and TVaR, simulated and exact.
    pub fn simulated(&self, instructions: Instructions, cells: usize, alarm: f64) -> Vec<Assertion> {
        let found: Vec<Comparison> =
            ANCHORS.iter().flat_map(|anchor| self.compared(anchor, instructions, cells)).collect();
        assertions("anchors", found, alarm)
    }

    fn compared(&self, anchor: &Anchor, instructions: Instructions, cells: usize) -> Vec<Comparison> {
        let source = Source::Text { name: anchor.name.into(), text: anchor.text() };
        let loaded = load(&source, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        let Self { seed, years, threads } = *self;
        let context =
            Context { loaded: &loaded, seed, extent: Extent::Full, threads, instructions, generator_bytes: None };
        compare(&context, &anchor.isolated(), years, cells)
    }
}

/// The exact law of the first anchor beside what others found.
pub fn published(cells: usize) -> Vec<Assertion> {
    let (level, figures) = PUBLISHED;
    let exact = ANCHORS[0].isolated().sum.exact(0.999, cells).expect("a law within reach");
    let one = |(measure, published, within): (&str, f64, f64)| {
        let own = if measure == "VaR" { exact.var(level) } else { exact.tvar(level) }.expect("a level within reach");
        let detail = format!("{:.2}, at half the resolution off by {:.3}; published {published}", own.value, own.error);
        let subject = format!("{}, exact {measure} {level}", ANCHORS[0].name);
        let outcome = (own.value - published, Limit::AtMost(within));
        assertion("anchors", subject, "difference in USD", outcome, 0.0, detail)
    };
    figures.into_iter().map(one).collect()
}

impl Anchor {
    fn text(&self) -> String {
        let team = |i: u32| char::from_digit(10 + i, 36).expect("few teams");
        let staff: Vec<String> =
            (0..self.teams).map(|i| self.staff.replace("[workforce.a", &format!("[workforce.{}", team(i)))).collect();
        let share = 1.0 / f64::from(self.teams);
        let mix: Vec<String> = (0..self.teams).map(|i| format!("{} = {share}", team(i))).collect();
        format!(
            "schema = 1\ntitle = '{}'\n[simulation]\nyears = 1000\nseed = 1\nlevels = [0.99, 0.995]\n{}\n{}\n[[option]]\nname = 'a'\nmix = {{ {} }}\n",
            self.name,
            self.setting,
            staff.join("\n"),
            mix.join(", ")
        )
    }

    fn isolated(&self) -> Isolated {
        let source = Source::Text { name: self.name.into(), text: self.text() };
        let loaded = load(&source, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        let alone = |team: usize| isolated(&loaded.scenario, team, self.line).expect("a line that costs something");
        let mut first = alone(0);
        for team in 1..self.teams as usize {
            first.scenario.workforces.extend(alone(team).scenario.workforces);
        }
        first.scenario.options[0].name = self.name.into();
        if let Frequency::Binomial { trials, .. } = &mut first.sum.frequency {
            *trials = self.teams;
            let share = 1.0 / f64::from(self.teams);
            first.sum.scale *= share;
            first.scenario.options[0].mix = (0..self.teams as usize).map(|team| (team, share)).collect();
        }
        first
    }
}
