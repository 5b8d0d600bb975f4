//! On what does the tail beyond the data rest?

use super::candidate::Fitted;
use super::goodness::visible;
use super::observations::Observations;
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln_1p};
use crate::outcome::fit::{BeyondPoint, TailNote};

/// AIC above the lowest up to which another family may be what the data follow.
const PLAUSIBLE: f64 = 10.0;

/// What supports the far tail of the chosen law, in figures and in plain words.
pub(super) fn tail_note(chosen: &Fitted, all: &[(&Fitted, f64)], observations: &Observations) -> Option<TailNote> {
    let window = observations.common_window();
    let seen = |fitted: &Fitted| match window {
        Some(window) => visible(&fitted.law, window).ok(),
        None => Some(fitted.law.clone()),
    };
    let law = seen(chosen)?;
    let n = observations.len() as f64;
    let exact = observations.exact();
    let largest = exact.last().copied()?;
    let quantile_99 = law.quantile(Probability::upper(0.01));
    let above = exact.len() - exact.partition_point(|x| *x <= quantile_99);
    let above_censored: f64 =
        observations.censored().iter().filter(|row| row.low >= quantile_99).map(|row| row.count).sum();
    let above_99 = above as u64 + above_censored as u64;
    let complete = observations.censored().is_empty();
    // P(largest of n is at least x) = 1 - F(x)^n; its median is where F = 2^(-1/n).
    let largest_probability = complete.then(|| {
        let ln_below = ln_1p(-law.below(largest).q());
        -libm::expm1(n * ln_below)
    });
    let typical = law.quantile(Probability::upper(-libm::expm1(-std::f64::consts::LN_2 / n)));
    let typical_largest = Some(typical).filter(|x| x.is_finite());
    let index = law.tail_indices().1;
    let tail_index = index.is_finite().then_some(index);
    let (mean_finite, variance_finite) = (!(index <= 1.0), !(index <= 2.0));
    let best = all.iter().map(|(_, aic)| *aic).fold(f64::INFINITY, f64::min);
    let mut beyond = Vec::new();
    for (fitted, aic) in all.iter().filter(|(_, aic)| *aic - best <= PLAUSIBLE) {
        let _ = aic;
        let Some(law) = seen(fitted) else { continue };
        for times in [1.0, 10.0, 100.0] {
            let probability = 1.0 / (times * n);
            let value = Some(law.quantile(Probability::upper(probability))).filter(|x| x.is_finite());
            beyond.push(BeyondPoint { candidate: fitted.name.clone(), probability, value });
        }
    }
    let mut sentence = format!(
        "Beyond the data the tail rests on the {} form and on {above_99} of {n} rows above the fitted 99% quantile of {} ({} expected).",
        chosen.name,
        readable(quantile_99),
        readable(0.01 * n),
    );
    if let (Some(p), Some(typical)) = (largest_probability, typical_largest) {
        sentence += &format!(
            " The largest row is {}; the law would have the largest of {n} near {}, and at least as large as this one with probability {}.",
            readable(largest),
            readable(typical),
            readable(p)
        );
    } else {
        let censored = observations.right_censored();
        sentence += &format!(" The largest exact row is {}", readable(largest));
        sentence += &if censored > 0 {
            format!("; {censored} rows are known only to be at least so large as their limit.")
        } else {
            ".".to_owned()
        };
    }
    sentence += &match tail_index {
        Some(index) if !mean_finite => format!(
            " The tail falls as a power of index {}: not even the mean is finite, so a limit or a truncation must be set.",
            readable(index)
        ),
        Some(index) if !variance_finite => format!(
            " The tail falls as a power of index {}: the mean is finite, the variance is not, and averages of samples settle slowly.",
            readable(index)
        ),
        Some(index) => {
            format!(" The tail falls as a power of index {}: mean and variance are finite.", readable(index))
        }
        None if law.support().1.is_finite() => format!(" The law ends at {}.", readable(law.support().1)),
        None => " All moments of this law are finite, which is a property of the form, not of the data.".to_owned(),
    };
    sentence += &spread(&beyond, 1.0 / (10.0 * n), &chosen.name);
    Some(TailNote {
        sentence,
        quantile_99,
        above_99,
        expected_above_99: 0.01 * n,
        largest,
        largest_probability,
        typical_largest,
        tail_index,
        mean_finite,
        variance_finite,
        beyond,
    })
}

/// How far plausible families lie apart at one probability.
fn spread(beyond: &[BeyondPoint], probability: f64, chosen: &str) -> String {
    let at: Vec<(&str, f64)> = beyond
        .iter()
        .filter(|point| (point.probability / probability - 1.0).abs() < 1e-9)
        .filter_map(|point| point.value.map(|value| (point.candidate.as_str(), value)))
        .collect();
    let least = at.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let most = at.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    match (least, most) {
        (Some(least), Some(most)) if least.0 != most.0 => format!(
            " Once in ten times as many rows, families within {PLAUSIBLE} of the lowest AIC say {} ({}) to {} ({}).",
            readable(least.1),
            least.0,
            readable(most.1),
            most.0
        ),
        _ => {
            let own = at.iter().find(|(name, _)| *name == chosen);
            own.map_or_else(String::new, |(_, value)| {
                format!(
                    " Once in ten times as many rows it says {}; no other family comes within {PLAUSIBLE} of its AIC.",
                    readable(*value)
                )
            })
        }
    }
}

/// Three digits, with commas between thousands.
pub(super) fn readable(value: f64) -> String {
    if !value.is_finite() {
        return "infinity".to_owned();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{value:.2e}");
    }
    let three: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    let text = format!("{three}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Mean and standard deviation as they can be stored: absent where infinite or undefined.
pub(super) fn finite_moments(law: &Law) -> (Option<f64>, Option<f64>) {
    let finite = |x: f64| Some(x).filter(|x| x.is_finite());
    (finite(law.mean()), finite(law.variance().sqrt()))
}

/// `exp(-AIC difference / 2)`: how much less likely another family is, as Akaike weights it.
pub(super) fn akaike_weight(difference: f64) -> f64 {
    exp(-0.5 * difference)
}
