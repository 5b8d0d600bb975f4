//! `tailcost elicit`: which law says what people said?

use super::args::Elicit;
use super::exit::Failure;
use super::experts::{experts_of_file, sorted};
use super::written::{write_charts, write_json};
use crate::elicitation::{Bounds, Expert, Question, UNNAMED, biography, elicit as elicited};
use crate::outcome::Judgement;
use crate::report::charts::elicitation_charts;
use crate::report::elicitation::{elicitation_fragment, elicitation_table};

pub fn elicit(arguments: &Elicit) -> Result<(), Failure> {
    let mut experts = arguments.experts.clone();
    if let Some(path) = &arguments.file {
        experts.extend(experts_of_file(path)?);
    }
    if !arguments.quantiles.is_empty() {
        let judgement = Judgement::Quantiles(sorted(arguments.quantiles.clone()));
        experts.push(Expert { name: UNNAMED.into(), judgement, weight: 1.0 });
    }
    experts.extend(arguments.pert.clone().map(|judgement| Expert { name: UNNAMED.into(), judgement, weight: 1.0 }));
    let bounds = Bounds { min: arguments.min, max: arguments.max };
    let question = Question { experts, bounds, family: arguments.family.clone() };
    let mut found = elicited(&question, &arguments.name).map_err(|error| Failure::input(format!("error: {error}")))?;
    found.fragment = elicitation_fragment(&found, &biography(&found));
    super::print(&elicitation_table(&found))?;
    if let Some(path) = &arguments.json {
        write_json(path, &found)?;
    }
    if let Some(directory) = &arguments.charts {
        write_charts(directory, elicitation_charts(&found).map_err(Failure::internal)?)?;
    }
    Ok(())
}
