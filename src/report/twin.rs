//! What does the analytic twin say of a result, in words?

use crate::outcome::{Outcome, TwinFigures};

/// How many lines have a known mean, and how far the simulation is from all that is known.
pub fn twin_sentence(outcome: &Outcome) -> Option<String> {
    let lines: Vec<&Option<TwinFigures>> =
        outcome.options.iter().flat_map(|option| option.components.values().map(|line| &line.twin)).collect();
    let known = lines.iter().filter(|twin| twin.is_some()).count();
    let totals = outcome.options.iter().map(|option| &option.total.twin);
    let all: Vec<f64> = lines
        .iter()
        .copied()
        .chain(totals)
        .flatten()
        .flat_map(|twin| [twin.mean_z, twin.sd_z])
        .flatten()
        .map(f64::abs)
        .collect();
    let farthest = all.iter().copied().reduce(f64::max)?;
    Some(format!(
        "Exact means are known of {known} of {} cost lines. Of {} figures held against exact ones the farthest lies {farthest:.1} \
         standard errors away.",
        lines.len(),
        all.len()
    ))
}

/// By how much knowing lines exactly tightens a mean: as many years' worth.
pub fn worth(variance_ratio: f64) -> String {
    match variance_ratio {
        ratio if ratio <= 0.0 => "all lines known".into(),
        ratio if ratio >= 1.0 => "no help".into(),
        ratio => {
            let times = 1.0 / ratio;
            let decimals = if times < 10.0 { 1 } else { 0 };
            format!("as from {} times the years", super::format::grouped(times, decimals))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;

    #[test]
    fn the_farthest_figure_is_named() {
        let mut outcome = fixtures::article();
        assert_eq!(twin_sentence(&outcome), None);
        let lines: usize = outcome.options.iter().map(|option| option.components.len()).sum();
        let line = outcome.options[0].components.values_mut().next().unwrap();
        line.twin = Some(TwinFigures { mean: 1.0, mean_z: Some(-2.34), sd: None, sd_z: None });
        outcome.options[0].total.twin = Some(TwinFigures { mean: 1.0, mean_z: Some(1.0), sd: None, sd_z: None });
        let text = twin_sentence(&outcome).unwrap();
        assert!(text.starts_with(&format!("Exact means are known of 1 of {lines} cost lines. Of 2")), "{text}");
        assert!(text.contains("2.3 standard errors"), "{text}");
    }

    #[test]
    fn worth_is_said_in_years() {
        assert_eq!(worth(0.0), "all lines known");
        assert_eq!(worth(0.25), "as from 4.0 times the years");
        assert_eq!(worth(0.005), "as from 200 times the years");
        assert_eq!(worth(1.0), "no help");
    }
}
