//! Which option does the result speak for, and is that more than sampling error?
//!
//! Never surer than the intervals: an order that they do not hold apart is not told.

use crate::outcome::{Estimate, OptionOutcome, Outcome};
use crate::report::findings::{self, money_and_interval, near_level};
use crate::report::format::{half_width, money, percent_with_interval};

pub(in crate::report) struct Judgement {
    pub sentence: String,
    pub confidence: String,
}

pub(in crate::report) fn verdict(outcome: &Outcome) -> Judgement {
    let confidence = |first: String| format!("{first} {}", guesses(outcome)).trim().to_string();
    let Some(cheapest) = cheapest(outcome) else {
        return Judgement { sentence: findings::totals(outcome), confidence: confidence(String::new()) };
    };
    let Some((runner_up, gap)) = runner_up(outcome, cheapest) else {
        let first = "The intervals are of sampling error alone.".to_string();
        return Judgement { sentence: findings::totals(outcome), confidence: confidence(first) };
    };
    let often = percent_with_interval(&cheapest.probability_cheapest);
    // The gap is what the runner-up costs more.
    match (gap.low, gap.high) {
        (Some(low), Some(_)) if low > 0.0 => {
            let amount = money(gap.value, half_width(&gap));
            let tail = tail_clause(outcome, cheapest);
            let sentence =
                format!("{} costs least on average, {amount} a year less than {}{tail}", cheapest.name, runner_up.name);
            let first = if gap.low == gap.high {
                "nothing in this case varies, so the gap is exact.".to_string()
            } else {
                format!(
                    "the average gap to {} is {}, so sampling error does not explain it. {} was the cheapest in {often} of simulated years.",
                    runner_up.name,
                    money_and_interval(&gap),
                    cheapest.name
                )
            };
            Judgement { sentence, confidence: confidence(first) }
        }
        (Some(0.0), Some(0.0)) => Judgement {
            sentence: format!("{} and {} cost the same in every simulated year", cheapest.name, runner_up.name),
            confidence: confidence("nothing in this case varies.".into()),
        },
        (low, _) => {
            let why = match low {
                Some(_) => format!(
                    "the average gap is {}, an interval that includes nothing at all: more years may tell.",
                    money_and_interval(&gap)
                ),
                None => "the interval of the average gap is withheld: see the cautions.".to_string(),
            };
            let sentence =
                format!("This run cannot tell whether {} or {} costs less on average", cheapest.name, runner_up.name);
            Judgement { sentence, confidence: confidence(why) }
        }
    }
}

/// The option that costs least on average, if sampling error does not explain it.
pub(super) fn choice(outcome: &Outcome) -> Option<&str> {
    let cheapest = cheapest(outcome)?;
    let (_, gap) = runner_up(outcome, cheapest)?;
    gap.low.is_some_and(|low| low > 0.0).then_some(cheapest.name.as_str())
}

fn cheapest(outcome: &Outcome) -> Option<&OptionOutcome> {
    outcome.options.iter().reduce(|a, b| if b.total.mean.value < a.total.mean.value { b } else { a })
}

/// The option whose gap to the cheapest one is the hardest to tell from nothing, and that gap.
fn runner_up<'o>(outcome: &'o Outcome, cheapest: &OptionOutcome) -> Option<(&'o OptionOutcome, Estimate)> {
    let others = outcome.options.iter().filter(|option| option.name != cheapest.name);
    let gaps = others.map(|option| (option, gap(outcome, cheapest, option)));
    let surety = |gap: &Estimate| gap.low.unwrap_or(f64::NEG_INFINITY);
    gaps.min_by(|a, b| surety(&a.1).total_cmp(&surety(&b.1)).then(a.1.value.total_cmp(&b.1.value)))
}

/// What `option` costs more than `cheapest`, on average. Paired where the run has paired them; where both were paired with the first option
/// alone, from the two intervals, which is wider than need be.
fn gap(outcome: &Outcome, cheapest: &OptionOutcome, option: &OptionOutcome) -> Estimate {
    let over_first = |wanted: &OptionOutcome| {
        let difference = outcome.differences.iter().find(|difference| difference.option == wanted.name);
        difference.map_or(Estimate::exact(0.0), |difference| difference.total.mean)
    };
    let (own, other) = (over_first(cheapest), over_first(option));
    Estimate {
        value: other.value - own.value,
        low: other.low.zip(own.high).map(|(low, high)| low - high),
        high: other.high.zip(own.low).map(|(high, low)| high - low),
    }
}

/// Does the option that is cheapest on average have the lowest 1-in-100-year cost too?
fn tail_clause(outcome: &Outcome, cheapest: &OptionOutcome) -> String {
    let at = |option: &OptionOutcome| near_level(&option.total.levels, 0.99).map(|at| (at.return_period, at.var));
    let Some((period, own)) = at(cheapest) else { return String::new() };
    let others = outcome.options.iter().filter(|option| option.name != cheapest.name);
    let others: Vec<(&OptionOutcome, Estimate)> = others.filter_map(|o| Some((o, at(o)?.1))).collect();
    let Some((lowest, low)) = others.iter().min_by(|a, b| a.1.value.total_cmp(&b.1.value)) else {
        return String::new();
    };
    let below = |a: &Estimate, b: &Estimate| a.high.zip(b.low).is_some_and(|(high, low)| high < low);
    let years = crate::report::format::grouped(period, 0);
    if others.iter().all(|(_, other)| below(&own, other)) {
        format!(", and least in a 1-in-{years} year too")
    } else if below(low, &own) {
        format!(", but {} costs less in a 1-in-{years} year", lowest.name)
    } else {
        format!("; in a 1-in-{years} year the run cannot tell it from {}", lowest.name)
    }
}

/// What sampling error leaves out.
fn guesses(outcome: &Outcome) -> String {
    let Some(inputs) = &outcome.provenance.inputs else {
        return "That is sure of the model's arithmetic, not of its inputs.".into();
    };
    let guessed = inputs.drivers.iter().filter(|driver| driver.is_guess).count();
    let all = inputs.drivers.len();
    match guessed {
        0 => "That is sure of the model's arithmetic, not of its inputs.".into(),
        _ => format!(
            "That is sure of the model's arithmetic, not of its inputs: {guessed} of {all} are guesses by their own source."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    #[test]
    fn a_verdict_is_never_surer_than_its_interval() {
        let mut outcome = fixtures::article();
        assert!(verdict(&outcome).sentence.starts_with("Domestic costs least on average, "));
        for difference in &mut outcome.differences {
            difference.total.mean.low = Some(-1.0);
        }
        let unsure = verdict(&outcome);
        assert!(unsure.sentence.starts_with("This run cannot tell whether Domestic or "), "{}", unsure.sentence);
        for difference in &mut outcome.differences {
            (difference.total.mean.low, difference.total.mean.high) = (None, None);
        }
        assert!(verdict(&outcome).sentence.starts_with("This run cannot tell"));
        assert!(verdict(&outcome).confidence.contains("withheld"));
    }

    #[test]
    fn an_option_that_is_not_the_first_is_held_against_all_others() {
        let mut outcome = fixtures::article();
        // Both others cost less than the first, and their intervals overlap.
        for (difference, (value, half)) in outcome.differences.iter_mut().zip([(-1e6, 1e4), (-1.005e6, 1e4)]) {
            difference.total.mean = Estimate::between(value, value - half, value + half);
        }
        let base = outcome.options[0].total.mean.value;
        outcome.options[1].total.mean.value = base - 1e6;
        outcome.options[2].total.mean.value = base - 1.005e6;
        assert!(verdict(&outcome).sentence.contains("cannot tell whether Blended 60/40 or Offshore"));
        outcome.differences[1].total.mean = Estimate::between(-1.5e6, -1.51e6, -1.49e6);
        outcome.options[2].total.mean.value = base - 1.5e6;
        assert!(verdict(&outcome).sentence.starts_with("Blended 60/40 costs least on average, 500 thousand USD"));
    }

    #[test]
    fn what_does_not_vary_is_exact() {
        let study = verdict(&fixtures::hfma());
        assert!(study.sentence.starts_with("Domestic costs least on average, 24.8 thousand USD"), "{}", study.sentence);
        assert!(study.confidence.contains("exact"));
        assert!(!verdict(&fixtures::single()).sentence.is_empty());
    }
}
