//! How is it shown which law data speak for, and how does it become a driver?

use super::biography::{driver_toml, ending};
use super::format::{count, figure, grouped};
use super::layout::paragraph;
use super::summary::wrapped;
use crate::outcome::fit::{
    Candidate, CountReport, Credibility, Fit, FitState, Fragment, GoodnessTest, GpdTail, Interval, Parameter,
    ParameterRole, Subject,
};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::fmt::Write;

const WIDTH: usize = 100;

/// What the data are, the families by rank with their distances, the parameters of the proposed one, what its tail rests on, cautions,
/// and the driver to paste.
pub fn fit_table(fit: &Fit) -> String {
    let mut text = facts(fit);
    let _ = writeln!(text, "\n{}", trim(&ranking(fit).to_string()));
    paragraph(&mut text, WIDTH, "", &legend(fit));
    if let Some(candidate) = proposed(fit) {
        let _ = write!(text, "\n{}", parameters(candidate));
    }
    others(&mut text, fit);
    if let Some(report) = &fit.counts {
        let _ = write!(text, "\n{}", classes(report));
    }
    if let Some(tail) = &fit.tail {
        text.push_str("\nTail\n");
        paragraph(&mut text, WIDTH, "  ", &tail.sentence);
    }
    if let Some(report) = &fit.threshold {
        if fit.tail.is_none() {
            text.push_str("\nTail\n");
        }
        if let Some(tail) = &report.tail {
            paragraph(&mut text, WIDTH, "  ", &gpd_sentence(tail));
        }
        if !report.note.is_empty() {
            paragraph(&mut text, WIDTH, "  ", &format!("Thresholds: {}.", report.note));
        }
    }
    if let Some(credibility) = &fit.credibility {
        text.push_str(&blended(credibility));
    }
    let fragment = fit.fragment.as_ref().map(|fragment| fragment.toml.as_str());
    text + &ending(&fit.cautions, fragment)
}

/// The driver as a config writes it.
pub fn fit_fragment(path: &str, fragment: &Fragment) -> String {
    let keys = keys(&fragment.law);
    let law: Vec<(&str, String)> = keys.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    driver_toml(path, &law, &fragment.source, &fragment.biography)
}

/// The keys of an inline table with their values, as they are written.
fn keys(inline: &str) -> Vec<(String, String)> {
    let inner = inline.trim().trim_start_matches('{');
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
    for c in inner.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    let pair =
        |part: &String| part.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    parts.iter().filter_map(pair).collect()
}

fn proposed(fit: &Fit) -> Option<&Candidate> {
    let choice = fit.choice.as_ref()?;
    fit.candidates.iter().find(|candidate| candidate.name == choice.name)
}

/// Lines without blanks at their end, which tables fill up.
fn trim(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn facts(fit: &Fit) -> String {
    let data = &fit.data;
    let filter = data.filter.as_ref().map_or(String::new(), |filter| format!(", rows with {filter}"));
    let mut text = String::new();
    paragraph(&mut text, WIDTH, "", &format!("{} of {}{filter}", data.column, data.path));
    let mut seen = match fit.subject {
        Subject::Amounts if data.exact == data.rows_kept => {
            format!("{} of {} rows", count(data.rows_kept), count(data.rows_read))
        }
        Subject::Amounts => {
            format!("{} of {} rows, {} of them exact", count(data.rows_kept), count(data.rows_read), count(data.exact))
        }
        Subject::Counts => format!("{} periods from {} rows", count(data.rows_kept), count(data.rows_read)),
    };
    for how in [&data.truncation, &data.censoring].into_iter().filter(|how| !how.is_empty()) {
        let _ = write!(seen, "; {how}");
    }
    paragraph(&mut text, WIDTH, "  ", &seen);
    let summary = &data.summary;
    let figures = [
        ("mean", summary.mean),
        ("sd", summary.sd),
        ("least", summary.least),
        ("median", summary.median),
        ("largest", summary.largest),
    ];
    let known: Vec<String> =
        figures.iter().filter_map(|(name, value)| Some(format!("{name} {}", figure((*value)?, 5)))).collect();
    if !known.is_empty() {
        paragraph(&mut text, WIDTH, "  ", &known.join(", "));
    }
    if let Some(report) = &fit.counts {
        let line = format!(
            "{} events, exposure {}; variance {} times that of Poisson counts",
            figure(report.total, 12),
            figure(report.exposure, 6),
            figure(report.dispersion, 3)
        );
        paragraph(&mut text, WIDTH, "  ", &line);
    }
    text
}

fn ranking(fit: &Fit) -> Table {
    let counts = fit.subject == Subject::Counts;
    let mut header = vec!["", "Family", "log-lik.", "AIC", "BIC"];
    header.extend(if counts { ["chi-squared", "p"].as_slice() } else { &["KS", "p", "AD", "p", "CvM", "p"] });
    let columns = header.len();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header);
    let fitted = || fit.candidates.iter().filter(|candidate| candidate.aic.is_some());
    let least = |of: fn(&Candidate) -> Option<f64>| fitted().filter_map(of).fold(f64::INFINITY, f64::min);
    let (aic, bic) = (least(|candidate| candidate.aic), least(|candidate| candidate.bic));
    for candidate in fitted() {
        let is_proposed = fit.choice.as_ref().is_some_and(|choice| choice.name == candidate.name);
        let mark = match candidate.state {
            _ if is_proposed => "*",
            FitState::Boundary(_) => "!",
            _ => "",
        };
        let mut row = vec![
            mark.to_owned(),
            candidate.name.clone(),
            grouped(candidate.log_likelihood.unwrap_or(f64::NAN), 1),
            relative(candidate.aic, aic),
            relative(candidate.bic, bic),
        ];
        let goodness = &candidate.goodness;
        if counts {
            row.extend(distance(goodness.chi_squared));
        } else {
            for test in [goodness.kolmogorov_smirnov, goodness.anderson_darling, goodness.cramer_von_mises] {
                row.extend(distance(test));
            }
        }
        table.add_row(row);
    }
    for index in 0..columns {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 1));
            if index >= 2 {
                column.set_cell_alignment(CellAlignment::Right);
            } else {
                // Longer names take two lines, so that figures stay on the page.
                column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(27)));
            }
        }
    }
    table.set_width(2 * WIDTH as u16);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// The lowest as it is, the others by how much they are higher.
fn relative(value: Option<f64>, least: f64) -> String {
    match value {
        Some(value) if value - least > 999.5 => format!("+{}", grouped(value - least, 0)),
        // What rounds to no difference is none.
        Some(value) if value - least >= 0.05 => format!("+{}", grouped(value - least, 1)),
        Some(value) => grouped(value, 1),
        None => String::new(),
    }
}

fn distance(test: Option<GoodnessTest>) -> [String; 2] {
    let Some(test) = test else { return [String::new(), String::new()] };
    let p = test.p_value.map_or(String::new(), |p| format!("{p:.3}"));
    [figure(test.statistic, 3), p]
}

fn legend(fit: &Fit) -> String {
    let mut parts = Vec::new();
    if let Some(choice) = &fit.choice {
        parts.push(format!("* proposed ({})", choice.reason));
    }
    let at_edge = |candidate: &&Candidate| matches!(candidate.state, FitState::Boundary(_));
    if fit.candidates.iter().any(|candidate| at_edge(&candidate)) {
        parts.push("! at the edge of its parameters, see below".to_owned());
    }
    parts.push("AIC and BIC: the lowest, and by how much others are higher".to_owned());
    parts.push(match fit.subject {
        Subject::Amounts => {
            "distances of Kolmogorov-Smirnov, Anderson-Darling and Cramer-von Mises, each with how often samples from the fitted law lie \
             farther off (p)"
                .to_owned()
        }
        Subject::Counts => "p: how often samples from the fitted law lie farther off".to_owned(),
    });
    let mut text = parts.join("; ");
    text.push('.');
    let note = proposed(fit).map_or("", |candidate| candidate.goodness.note.as_str());
    if !note.is_empty() {
        let _ = write!(text, " Distances: {note}.");
    }
    text
}

/// An estimate to two digits of its standard error.
fn to_error(value: f64, error: Option<f64>) -> String {
    match error.filter(|error| *error > 0.0 && error.is_finite()) {
        Some(error) if (1e-4..1e12).contains(&value.abs()) => {
            grouped(value, (1 - error.log10().floor() as i32).clamp(0, 7) as usize)
        }
        _ => figure(value, 6),
    }
}

fn parameters(candidate: &Candidate) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([candidate.name.as_str(), "estimate", "std. error", "95% interval", "by"]);
    for parameter in &candidate.parameters {
        let error = parameter.standard_error;
        let (range, by) = best_interval(parameter);
        table.add_row([
            parameter.name.clone(),
            to_error(parameter.estimate, error),
            error.map_or(String::new(), |error| figure(error, 2)),
            range.map_or(String::new(), |range| interval(range, error)),
            by.to_owned(),
        ]);
    }
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{}\n", trim(&table.to_string()));
    let names: Vec<&str> =
        candidate.parameters.iter().filter(|p| p.standard_error.is_some()).map(|p| p.name.as_str()).collect();
    let mut pairs = Vec::new();
    for (i, row) in candidate.correlation.iter().enumerate() {
        for (j, value) in row.iter().enumerate().take(i) {
            if let (Some(one), Some(other)) = (names.get(j), names.get(i)) {
                pairs.push(format!("{one} and {other} {}", grouped(*value, 2)));
            }
        }
    }
    if !pairs.is_empty() {
        paragraph(&mut text, WIDTH, "", &format!("Correlation of the estimates: {}.", pairs.join(", ")));
    }
    let moment = |value: Option<f64>| value.map_or("infinite".to_owned(), |value| figure(value, 4));
    if candidate.toml.is_some() {
        let line =
            format!("As proposed the law has the mean {} and the sd {}.", moment(candidate.mean), moment(candidate.sd));
        paragraph(&mut text, WIDTH, "", &line);
    }
    for note in &candidate.notes {
        paragraph(&mut text, WIDTH, "", note);
    }
    text
}

fn best_interval(parameter: &Parameter) -> (Option<Interval>, &'static str) {
    match (parameter.role, parameter.exact, parameter.profile, parameter.wald) {
        (ParameterRole::Given, ..) => (None, "given"),
        (_, Some(exact), ..) => (Some(exact), "exact law"),
        (_, _, Some(profile), _) => (Some(profile), "profile likelihood"),
        (_, _, _, Some(wald)) => (Some(wald), "normal approximation"),
        (ParameterRole::ReadOff, ..) => (None, "read off the sample"),
        _ => (None, ""),
    }
}

fn interval(interval: Interval, error: Option<f64>) -> String {
    let end = |end: f64| to_error(end, error);
    match (interval.low, interval.high) {
        (Some(low), Some(high)) => format!("{} to {}", end(low), end(high)),
        (Some(low), None) => format!("from {}", end(low)),
        (None, Some(high)) => format!("up to {}", end(high)),
        (None, None) => "open".to_owned(),
    }
}

/// A line for each of the other candidates: its parameters, or why it is none.
fn others(text: &mut String, fit: &Fit) {
    let chosen = fit.choice.as_ref().map(|choice| choice.name.as_str());
    let rest: Vec<&Candidate> =
        fit.candidates.iter().filter(|candidate| Some(candidate.name.as_str()) != chosen).collect();
    if !rest.is_empty() {
        text.push_str("\nThe others, with standard errors\n");
    }
    for candidate in rest {
        let own: Vec<String> = candidate
            .parameters
            .iter()
            .map(|parameter| {
                let error = parameter.standard_error;
                let error_text = error.map_or(String::new(), |error| format!(" +- {}", figure(error, 2)));
                format!("{} {}{error_text}", parameter.name, to_error(parameter.estimate, error))
            })
            .collect();
        let line = match &candidate.state {
            FitState::Converged => own.join(", "),
            FitState::Boundary(why) => format!("{}; {why}", own.join(", ")),
            FitState::Refused(why) => format!("none: {why}"),
        };
        let line = format!("{}: {line}", candidate.name);
        let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
    }
}

fn gpd_sentence(tail: &GpdTail) -> String {
    let with = |parameter: &Parameter| {
        let error = parameter.standard_error.map_or(String::new(), |error| format!(" +- {}", figure(error, 2)));
        format!("{}{error}", figure(parameter.estimate, 4))
    };
    let p = tail.goodness.anderson_darling.and_then(|test| test.p_value);
    let p = p.map_or(String::new(), |p| format!("; Anderson-Darling p {p:.3}"));
    format!(
        "Generalised Pareto above {}: xi {}, beta {}, n {} ({}% of the rows){p}.",
        figure(tail.threshold, 12),
        with(&tail.xi),
        with(&tail.beta),
        count(tail.exceedances),
        figure(100.0 * tail.share, 3)
    )
}

/// Observed and expected periods by class of counts.
fn classes(report: &CountReport) -> String {
    /// More rows are for the chart.
    const MOST: usize = 24;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let names: Vec<String> = report
        .classes
        .first()
        .iter()
        .flat_map(|class| &class.expected)
        .map(|e| e.candidate.replace('_', " "))
        .collect();
    let header = ["Count".to_owned(), "observed".to_owned()].into_iter().chain(names);
    table.set_header(header);
    for class in report.classes.iter().take(MOST) {
        let range = match class.to {
            Some(to) if to == class.from => count(class.from),
            Some(to) => format!("{} to {}", count(class.from), count(to)),
            None => format!("{} and more", count(class.from)),
        };
        let expected = class.expected.iter().map(|expected| format!("{:.1}", expected.periods));
        table.add_row([range, count(class.observed)].into_iter().chain(expected));
    }
    let columns = table.column_count();
    for column in 1..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.set_width(WIDTH as u16);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let more = report.classes.len().saturating_sub(MOST);
    let rest =
        if more > 0 { format!("{more} more classes are in the JSON and on the chart.\n") } else { String::new() };
    format!("{}\n{rest}", trim(&table.to_string()))
}

fn blended(credibility: &Credibility) -> String {
    let mut text = String::from("\nCredibility\n");
    paragraph(&mut text, WIDTH, "  ", &credibility.sentence);
    let line = format!(
        "Z = {:.3}: own mean {}, prior mean {} ({}), blended {} +- {}.",
        credibility.z,
        figure(credibility.own_mean, 5),
        figure(credibility.prior_mean, 5),
        credibility.prior_source,
        figure(credibility.blended_mean, 5),
        figure(credibility.standard_error, 2)
    );
    paragraph(&mut text, WIDTH, "  ", &line);
    for group in &credibility.groups {
        let line = format!(
            "{}: mean {}, exposure {}, Z {:.3}, blended {}",
            group.name,
            figure(group.mean, 5),
            figure(group.exposure, 5),
            group.z,
            figure(group.blended_mean, 5)
        );
        paragraph(&mut text, WIDTH, "    ", &line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_table_is_split_into_its_keys() {
        let law = "{ dist = \"splice\", body = { dist = \"gamma\", shape = 2.0 }, weights = [0.1, 0.9], truncate = [5.0, inf] }";
        let keys = keys(law);
        let names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(names, ["dist", "body", "weights", "truncate"]);
        assert_eq!(keys[1].1, "{ dist = \"gamma\", shape = 2.0 }");
        assert_eq!(super::keys("{ value = 3.0 }"), [("value".to_owned(), "3.0".to_owned())]);
    }

    #[test]
    fn estimates_are_shown_to_two_digits_of_their_errors() {
        assert_eq!(to_error(7.118_764, Some(0.0512)), "7.119");
        assert_eq!(to_error(12_345.6, Some(150.0)), "12,346");
        assert_eq!(to_error(0.4971, None), "0.4971");
    }
}
