//! How is a driver's biography told, in sentences and as TOML?

use super::format::grouped;
use super::summary::wrapped;
use crate::outcome::{Biography, Caution, ParameterUncertainty};
use std::fmt::Write;

/// One line a fact, for a reader.
///
/// ```
/// use tailcost::outcome::Biography;
/// use tailcost::report::biography::biography_lines;
/// let biography = Biography { data: Some("losses.csv".into()), sample_size: Some(3916), ..Biography::default() };
/// assert_eq!(biography_lines(&biography), ["data: losses.csv, 3,916 values"]);
/// ```
pub fn biography_lines(biography: &Biography) -> Vec<String> {
    let Biography { data, hash, column, filter, sample_size, method, experts, weights, chosen, rejected, uncertainty } =
        biography;
    let mut lines = Vec::new();
    let column = column.as_ref().map(|column| format!("column {column}"));
    let rows = filter.as_ref().map(|filter| format!("rows with {filter}"));
    let size = sample_size.map(|size| format!("{} values", grouped(size as f64, 0)));
    // Enough of a hash to tell files apart by eye.
    let hash = hash.as_ref().map(|hash| hash.chars().take("blake3:".len() + 12).collect::<String>());
    let data: Vec<String> = [data.clone(), column, rows, size, hash].into_iter().flatten().collect();
    if !data.is_empty() {
        lines.push(format!("data: {}", data.join(", ")));
    }
    lines.extend(method.as_ref().map(|method| format!("method: {method}")));
    if !experts.is_empty() {
        let total: f64 = weights.iter().sum();
        let experts = experts.iter().enumerate().map(|(index, expert)| match weights.get(index) {
            Some(weight) if total > 0.0 => format!("{expert} ({:.0}%)", 100.0 * weight / total),
            _ => expert.clone(),
        });
        lines.push(format!("experts: {}", experts.collect::<Vec<_>>().join("; ")));
    }
    lines.extend(chosen.as_ref().map(|chosen| format!("chosen: {chosen}")));
    if !rejected.is_empty() {
        lines.push(format!("rejected: {}", rejected.join("; ")));
    }
    if let Some(ParameterUncertainty { parameters, estimates, covariance }) = uncertainty {
        let figures = parameters.iter().zip(estimates).enumerate().map(|(i, (name, estimate))| {
            let error = covariance.get(i).and_then(|row| row.get(i)).map_or(0.0, |variance| variance.sqrt());
            format!("{name} {} +- {}", digits(*estimate), digits(error))
        });
        lines.push(format!("parameters, with standard errors: {}", figures.collect::<Vec<_>>().join(", ")));
    }
    lines
}

/// A driver as it stands in a config: its keys below a header with its path, its biography as a table of its own, so that any reader of
/// TOML takes it. `law` has the keys with their values as TOML.
///
/// ```
/// use tailcost::outcome::Biography;
/// use tailcost::report::biography::{driver_toml, number, quoted};
/// let law = [("dist", quoted("normal")), ("mean", number(3.0)), ("sd", number(0.5))];
/// let biography = Biography { method: Some("elicited".into()), ..Biography::default() };
/// let text = driver_toml("world.wage_inflation", &law, "asked on a Monday", &biography);
/// assert_eq!(text.lines().last(), Some("method = \"elicited\""));
/// ```
pub fn driver_toml(path: &str, law: &[(&str, String)], source: &str, biography: &Biography) -> String {
    let mut text = format!("[{path}]\n");
    for (key, value) in law {
        let _ = writeln!(text, "{key} = {value}");
    }
    let _ = write!(text, "source = {}\n[{path}.biography]\n{}", quoted(source), biography_toml(biography));
    text
}

/// What ends the table of a verb that gives a config: cautions, then what to paste.
pub(super) fn ending(cautions: &[Caution], fragment: Option<&str>) -> String {
    const WIDTH: usize = 100;
    let mut text = String::new();
    if !cautions.is_empty() {
        text.push_str("\nCautions\n");
        for caution in cautions {
            let line = format!("{}: {}", caution.code, caution.message);
            let _ = writeln!(text, "  {}", wrapped(&line, WIDTH - 4).join("\n    "));
        }
    }
    if let Some(fragment) = fragment {
        let _ = write!(text, "\nTo paste into a config:\n\n{fragment}");
    }
    text
}

/// The keys of a biography's table, one on a line.
fn biography_toml(biography: &Biography) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    let Biography { data, hash, column, filter, sample_size, method, experts, weights, chosen, rejected, uncertainty } =
        biography;
    for (key, value) in [("data", data), ("hash", hash), ("column", column), ("filter", filter)] {
        value.iter().for_each(|value| line(key, quoted(value)));
    }
    sample_size.iter().for_each(|size| line("sample_size", size.to_string()));
    method.iter().for_each(|method| line("method", quoted(method)));
    if !experts.is_empty() {
        line("experts", list(experts.iter().map(|expert| quoted(expert))));
    }
    if !weights.is_empty() {
        line("weights", list(weights.iter().map(|weight| number(*weight))));
    }
    chosen.iter().for_each(|chosen| line("chosen", quoted(chosen)));
    if !rejected.is_empty() {
        line("rejected", lines_of(rejected));
    }
    if let Some(ParameterUncertainty { parameters, estimates, covariance }) = uncertainty {
        let parameters = list(parameters.iter().map(|name| quoted(name)));
        let estimates = list(estimates.iter().map(|value| number(*value)));
        let covariance = list(covariance.iter().map(|row| list(row.iter().map(|value| number(*value)))));
        line(
            "uncertainty",
            format!("{{ parameters = {parameters}, estimates = {estimates}, covariance = {covariance} }}"),
        );
    }
    text
}

/// A text as TOML writes it.
///
/// ```
/// assert_eq!(tailcost::report::biography::quoted("a \"b\""), r#""a \"b\"""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// A number as TOML writes it: the shortest that reads back to the same double.
///
/// ```
/// use tailcost::report::biography::number;
/// assert_eq!([number(3.0), number(0.1), number(1e300)], ["3", "0.1", "1e300"]);
/// ```
pub fn number(value: f64) -> String {
    let plain = value == 0.0 || (1e-5..1e15).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}

/// A list of texts, one on a line where they are too many for one line.
fn lines_of(texts: &[String]) -> String {
    const WIDTH: usize = 100;
    let one = list(texts.iter().map(|text| quoted(text)));
    if one.len() <= WIDTH {
        return one;
    }
    let lines: Vec<String> = texts.iter().map(|text| format!("  {},\n", quoted(text))).collect();
    format!("[\n{}]", lines.concat())
}

/// A list as TOML writes it.
pub fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// Six significant digits, without zeros at the end.
fn digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    number(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, Value, WorkforceDriver, load};
    use crate::distributions::Law;

    /// A driver that was written is the driver that is read.
    #[test]
    fn a_fragment_reads_back_equal() {
        let uncertainty = ParameterUncertainty {
            parameters: vec!["mu".into(), "sigma".into()],
            estimates: vec![0.1, 1e-7],
            covariance: vec![vec![1e-300, 0.0], vec![0.0, 0.25]],
        };
        let biography = Biography {
            data: Some("a \"strange\"\tname\\.csv".into()),
            hash: Some(format!("blake3:{}", blake3::hash(b"x").to_hex())),
            column: Some("c".into()),
            filter: Some("state='A, B',loss>1".into()),
            sample_size: Some(12_345_678_901),
            method: Some("maximum likelihood\nof two lines".into()),
            experts: vec!["Ann".into(), "Bö".into()],
            weights: vec![1.0 / 3.0, 2e9],
            chosen: Some("lognormal".into()),
            rejected: vec!["gamma: AIC +3".into()],
            uncertainty: Some(uncertainty),
        };
        let law = [("dist", quoted("lognormal")), ("mu", number(0.1)), ("sigma", number(1e-7))];
        let fragment = driver_toml("workforce.a.rate", &law, "somewhere", &biography);
        let text = format!(
            "schema = 1\ntitle = \"T\"\nhospital.reference_hours = 1\noption = [{{ name = \"A\", mix = {{ a = 1 }} }}]\n{fragment}"
        );
        let loaded = load(&Source::Text { name: "t".into(), text }, &[]).unwrap();
        let driver = loaded.scenario.workforces[0].drivers.get(WorkforceDriver::Rate).unwrap();
        assert_eq!(driver.biography.as_deref(), Some(&biography));
        assert_eq!(driver.source.as_deref(), Some("somewhere"));
        let expected = Law::from_parameters("lognormal", &[("mu", 0.1), ("sigma", 1e-7)]).unwrap();
        match &driver.value {
            Value::Law(law) => assert_eq!(law.to_string(), expected.to_string()),
            Value::Point(_) => panic!("a law was written"),
        }
        assert_eq!(biography_lines(&biography).len(), 6);
    }
}
