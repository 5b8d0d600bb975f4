//! Do the engines' means and standard deviations agree with closed forms?

use super::{Context, assertion};
use crate::analysis::run_case;
use crate::engine::Kernel;
use crate::model::Model;
use crate::numerics::Probability;
use crate::numerics::special::normal_quantile;
use crate::outcome::{Assertion, Extent, Limit, Outcome, TwinFigures};
use crate::reference::ReferenceKernel;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// Every component, total and difference whose exact figures are known, in both engines where there is time.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let scenario = &context.loaded.scenario;
    let (years, of_reference) = match context.extent {
        Extent::Quick => (1_000_000, 20_000),
        Extent::Full => (50_000_000, 400_000),
    };
    let fast = outcome(context, &Model::on(context.level(), scenario, context.seed), years);
    let reference = outcome(context, &ReferenceKernel::new(scenario, context.seed), of_reference);
    let mut scores = scores("fast", &fast);
    scores.extend(self::scores("reference", &reference));
    let each = alarm / scores.len().max(1) as f64;
    let limit = Limit::AtMost(normal_quantile(Probability::upper(0.5 * each)));
    let assertions =
        scores.into_iter().map(|score| assertion("twin", score.subject, "z", (score.z, limit), each, score.detail));
    assertions.collect()
}

fn outcome<K: Kernel>(context: &Context<'_>, kernel: &K, years: u64) -> Outcome {
    let settings = context.settings(years);
    let (interrupt, done) = (AtomicBool::new(false), AtomicU64::new(0));
    run_case(kernel, context.loaded, &settings, &interrupt, &done).expect("a run that nobody interrupts").0
}

struct Score {
    subject: String,
    z: f64,
    detail: String,
}

fn scores(engine: &str, outcome: &Outcome) -> Vec<Score> {
    let mut scores = Vec::new();
    let mut add = |subject: String, mean: f64, sd: f64, twin: Option<TwinFigures>| {
        let Some(twin) = twin else { return };
        let years = outcome.years;
        if let Some(z) = twin.mean_z {
            let detail = format!("mean {mean:.6e}, exactly {:.6e}; {years} years", twin.mean);
            scores.push(Score { subject: format!("{engine}: {subject}, mean"), z, detail });
        } else {
            // Nothing varies, and yet it is not what it must be.
            let detail = format!("mean {mean:.6e}, exactly {:.6e}", twin.mean);
            scores.push(Score { subject: format!("{engine}: {subject}, mean"), z: f64::NAN, detail });
        }
        if let (Some(z), Some(exact)) = (twin.sd_z, twin.sd) {
            let detail = format!("sd {sd:.6e}, exactly {exact:.6e}; {years} years");
            scores.push(Score { subject: format!("{engine}: {subject}, sd"), z, detail });
        }
    };
    for option in &outcome.options {
        for (key, line) in &option.components {
            add(format!("{}: {key}", option.name), line.mean.value, line.sd, line.twin);
        }
        add(format!("{}: total", option.name), option.total.mean.value, option.total.sd.value, option.total.twin);
    }
    for difference in &outcome.differences {
        let total = &difference.total;
        let subject = format!("{} less {}: total", difference.option, difference.baseline);
        add(subject, total.mean.value, total.sd.value, total.twin);
    }
    scores
}
