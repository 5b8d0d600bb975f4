//! Which drivers move together, how strongly, and is that possible at all?

use super::drivers::{DriverSpec, HospitalDriver, OptionDriver, Use, WorkforceDriver, WorldDriver};
use super::problem::{Problem, Violation};
use super::reader::Reader;
use super::scenario::{CopulaKind, DependenceGroup, Driver, DriverId, GroupMember, Scenario, Value};
use super::sections::DEPENDENCE;
use super::tree::{Node, Place, Table, Tree};
use crate::data::nearest;
use crate::dependence::nearest::nearest_correlation;
use crate::dependence::{cholesky, normal_correlation};
use std::f64::consts::PI;

/// A pair of drivers as the config lists it.
struct Pair {
    members: [Candidate; 2],
    rho: f64,
    place: Place,
}

/// A driver that the schema has in one of the scenario's scopes.
#[derive(Clone)]
struct Candidate {
    id: DriverId,
    path: String,
    spec: &'static DriverSpec,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Absent,
    Number(f64),
    Law,
}

impl Reader<'_> {
    /// The group of drivers that depend on each other; `None` when no pair is listed or something is wrong.
    pub fn dependence(&mut self, node: &Node, scenario: &Scenario) -> Option<DependenceGroup> {
        let table = self.table(node, "dependence")?;
        self.only(table, "dependence", &DEPENDENCE);
        let copula = self.copula(table, node);
        let list = table.get("rank_correlations")?;
        let before = self.problems.len();
        let pairs = self.pairs(list, &candidates(scenario));
        if self.problems.len() > before || pairs.is_empty() {
            return None;
        }
        self.group(copula?, &pairs, list)
    }

    fn copula(&mut self, table: &Table, node: &Node) -> Option<CopulaKind> {
        const EXPECTED: &str = "copula = \"gaussian\" or copula = \"t\" with dof";
        let Some(copula) = table.get("copula") else {
            self.missing("dependence.copula", EXPECTED, &node.place);
            return None;
        };
        let dof = table.get("dof");
        match self.text(copula, "dependence.copula")? {
            "gaussian" => match dof {
                None => Some(CopulaKind::Gaussian),
                Some(dof) => {
                    self.mismatch("dependence.dof", dof, "no dof beside copula = \"gaussian\"");
                    None
                }
            },
            "t" => {
                let Some(node) = dof else {
                    self.missing("dependence.dof", "degrees of freedom of the t copula, above 0", &node.place);
                    return None;
                };
                let dof = self.number(node, "dependence.dof")?;
                if dof > 0.0 {
                    return Some(CopulaKind::T { dof });
                }
                self.mismatch("dependence.dof", node, "a number above 0");
                None
            }
            other => {
                self.unknown_name("dependence.copula", "copula", other, &["gaussian", "t"], &copula.place);
                None
            }
        }
    }

    fn pairs(&mut self, list: &Node, candidates: &[Candidate]) -> Vec<Pair> {
        const KEY: &str = "dependence.rank_correlations";
        const FORM: &str = "[\"driver\", \"driver\", correlation]";
        let mut pairs: Vec<Pair> = Vec::new();
        for item in self.list(list, KEY, "a list of [\"driver\", \"driver\", correlation]").unwrap_or_default() {
            let parts = match &item.value {
                Tree::List(parts) if parts.len() == 3 => parts,
                _ => {
                    self.mismatch(KEY, item, FORM);
                    continue;
                }
            };
            let members = [self.member(&parts[0], candidates), self.member(&parts[1], candidates)];
            let rho = self.number(&parts[2], KEY).filter(|rho| {
                let inside = *rho > -1.0 && *rho < 1.0;
                if !inside {
                    self.mismatch(KEY, &parts[2], "a rank correlation strictly between -1 and 1");
                }
                inside
            });
            let ([Some(first), Some(second)], Some(rho)) = (members, rho) else { continue };
            if first.id == second.id {
                let reason = "it is listed with itself".to_owned();
                self.refuse(
                    Violation::NotCorrelatable { path: first.path, reason },
                    &item.place,
                    "the same driver twice",
                );
                continue;
            }
            let mut members = [first, second];
            members.sort_by(|a, b| a.path.cmp(&b.path));
            let same = |pair: &&Pair| pair.members[0].id == members[0].id && pair.members[1].id == members[1].id;
            match pairs.iter().find(same) {
                Some(pair) if pair.rho != rho => {
                    let [first, second] = members.map(|member| member.path);
                    let violation = Violation::Contradiction { first, second, one: pair.rho, other: rho };
                    let problem = Problem::new(violation, &item.place, "and this here").and(&pair.place, "that here");
                    self.problems.push(problem);
                }
                Some(_) => {}
                None => pairs.push(Pair { members, rho, place: item.place.clone() }),
            }
        }
        pairs
    }

    fn member(&mut self, node: &Node, candidates: &[Candidate]) -> Option<Candidate> {
        const KEY: &str = "dependence.rank_correlations";
        let path = self.text(node, KEY)?.replace('"', "");
        let Some(found) = candidates.iter().find(|candidate| candidate.path == path) else {
            let violation = Violation::UnknownName {
                key: KEY.to_owned(),
                what: "driver",
                found: super::tree::shortened(&path),
                nearest: nearest(&path, candidates.iter().map(|candidate| candidate.path.as_str())).map(str::to_owned),
                known: candidates
                    .iter()
                    .filter(|candidate| candidate.state == State::Law && candidate.spec.used == Use::Yearly)
                    .map(|candidate| candidate.path.clone())
                    .collect(),
            };
            self.refuse(violation, &node.place, "unknown driver");
            return None;
        };
        let reason = match (found.spec.used, found.state) {
            (Use::Each, _) => "it is drawn for each event, not once a year",
            (Use::Fixed, _) => "it is always a number",
            (Use::Yearly, State::Absent) => "the config gives it no law",
            (Use::Yearly, State::Number(value)) => &format!("it is the number {value}, not a law"),
            (Use::Yearly, State::Law) => return Some(found.clone()),
        };
        let violation = Violation::NotCorrelatable { path, reason: reason.to_owned() };
        self.refuse(violation, &node.place, "has no law of its year");
        None
    }

    fn group(&mut self, copula: CopulaKind, pairs: &[Pair], list: &Node) -> Option<DependenceGroup> {
        let mut named: Vec<&Candidate> = pairs.iter().flat_map(|pair| &pair.members).collect();
        named.sort_by(|a, b| a.path.cmp(&b.path));
        named.dedup_by(|a, b| a.id == b.id);
        let index = |candidate: &Candidate| named.iter().position(|member| member.id == candidate.id);
        let mut correlation = identity(named.len());
        let mut requested = Vec::new();
        for pair in pairs {
            let (i, j) = (index(&pair.members[0])?, index(&pair.members[1])?);
            correlation[i][j] = normal_correlation(pair.rho);
            correlation[j][i] = correlation[i][j];
            requested.push((i, j, pair.rho));
        }
        requested.sort_by_key(|&(i, j, _)| (i, j));
        if cholesky(&correlation).is_err() {
            let set = smallest_offending_set(&correlation);
            let members = set.iter().map(|&i| named[i].path.clone()).collect();
            let paths: Vec<&str> = named.iter().map(|member| member.path.as_str()).collect();
            let violation = Violation::NotPositiveDefinite { members, nearest: repaired(&correlation, &paths) };
            let mut problem = Problem::new(violation, &list.place, "impossible together");
            let offends = |pair: &&Pair| pair.members.iter().all(|m| index(m).is_some_and(|i| set.contains(&i)));
            let mut marks = pairs.iter().filter(offends);
            if let Some(first) = marks.next() {
                problem.marks[0].place = first.place.clone();
                problem = marks.fold(problem, |problem, pair| problem.and(&pair.place, "with this"));
            }
            self.problems.push(problem);
            return None;
        }
        let members = named.iter().map(|member| GroupMember { driver: member.id, path: member.path.clone() }).collect();
        Some(DependenceGroup { copula, members, correlation, requested })
    }
}

fn identity(size: usize) -> Vec<Vec<f64>> {
    (0..size).map(|i| (0..size).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect()
}

/// A set of members that cannot be correlated as asked, none of which can be left out.
fn smallest_offending_set(correlation: &[Vec<f64>]) -> Vec<usize> {
    let possible = |set: &[usize]| cholesky(&submatrix(correlation, set)).is_ok();
    let mut set: Vec<usize> = (0..correlation.len()).collect();
    for member in (0..correlation.len()).rev() {
        let rest: Vec<usize> = set.iter().copied().filter(|&other| other != member).collect();
        if !possible(&rest) {
            set = rest;
        }
    }
    set
}

fn submatrix(matrix: &[Vec<f64>], set: &[usize]) -> Vec<Vec<f64>> {
    set.iter().map(|&i| set.iter().map(|&j| matrix[i][j]).collect()).collect()
}

/// The nearest possible rank correlations, as lines for the config.
fn repaired(correlation: &[Vec<f64>], paths: &[&str]) -> String {
    /// Below this a pair need not be listed.
    const NEGLIGIBLE: f64 = 5e-4;
    let nearest = nearest_correlation(correlation);
    let mut lines = Vec::new();
    for i in 0..paths.len() {
        for j in i + 1..paths.len() {
            let rank = 6.0 / PI * libm::asin(nearest[i][j] / 2.0);
            if rank.abs() >= NEGLIGIBLE {
                lines.push(format!("[\"{}\", \"{}\", {:.3}],", paths[i], paths[j], rank));
            }
        }
    }
    lines.join("\n")
}

fn candidates(scenario: &Scenario) -> Vec<Candidate> {
    let state = |driver: Option<&Driver>| match driver.map(|driver| &driver.value) {
        None => State::Absent,
        Some(Value::Point(value)) => State::Number(*value),
        Some(Value::Law(_)) => State::Law,
    };
    let mut all = Vec::new();
    let mut push = |id, scope: &str, spec: &'static DriverSpec, driver| {
        all.push(Candidate { id, path: format!("{scope}.{}", spec.key), spec, state: state(driver) });
    };
    for &driver in WorldDriver::ALL {
        push(DriverId::World(driver), "world", driver.spec(), scenario.world.get(driver));
    }
    for &driver in HospitalDriver::ALL {
        push(DriverId::Hospital(driver), "hospital", driver.spec(), scenario.hospital.get(driver));
    }
    for (index, workforce) in scenario.workforces.iter().enumerate() {
        let scope = format!("workforce.{}", workforce.name);
        for &driver in WorkforceDriver::ALL {
            push(DriverId::Workforce(index, driver), &scope, driver.spec(), workforce.drivers.get(driver));
        }
    }
    for (index, option) in scenario.options.iter().enumerate() {
        let scope = format!("option.{}", option.name);
        for &driver in OptionDriver::ALL {
            push(DriverId::Option(index, driver), &scope, driver.spec(), option.drivers.get(driver));
        }
    }
    all
}
