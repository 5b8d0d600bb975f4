//! Which limits does the committee set, and can this case be held against them?

use super::reader::{Reader, joined};
use super::scenario::{AppetiteLimit, Scenario};
use super::tree::{Node, Table, Tree};
use crate::outcome::{Figure, Measure, MeasureError};

pub(crate) const APPETITE: [&str; 1] = ["lines"];
pub(crate) const APPETITE_LINE: [&str; 4] = ["name", "measure", "of", "limit"];

const LINES: &str = "appetite.lines";
const EXPECTED: &str = "a list of limits, as in [{ measure = \"tvar@0.99\", of = \"Offshore\", limit = 12_000_000, name = \"Board tolerance\" }]";

impl Reader<'_> {
    /// The committee's limits; a line without `of` holds for every option that has the measure.
    pub fn appetite(&mut self, node: &Node, scenario: &Scenario) -> Vec<AppetiteLimit> {
        let Some(table) = self.table(node, "appetite") else { return Vec::new() };
        self.only(table, "appetite", &APPETITE);
        let Some(lines) = table.get("lines") else {
            self.missing(LINES, EXPECTED, &node.place);
            return Vec::new();
        };
        let mut limits = Vec::new();
        for (index, item) in self.list(lines, LINES, EXPECTED).unwrap_or_default().iter().enumerate() {
            let key = format!("{LINES}[{}]", index + 1);
            if let Some(table) = self.table(item, &key) {
                limits.extend(self.appetite_line(table, item, &key, scenario).unwrap_or_default());
            }
        }
        limits
    }

    fn appetite_line(
        &mut self,
        table: &Table,
        item: &Node,
        key: &str,
        scenario: &Scenario,
    ) -> Option<Vec<AppetiteLimit>> {
        self.only(table, key, &APPETITE_LINE);
        let name = table.get("name").map(|node| self.name(node, &joined(key, "name")));
        let figure = match table.get("measure") {
            Some(node) => self.appetite_figure(node, &joined(key, "measure"), scenario),
            None => {
                self.missing(&joined(key, "measure"), "a measure such as \"tvar@0.99\"", &item.place);
                None
            }
        };
        let limit = match table.get("limit") {
            Some(node) => self.number(node, &joined(key, "limit")).map(|limit| (limit, node)),
            None => {
                self.missing(&joined(key, "limit"), "the most that the measure may be", &item.place);
                None
            }
        };
        let options = self.appetite_options(table, key, scenario);
        let (name, (figure, measure_node), (limit, limit_node), options) =
            (name.unwrap_or(Some(String::new()))?, figure?, limit?, options?);
        if is_probability(figure) && !(0.0..=1.0).contains(&limit) {
            self.mismatch(&joined(key, "limit"), limit_node, "a probability from 0 to 1");
            return None;
        }
        let is_compared = matches!(figure, Figure::Difference(_) | Figure::CostsMore);
        let first = scenario.options.first().map(|option| option.name.as_str());
        let mut held: Vec<String> = options;
        if is_compared {
            let named = table.get("of").is_some();
            held.retain(|option| Some(option.as_str()) != first);
            if held.is_empty() {
                let reason = if named {
                    "a measure that the first option has: it is what the others are compared with"
                } else {
                    "a measure that the only option has: there is nothing to compare it with"
                };
                self.mismatch(&joined(key, "measure"), measure_node, reason);
                return None;
            }
        }
        let name = |figure: Figure| if name.is_empty() { format!("Limit on {figure}") } else { name.clone() };
        let limit = |option| AppetiteLimit { name: name(figure), measure: Measure { figure, option }, limit };
        Some(held.into_iter().map(limit).collect())
    }

    /// A measure of which less is better, at a level of the run.
    fn appetite_figure<'n>(&mut self, node: &'n Node, key: &str, scenario: &Scenario) -> Option<(Figure, &'n Node)> {
        let text = self.text(node, key)?;
        let levels = &scenario.simulation.levels;
        let refused = |error: MeasureError| format!("a measure of which less is better, as in \"tvar@0.99\": {error}");
        let figure = match Figure::parse(text.trim()) {
            Ok(figure) => figure,
            Err(error) => {
                self.mismatch(key, node, refused(error));
                return None;
            }
        };
        if figure == Figure::Cheapest {
            self.mismatch(key, node, "a measure of which less is better: mean, sd, var@LEVEL, tvar@LEVEL, each also with \" difference\", costs more, regret");
            return None;
        }
        if let Err(error) = figure.check_level(levels) {
            self.mismatch(key, node, format!("a level of this run: {error}"));
            return None;
        }
        Some((figure, node))
    }

    fn appetite_options(&mut self, table: &Table, key: &str, scenario: &Scenario) -> Option<Vec<String>> {
        let known: Vec<&str> = scenario.options.iter().map(|option| option.name.as_str()).collect();
        let Some(node) = table.get("of") else { return Some(known.into_iter().map(str::to_owned).collect()) };
        let key = joined(key, "of");
        let Tree::Text(text) = &node.value else {
            self.mismatch(&key, node, "the name of an option");
            return None;
        };
        if !known.contains(&text.as_str()) {
            self.unknown_name(&key, "option", text, &known, &node.place);
            return None;
        }
        Some(vec![text.clone()])
    }
}

fn is_probability(figure: Figure) -> bool {
    figure == Figure::CostsMore
}

#[cfg(test)]
mod tests {
    use crate::config::{Source, load};

    fn limits(lines: &str) -> Result<Vec<(String, String, f64)>, String> {
        let set = format!("appetite.lines=[{lines}]");
        let loaded = load(&Source::Builtin("article".into()), &[set]).map_err(|errors| errors.to_string())?;
        let line = |limit: &crate::config::AppetiteLimit| (limit.name.clone(), limit.measure.to_string(), limit.limit);
        Ok(loaded.scenario.appetite.iter().map(line).collect())
    }

    #[test]
    fn a_limit_is_of_an_option_or_of_all() {
        let board = r#"{ measure = "tvar@0.99", of = "Offshore", limit = 12_000_000, name = "Board tolerance" }"#;
        assert_eq!(limits(board).unwrap(), [("Board tolerance".into(), "tvar@0.99 of Offshore".into(), 12e6)]);
        let every = limits(r#"{ measure = "var@0.995", limit = 2e7 }"#).unwrap();
        assert_eq!(every.len(), 3);
        assert_eq!(every[2].1, "var@0.995 of Blended 60/40");
        assert_eq!(every[2].0, "Limit on var@0.995");
        let compared = limits(r#"{ measure = "costs more", limit = 0.2 }"#).unwrap();
        assert_eq!(compared.len(), 2, "the first option is not compared with itself");
    }

    #[test]
    fn a_line_that_cannot_be_held_is_refused_where_it_is_wrong() {
        for (line, told) in [
            (r#"{ measure = "tvar@0.98", limit = 1 }"#, "0.98"),
            (r#"{ measure = "tvar", limit = 1 }"#, "unknown measure"),
            (r#"{ measure = "cheapest", limit = 0.5 }"#, "less is better"),
            (r#"{ measure = "mean" }"#, "limit is missing"),
            (r#"{ limit = 3 }"#, "measure is missing"),
            (r#"{ measure = "mean", of = "Ofshore", limit = 3 }"#, "did you mean \"Offshore\""),
            (r#"{ measure = "costs more", limit = 20 }"#, "a probability from 0 to 1"),
            (r#"{ measure = "mean difference", of = "Domestic", limit = 1 }"#, "first option"),
            (r#"{ measure = "mean", limt = 3, limit = 3 }"#, "did you mean limit"),
            (r#"3"#, "expected a table"),
        ] {
            let report = limits(line).unwrap_err();
            assert!(report.contains(told), "{line}: {report}");
        }
    }
}
