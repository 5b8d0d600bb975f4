//! Which law does `{ dist = "...", ... }` describe?

use super::columns;
use super::problem::Violation;
use super::reader::{Reader, joined};
use super::scenario::Value;
use super::tree::{Node, Place, Table, Tree};
use crate::data::nearest;
use crate::distributions::{FAMILIES, FamilySpec, Form, Law, LawError};

impl Reader<'_> {
    /// The law of a driver's table; `others` are keys that say something else: the source, the weight in a mixture.
    pub fn law(&mut self, table: &Table, whole: &Node, key: &str, others: &[&str]) -> Option<Law> {
        let dist = table.entry("dist")?;
        let name = self.text(&dist.node, &joined(key, "dist"))?;
        let form = LawTable { table, whole, key, others };
        let family = FamilySpec::named(name);
        let law = match name {
            _ if family.is_some_and(|family| family.form == Form::Parameters) => self.parametric(form, family?),
            "metalog" => self.metalog(form),
            "empirical" => self.empirical(form),
            "discrete" => self.discrete(form),
            "mixture" => self.mixture(form),
            "splice" => self.splice(form),
            _ => {
                let known: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
                let violation = Violation::UnknownName {
                    key: joined(key, "dist"),
                    what: "law",
                    found: super::tree::shortened(name),
                    nearest: nearest(name, known.iter().copied()).map(str::to_owned),
                    known: known.iter().map(|&name| name.to_owned()).collect(),
                };
                self.refuse(violation, &dist.node.place, "unknown law");
                None
            }
        };
        // The interval is read even where the law failed, so that its own errors show in the same report.
        let interval = table.get("truncate").map(|node| (node, self.interval(node, &joined(key, "truncate"))));
        match interval {
            None => law,
            Some((node, interval)) => {
                let (law, (low, high)) = (law?, interval?);
                law.truncated(low, high)
                    .map_err(|error| self.not_a_law(&joined(key, "truncate"), &error, &node.place))
                    .ok()
            }
        }
    }

    fn parametric(&mut self, form: LawTable<'_>, family: &FamilySpec) -> Option<Law> {
        let optional: Vec<&str> = family.optional.iter().map(|parameter| parameter.name).collect();
        let mut required: Vec<&str> = family.parameter_sets.iter().copied().flatten().copied().collect();
        required.sort_unstable();
        required.dedup();
        let quantiles = family.two_quantiles.then_some("quantiles");
        let clean = self.keys(&form, required.iter().chain(&optional).copied().chain(quantiles));
        let is_given = |name: &&str| form.table.get(name).is_some();
        if let Some(node) = form.table.get("quantiles").filter(|_| quantiles.is_some()) {
            // Two quantiles fix two parameters; a third one of the family is given beside them.
            let beside = |name: &&str| optional.contains(name) || *name == "dof";
            let pairs = self.named_quantiles(node, &joined(form.key, "quantiles"));
            let given: Vec<&str> = required.iter().chain(&optional).copied().filter(beside).collect();
            let fixed = self.parameters(&form, &given)?;
            let mixed = required.iter().copied().filter(is_given).filter(|name| !beside(name));
            let mixed: Vec<String> = mixed.chain(["quantiles"]).map(str::to_owned).collect();
            if mixed.len() > 1 {
                let expected = expected_sets(family.parameter_sets, quantiles);
                let violation = Violation::MixedParameters { key: form.key.to_owned(), found: mixed, expected };
                self.refuse(violation, &form.whole.place, "either quantiles or parameters");
                return None;
            }
            let (first, second) = pairs?;
            return self.built(&form, Law::from_quantiles(family.name, first, second, &fixed), clean);
        }
        let given: Vec<&str> = required.iter().copied().filter(is_given).collect();
        let is_complete = |set: &&&[&str]| set.len() == given.len() && set.iter().all(|name| given.contains(name));
        let Some(set) = family.parameter_sets.iter().find(is_complete) else {
            self.wrong_set(&form, family.parameter_sets, &given, quantiles, clean);
            return None;
        };
        let wanted: Vec<&str> = set.iter().copied().chain(optional.iter().copied()).collect();
        let parameters = self.parameters(&form, &wanted)?;
        self.built(&form, Law::from_parameters(family.name, &parameters), clean)
    }

    /// Parameters of two sets, or of one set but not all of them.
    fn wrong_set(
        &mut self,
        form: &LawTable<'_>,
        sets: &[&[&str]],
        given: &[&str],
        quantiles: Option<&str>,
        clean: bool,
    ) {
        let expected = expected_sets(sets, quantiles);
        let fitting: Vec<_> = sets.iter().filter(|set| given.iter().all(|k| set.contains(k))).collect();
        if fitting.is_empty() {
            let found = given.iter().map(|k| k.to_string()).collect();
            let violation = Violation::MixedParameters { key: form.key.to_owned(), found, expected };
            self.refuse(violation, &form.whole.place, "parameters of different sets");
        } else if clean || given.is_empty() {
            let absent: Vec<&str> = match fitting[..] {
                [set] => set.iter().copied().filter(|k| !given.contains(k)).collect(),
                _ => Vec::new(),
            };
            let what = if absent.is_empty() { "parameter".to_owned() } else { absent.join(" and ") };
            self.missing(&joined_raw(form.key, &what), &expected.join(" | "), &form.whole.place);
        }
    }

    fn metalog(&mut self, form: LawTable<'_>) -> Option<Law> {
        let clean = self.keys(&form, ["quantiles", "min", "max"].into_iter());
        let key = joined(form.key, "quantiles");
        const FORM: &str = "a list of [probability, value], as in [[0.1, 5], [0.5, 8], [0.9, 14]]";
        let node = self.required(&form, "quantiles", FORM)?;
        let mut pairs = Vec::new();
        for item in self.list(node, &key, FORM)? {
            match &item.value {
                Tree::List(pair) if pair.len() == 2 => {
                    let (p, x) = (self.number(&pair[0], &key), self.number(&pair[1], &key));
                    pairs.extend(p.zip(x));
                }
                _ => self.mismatch(&key, item, "[probability, value]"),
            }
        }
        let bounds = self.parameters(&form, &["min", "max"])?;
        let bound = |name: &str| bounds.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let complete = matches!(&node.value, Tree::List(items) if items.len() == pairs.len());
        self.built(&form, Law::metalog(&pairs, bound("min"), bound("max")), clean && complete)
    }

    fn empirical(&mut self, form: LawTable<'_>) -> Option<Law> {
        let clean = self.keys(&form, ["file", "column"].into_iter());
        let file = self.required(&form, "file", "the path of a CSV file");
        let column = self.required(&form, "column", "the name of a column");
        let (file_node, column_node) = (file?, column?);
        let file_key = joined(form.key, "file");
        let path = self.text(file_node, &file_key)?.to_owned();
        let column = self.text(column_node, &joined(form.key, "column"))?.to_owned();
        let origin = &self.files.get(file_node.place.file).origin;
        match columns::read(origin, &path, &column, &mut self.data) {
            Ok(values) => self.built(&form, Law::empirical(values), clean),
            Err(problem) => {
                let place = if problem.concerns_column { &column_node.place } else { &file_node.place };
                self.refuse(problem.into_violation(form.key, &path), place, "read for this");
                None
            }
        }
    }

    fn discrete(&mut self, form: LawTable<'_>) -> Option<Law> {
        let clean = self.keys(&form, ["values", "weights"].into_iter());
        let values = self.required(&form, "values", "a list of numbers");
        let weights = self.required(&form, "weights", "a list of numbers, as many as values");
        let values = self.numbers(values?, &joined(form.key, "values"));
        let weights = self.numbers(weights?, &joined(form.key, "weights"));
        self.built(&form, Law::discrete(&values?, &weights?), clean)
    }

    fn mixture(&mut self, form: LawTable<'_>) -> Option<Law> {
        let clean = self.keys(&form, ["components"].into_iter());
        const FORM: &str = "a list of { weight = ..., and a driver }";
        let node = self.required(&form, "components", FORM)?;
        let key = joined(form.key, "components");
        let items = self.list(node, &key, FORM)?;
        let mut components = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let key = format!("{key}[{}]", index + 1);
            let Some(table) = self.table(item, &key) else { continue };
            let weight = match table.get("weight") {
                Some(weight) => self.number(weight, &joined(&key, "weight")),
                None => {
                    self.missing(&joined(&key, "weight"), "a number above 0", &item.place);
                    None
                }
            };
            let law = self.part(item, &key, &["weight", "source"]);
            components.extend(weight.zip(law));
        }
        let complete = components.len() == items.len();
        self.built(&form, if complete { Law::mixture(components) } else { return None }, clean)
    }

    fn splice(&mut self, form: LawTable<'_>) -> Option<Law> {
        let clean = self.keys(&form, ["body", "tail", "threshold", "tail_weight"].into_iter());
        let body = self.required(&form, "body", "a driver");
        let tail = self.required(&form, "tail", "a driver");
        let threshold = self.required(&form, "threshold", "a number");
        let body = body.and_then(|node| self.part(node, &joined(form.key, "body"), &["source"]));
        let tail = tail.and_then(|node| self.part(node, &joined(form.key, "tail"), &["source"]));
        let threshold = threshold.and_then(|node| self.number(node, &joined(form.key, "threshold")));
        let weight = self.parameters(&form, &["tail_weight"])?.first().map(|(_, weight)| *weight);
        self.built(&form, Law::splice(body?, tail?, threshold?, weight), clean)
    }

    /// A component of a mixture or a part of a splice: a driver of its own, which may be a plain value.
    fn part(&mut self, node: &Node, key: &str, others: &[&str]) -> Option<Law> {
        const FORM: &str = "a driver: a number, { value = ... } or { dist = ..., ... }";
        let value = match node.as_table() {
            Some(table) if table.get("dist").is_some() && table.get("value").is_none() => {
                return self.law(table, node, key, others);
            }
            Some(table) if table.get("value").is_some() && table.get("dist").is_none() => {
                let known: Vec<&str> = ["value"].iter().chain(others).copied().collect();
                self.only(table, key, &known);
                self.number(table.get("value")?, &joined(key, "value"))?
            }
            _ => match self.value_or_law(node, key, FORM)?.value {
                Value::Point(value) => value,
                Value::Law(law) => return Some(law),
            },
        };
        Law::point(value).map_err(|error| self.not_a_law(key, &error, &node.place)).ok()
    }

    /// Notes unknown keys; true when there are none.
    fn keys<'k>(&mut self, form: &LawTable<'k>, known: impl Iterator<Item = &'k str>) -> bool {
        let known: Vec<&str> = known.chain(["dist", "truncate"]).chain(form.others.iter().copied()).collect();
        let before = self.problems.len();
        self.only(form.table, form.key, &known);
        self.problems.len() == before
    }

    fn required<'t>(&mut self, form: &LawTable<'t>, name: &str, expected: &str) -> Option<&'t Node> {
        let node = form.table.get(name);
        if node.is_none() {
            self.missing(&joined(form.key, name), expected, &form.whole.place);
        }
        node
    }

    /// The numbers of those of `names` that are given; none when one of them is no number.
    fn parameters<'k>(&mut self, form: &LawTable<'_>, names: &[&'k str]) -> Option<Vec<(&'k str, f64)>> {
        let given = names.iter().filter_map(|&name| form.table.get(name).map(|node| (name, node)));
        let read: Vec<Option<(&str, f64)>> =
            given.map(|(name, node)| self.number(node, &joined(form.key, name)).map(|value| (name, value))).collect();
        read.into_iter().collect()
    }

    pub(super) fn numbers(&mut self, node: &Node, key: &str) -> Option<Vec<f64>> {
        let items = self.list(node, key, "a list of numbers")?;
        let read: Vec<Option<f64>> = items.iter().map(|item| self.number(item, key)).collect();
        read.into_iter().collect()
    }

    fn interval(&mut self, node: &Node, key: &str) -> Option<(f64, f64)> {
        match &node.value {
            Tree::List(ends) if ends.len() == 2 => {
                let (low, high) = (self.number_or_infinity(&ends[0], key), self.number_or_infinity(&ends[1], key));
                low.zip(high)
            }
            _ => {
                self.mismatch(key, node, "[low, high]");
                None
            }
        }
    }

    /// `{ p10 = x, p90 = y }`: two quantiles by name.
    fn named_quantiles(&mut self, node: &Node, key: &str) -> Option<((f64, f64), (f64, f64))> {
        const FORM: &str = "two quantiles, as in { p10 = 5, p90 = 14 }";
        let table = self.table(node, key)?;
        let mut pairs = Vec::new();
        for entry in table.present() {
            let percent = entry.key.strip_prefix('p').and_then(|digits| digits.replace('_', ".").parse::<f64>().ok());
            match percent.filter(|percent| *percent > 0.0 && *percent < 100.0) {
                Some(percent) => {
                    let value = self.number(&entry.node, &joined(key, &entry.key))?;
                    pairs.push((percent / 100.0, value));
                }
                None => {
                    let known = ["p05", "p10", "p25", "p50", "p75", "p90", "p95"];
                    self.unknown(entry, key, &known);
                    return None;
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        match pairs[..] {
            [first, second] => Some((first, second)),
            _ => {
                self.mismatch(key, node, FORM);
                None
            }
        }
    }

    /// The law, or the reason why there is none; nothing where an unknown key makes it doubtful what was meant.
    fn built(&mut self, form: &LawTable<'_>, law: Result<Law, LawError>, clean: bool) -> Option<Law> {
        match law {
            Ok(law) => clean.then_some(law),
            Err(error) => {
                let parameter = error.parameter.as_deref().and_then(|name| form.table.entry(name));
                match parameter {
                    Some(entry) => self.not_a_law(&joined(form.key, &entry.key), &error, &entry.node.place),
                    None if clean => self.not_a_law(form.key, &error, &form.whole.place),
                    None => {}
                }
                None
            }
        }
    }

    fn not_a_law(&mut self, key: &str, error: &LawError, place: &Place) {
        let violation = Violation::NotALaw { key: key.to_owned(), reason: error.to_string() };
        self.refuse(violation, place, "not a law");
    }
}

/// The table of a law, the node it came from, and its path.
#[derive(Clone, Copy)]
struct LawTable<'t> {
    table: &'t Table,
    whole: &'t Node,
    key: &'t str,
    others: &'t [&'t str],
}

fn expected_sets(sets: &[&[&str]], quantiles: Option<&str>) -> Vec<String> {
    sets.iter().map(|set| set.join(", ")).chain(quantiles.map(|_| "quantiles".to_owned())).collect()
}

fn joined_raw(path: &str, key: &str) -> String {
    format!("{path}.{key}")
}
