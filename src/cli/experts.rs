//! What did experts say, as typed or as a file has it?

use super::exit::Failure;
use crate::data::{Blank, DataError, DataFault, Filter, Request, Wanted, read};
use crate::elicitation::Expert;
use crate::outcome::{Judgement, Quantile};
use std::path::Path;

/// `0.1=3` or `10%=3`: a probability and the value that is exceeded with one minus it.
pub(super) fn quantile(text: &str) -> Result<Quantile, String> {
    const FORM: &str = "expected PROBABILITY=VALUE, as in 0.1=3 or 10%=3";
    let (p, value) = text.split_once('=').ok_or(FORM)?;
    let (p, value) = (p.trim(), value.trim());
    let number = |text: &str| text.replace('_', "").parse::<f64>().map_err(|_| format!("found {text:?}, {FORM}"));
    let p = match p.strip_suffix('%') {
        Some(percent) => number(percent.trim())? / 100.0,
        None => number(p)?,
    };
    if !(p > 0.0 && p < 1.0) {
        return Err(format!("the probability {p} is not strictly between 0 and 1; {FORM}"));
    }
    let value = number(value)?;
    if value.is_finite() { Ok(Quantile { p, value }) } else { Err(format!("{value} is no finite number; {FORM}")) }
}

/// `MIN,MODE,MAX`.
pub(super) fn pert(text: &str) -> Result<Judgement, String> {
    const FORM: &str = "expected MIN,MODE,MAX, as in 2,5,12";
    let numbers: Result<Vec<f64>, _> =
        text.split(',').map(|part| part.trim().replace('_', "").parse::<f64>()).collect();
    match numbers.map_err(|_| format!("found {text:?}, {FORM}"))?.as_slice() {
        [min, mode, max] if [min, mode, max].iter().all(|number| number.is_finite()) => {
            Ok(Judgement::Pert { min: *min, mode: *mode, max: *max })
        }
        _ => Err(format!("found {text:?}, {FORM}")),
    }
}

/// `Ann: 0.1=3, 0.5=6, 0.9=14; weight 2`, or `Bo: pert 2,5,12`.
pub(super) fn expert(text: &str) -> Result<Expert, String> {
    const FORM: &str = "expected 'NAME: 0.1=3, 0.5=6, 0.9=14; weight 2' or 'NAME: pert 2,5,12'";
    let (name, rest) = text.split_once(':').ok_or_else(|| format!("found {text:?}, {FORM}"))?;
    if name.trim().is_empty() {
        return Err(format!("the expert has no name, {FORM}"));
    }
    let (said, weight) = match rest.split_once(';') {
        None => (rest, 1.0),
        Some((said, weight)) => {
            let number =
                weight.trim().strip_prefix("weight").map(|number| number.trim_start_matches([' ', '=']).trim());
            let weight = number.and_then(|number| number.parse::<f64>().ok());
            (
                said,
                weight.filter(|weight| *weight >= 0.0 && weight.is_finite()).ok_or_else(|| {
                    format!(
                        "found {:?} after the semicolon, {FORM}",
                        rest.split_once(';').map_or("", |(_, weight)| weight.trim())
                    )
                })?,
            )
        }
    };
    let judgement = match said.trim().strip_prefix("pert") {
        Some(numbers) => pert(numbers)?,
        None => {
            let quantiles: Result<Vec<Quantile>, String> = said.split(',').map(quantile).collect();
            Judgement::Quantiles(sorted(quantiles?))
        }
    };
    Ok(Expert { name: name.trim().to_owned(), judgement, weight })
}

/// Experts of a CSV or Parquet file with the columns `expert`, `p`, `value` and, where weights differ, `weight`: a row for each quantile.
pub(super) fn experts_of_file(path: &Path) -> Result<Vec<Expert>, Failure> {
    /// More is no list of what people said.
    const MOST_ROWS: usize = 10_000;
    let number = |name: &str| Wanted::Number { name: name.into(), blank: Blank::Refused };
    let request = |columns| Request { columns, most: MOST_ROWS, ..Request::numbers(&[], Filter::none()) };
    let plain = vec![Wanted::Text { name: "expert".into() }, number("p"), number("value")];
    let weighted: Vec<Wanted> = plain.iter().cloned().chain([number("weight")]).collect();
    let (table, has_weights) = match read(path, &request(weighted)) {
        Err(DataError { fault: DataFault::NoColumn { column, .. }, .. }) if column == "weight" => {
            (read(path, &request(plain)), false)
        }
        other => (other, true),
    };
    let table = table.map_err(refused)?;
    let mut experts: Vec<Expert> = Vec::new();
    for index in 0..table.rows_kept {
        let place = || format!("{}: row {}", path.display(), table.row(index));
        let (name, p, value) =
            (table.texts("expert").at(index), table.numbers("p")[index], table.numbers("value")[index]);
        let weight = if has_weights { table.numbers("weight")[index] } else { 1.0 };
        if name.is_empty() {
            return Err(Failure::input(format!("error: {} has nothing in column expert, expected a name", place())));
        }
        let at = experts.iter().position(|expert| expert.name == name).unwrap_or_else(|| {
            experts.push(Expert { name: name.to_owned(), judgement: Judgement::Quantiles(Vec::new()), weight });
            experts.len() - 1
        });
        let expert = &mut experts[at];
        if expert.weight != weight {
            let earlier = expert.weight;
            return Err(Failure::input(format!(
                "error: {} gives {name} the weight {weight}, an earlier row {earlier}; expected one weight an expert",
                place()
            )));
        }
        if let Judgement::Quantiles(quantiles) = &mut expert.judgement {
            quantiles.push(Quantile { p, value });
        }
    }
    for expert in &mut experts {
        if let Judgement::Quantiles(quantiles) = &mut expert.judgement {
            *quantiles = sorted(std::mem::take(quantiles));
        }
    }
    Ok(experts)
}

/// A file that cannot be read: exit code 2 like any wrong argument.
pub(super) fn refused(error: DataError) -> Failure {
    Failure::input(format!("error: {error}"))
}

pub(super) fn sorted(mut quantiles: Vec<Quantile>) -> Vec<Quantile> {
    quantiles.sort_by(|a, b| a.p.total_cmp(&b.p));
    quantiles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_experts_said_is_read_as_people_write_it() {
        assert_eq!(quantile("10% = 1_500"), Ok(Quantile { p: 0.1, value: 1500.0 }));
        for text in ["0.1", "0=3", "1=3", "x=3", "0.5=y", "0.5=inf", "nan=1", "150%=2"] {
            assert!(quantile(text).unwrap_err().contains("0.1=3"), "{text}");
        }
        let ann = expert("Ann Onym: 0.9=14, 0.1=3; weight 2").unwrap();
        assert_eq!((ann.name.as_str(), ann.weight), ("Ann Onym", 2.0));
        assert_eq!(
            ann.judgement,
            Judgement::Quantiles(vec![Quantile { p: 0.1, value: 3.0 }, Quantile { p: 0.9, value: 14.0 }])
        );
        let bo = expert("Bo: pert 2, 5, 12").unwrap();
        assert_eq!(bo.judgement, Judgement::Pert { min: 2.0, mode: 5.0, max: 12.0 });
        for text in
            ["Ann", ": 0.1=3, 0.9=4", "Ann: 0.1=3; weight -1", "Ann: 0.1=3; heavy 2", "Ann: pert 1,2", "Ann: 0.1=3;"]
        {
            assert!(expert(text).is_err(), "{text}");
        }
    }
}
