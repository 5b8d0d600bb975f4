//! What do the sections of a config say: simulation, hospital, world, workforces, options?

use super::driver::children;
use super::drivers::{HospitalDriver, OptionDriver, WorkforceDriver, WorldDriver};
use super::problem::{Problem, Violation};
use super::reader::{Reader, joined, unfit_name};
use super::scenario::{Choice, Drivers, Scenario, Simulation, Workforce};
use super::tree::{Entry, Node, Place, Table, Tree};
use crate::data::nearest;
use crate::outcome::Component;
use crate::statistics::Level;

/// Keys of the top level, in the order in which they are written.
pub(crate) const TOP_LEVEL: [&str; 13] = [
    "schema",
    "title",
    "analysis",
    "extends",
    "simulation",
    "hospital",
    "world",
    "workforce",
    "option",
    "dependence",
    "appetite",
    "uncertainty",
    "stress",
];
pub(crate) const SIMULATION: [&str; 4] = ["years", "seed", "levels", "exclude"];
pub(crate) const DEPENDENCE: [&str; 3] = ["copula", "dof", "rank_correlations"];

/// Version of the config schema.
pub(crate) const SCHEMA: u64 = 1;
/// Years that are simulated when the config does not say.
pub(crate) const DEFAULT_YEARS: u64 = 1_000_000;
/// Seed when the config does not say.
pub(crate) const DEFAULT_SEED: u64 = 2026;
/// Levels of VaR and TVaR when the config does not say.
pub(crate) const DEFAULT_LEVELS: [f64; 5] = [0.90, 0.95, 0.99, 0.995, 0.999];
/// Most years that a run can have.
pub(crate) const MOST_YEARS: u64 = 1_000_000_000_000_000;
/// How far the shares of a mix may be from summing to 1.
pub(crate) const SHARES_TOLERANCE: f64 = 1e-9;

impl Reader<'_> {
    /// The scenario of a resolved tree; meaningless parts stand in for what was wrong and has been noted.
    pub fn scenario(&mut self, tree: &Table, beginning: &Place) -> Option<Scenario> {
        self.only(tree, "", &TOP_LEVEL);
        self.schema(tree, beginning);
        let title = match tree.get("title") {
            Some(node) => self.name(node, "title"),
            None => {
                self.missing("title", "a name for the case", beginning);
                None
            }
        };
        let analysis = tree.get("analysis").and_then(|node| self.text(node, "analysis")).map(str::to_owned);
        let simulation = self.simulation(tree.get("simulation"));
        let section = |name: &str| tree.get(name).map(|node| (node, name.to_owned()));
        let world = section("world").and_then(|(node, key)| Some((self.table(node, &key)?, key)));
        let world = world.map(|(table, key)| self.drivers::<WorldDriver>(table, &key, &[])).unwrap_or_default();
        let (hospital_name, hospital) = self.hospital(tree.get("hospital"));
        let workforces = self.workforces(tree.get("workforce"));
        let names: Vec<&str> = workforces.iter().map(|workforce| workforce.name.as_str()).collect();
        let options = self.options(tree.get("option"), &names, beginning);
        let mut scenario = Scenario {
            title: title.unwrap_or_default(),
            analysis,
            simulation: simulation?,
            hospital_name,
            world: Drivers::new(world),
            hospital: Drivers::new(hospital),
            workforces,
            options,
            dependence: None,
            appetite: Vec::new(),
        };
        scenario.dependence = tree.get("dependence").and_then(|node| self.dependence(node, &scenario));
        scenario.appetite = tree.get("appetite").map(|node| self.appetite(node, &scenario)).unwrap_or_default();
        Some(scenario)
    }

    pub fn schema(&mut self, tree: &Table, beginning: &Place) {
        const EXPECTED: &str = "schema = 1, the version of the config schema that this program reads";
        match tree.get("schema") {
            None => self.missing("schema", EXPECTED, beginning),
            Some(node) => match &node.value {
                Tree::Number(number) if number.whole == Some(i128::from(SCHEMA)) => {}
                _ => self.mismatch("schema", node, EXPECTED),
            },
        }
    }

    fn simulation(&mut self, node: Option<&Node>) -> Option<Simulation> {
        let empty = Table::default();
        let table = match node {
            Some(node) => self.table(node, "simulation")?,
            None => &empty,
        };
        self.only(table, "simulation", &SIMULATION);
        let years = match table.get("years") {
            Some(node) => self.whole(node, "simulation.years", 1..=MOST_YEARS),
            None => Some(DEFAULT_YEARS),
        };
        let seed = match table.get("seed") {
            Some(node) => self.whole(node, "simulation.seed", 0..=u64::MAX),
            None => Some(DEFAULT_SEED),
        };
        let levels = match table.get("levels") {
            Some(node) => self.levels(node),
            None => DEFAULT_LEVELS.iter().filter_map(|&level| Level::new(level).ok()).collect(),
        };
        let exclude = table.get("exclude").map(|node| self.exclude(node)).unwrap_or_default();
        // A stand-in where the error has been noted, so that what depends on the section is checked all the same.
        Some(Simulation { years: years.unwrap_or(1), seed: seed.unwrap_or(0), levels, exclude })
    }

    fn levels(&mut self, node: &Node) -> Vec<Level> {
        const KEY: &str = "simulation.levels";
        const EXPECTED: &str = "a list of levels between 0 and 1, as in [0.95, 0.99]";
        let mut levels: Vec<Level> = Vec::new();
        let items = self.list(node, KEY, EXPECTED).unwrap_or_default();
        if matches!(&node.value, Tree::List(items) if items.is_empty()) {
            self.mismatch(KEY, node, EXPECTED);
        }
        for item in items {
            let Some(value) = self.number(item, KEY) else { continue };
            match Level::new(value) {
                Ok(level) => levels.push(level),
                Err(error) => {
                    let violation = Violation::NotALaw { key: KEY.into(), reason: error.to_string() };
                    self.refuse(violation, &item.place, "not a level");
                }
            }
        }
        levels.sort_by(|a, b| a.value().total_cmp(&b.value()));
        levels.dedup();
        levels
    }

    fn exclude(&mut self, node: &Node) -> Vec<Component> {
        const KEY: &str = "simulation.exclude";
        let known: Vec<&str> = Component::ALL.iter().map(|component| component.key()).collect();
        let mut excluded = Vec::new();
        for item in self.list(node, KEY, "a list of components").unwrap_or_default() {
            let Some(name) = self.text(item, KEY) else { continue };
            match Component::from_key(name) {
                Some(component) => excluded.push(component),
                None => self.unknown_name(KEY, "component", name, &known, &item.place),
            }
        }
        excluded.sort_unstable();
        excluded.dedup();
        excluded
    }

    fn hospital(&mut self, node: Option<&Node>) -> (Option<String>, Vec<(HospitalDriver, super::scenario::Driver)>) {
        let Some(table) = node.and_then(|node| self.table(node, "hospital")) else { return (None, Vec::new()) };
        let name = table.get("name").and_then(|name| self.name(name, "hospital.name"));
        (name, self.drivers(table, "hospital", &["name"]))
    }

    fn workforces(&mut self, node: Option<&Node>) -> Vec<Workforce> {
        let Some(table) = node.and_then(|node| self.table(node, "workforce")) else { return Vec::new() };
        let mut workforces = Vec::new();
        let names: Vec<&str> = table.present().map(|entry| entry.key.as_str()).collect();
        for entry in &table.entries {
            let key = joined("workforce", &entry.key);
            if entry.node.is_absent() {
                self.unknown_name("workforce", "inherited workforce", &entry.key, &names, &entry.key_place);
                continue;
            }
            if let Some(expected) = unfit_name(&entry.key) {
                let found = format!("the name {:?}", super::tree::shortened(&entry.key));
                let violation = Violation::Mismatch { key: "workforce".into(), found, expected };
                self.refuse(violation, &entry.key_place, "not a name");
            }
            // A key that stands directly below `workforce` was meant to stand below one of them.
            if entry.node.as_table().is_none() && children::<WorkforceDriver>("").contains(&entry.key.as_str()) {
                self.mismatch(&key, &entry.node, format!("a table [workforce.NAME] that holds {}", entry.key));
                continue;
            }
            let drivers = self.table(&entry.node, &key).map(|table| self.drivers(table, &key, &[])).unwrap_or_default();
            workforces.push(Workforce { name: entry.key.clone(), drivers: Drivers::new(drivers) });
        }
        workforces.sort_by(|a, b| a.name.cmp(&b.name));
        workforces
    }

    fn options(&mut self, node: Option<&Node>, workforces: &[&str], beginning: &Place) -> Vec<Choice> {
        const EXPECTED: &str = "at least one [[option]] with a name and a mix";
        let Some(node) = node else {
            self.missing("option", EXPECTED, beginning);
            return Vec::new();
        };
        let items = self.list(node, "option", EXPECTED).unwrap_or_default();
        if matches!(&node.value, Tree::List(items) if items.is_empty()) {
            self.mismatch("option", node, EXPECTED);
        }
        let mut options: Vec<Choice> = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let position = format!("option[{}]", index + 1);
            let Some(table) = self.table(item, &position) else { continue };
            let name = match table.get("name") {
                Some(name) => self.name(name, &joined(&position, "name")),
                None => {
                    self.missing(&joined(&position, "name"), "a name", &item.place);
                    None
                }
            };
            let path = name.as_ref().map_or(position, |name| joined("option", name));
            if let (Some(name), Some(node)) = (&name, table.get("name")) {
                if let Some(first) = options.iter().position(|option| option.name == *name) {
                    let violation = Violation::Duplicate { key: "option.name".into(), name: name.clone() };
                    let problem = Problem::new(violation, &node.place, "again here");
                    self.problems.push(problem.and(&places[first], "first here"));
                }
                places.push(node.place.clone());
            } else {
                places.push(item.place.clone());
            }
            let drivers = self.drivers::<OptionDriver>(table, &path, &["name", "mix"]);
            let mix = match table.get("mix") {
                Some(mix) => self.mix(mix, &joined(&path, "mix"), workforces),
                None => {
                    self.missing(&joined(&path, "mix"), "shares by workforce, as in { domestic = 1.0 }", &item.place);
                    Vec::new()
                }
            };
            options.push(Choice { name: name.unwrap_or_default(), mix, drivers: Drivers::new(drivers) });
        }
        options
    }

    fn mix(&mut self, node: &Node, key: &str, workforces: &[&str]) -> Vec<(usize, f64)> {
        let Some(table) = self.table(node, key) else { return Vec::new() };
        let before = self.problems.len();
        let mut mix = Vec::new();
        for Entry { key: name, key_place, node } in table.present() {
            let path = joined(key, name);
            let share = self.number(node, &path);
            let workforce = workforces.iter().position(|known| known == name);
            if workforce.is_none() {
                self.unknown_name(key, "workforce", name, workforces, key_place);
            }
            match share {
                Some(share) if !(0.0..=1.0).contains(&share) => self.mismatch(&path, node, "a share from 0 to 1"),
                Some(share) => mix.extend(workforce.map(|index| (index, share))),
                None => {}
            }
        }
        let sum: f64 = mix.iter().map(|(_, share)| share).sum();
        // Shares that were refused would make the sum a consequence.
        let off = (sum - 1.0).abs();
        if self.problems.len() == before && (off.is_nan() || off > SHARES_TOLERANCE) {
            let sum = (sum * 1e12).round() / 1e12;
            let violation = Violation::SharesSum { key: key.to_owned(), sum };
            self.refuse(violation, &node.place, format!("these sum to {sum}"));
        }
        mix.retain(|&(_, share)| share > 0.0);
        mix.sort_unstable_by_key(|&(index, _)| index);
        mix
    }

    pub fn unknown_name(&mut self, key: &str, what: &'static str, found: &str, known: &[&str], place: &Place) {
        let violation = Violation::UnknownName {
            key: key.to_owned(),
            what,
            found: super::tree::shortened(found),
            nearest: nearest(found, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|&name| name.to_owned()).collect(),
        };
        self.refuse(violation, place, format!("unknown {what}"));
    }
}
