//! Which value or law does a driver have, and does it stay inside its domain?

use super::drivers::{Domain, DriverSpec, HospitalDriver, OptionDriver, Use, WorkforceDriver, WorldDriver};
use super::problem::Violation;
use super::reader::{Reader, joined};
use super::scenario::{Driver, Value};
use super::tree::{Node, Table, Tree};
use crate::data::nearest;
use crate::distributions::Law;

/// The drivers of one scope, as data.
pub(crate) trait Scope: Copy + Ord + 'static {
    fn all() -> &'static [Self];
    fn specification(self) -> &'static DriverSpec;
}

macro_rules! scopes {
    ($($name:ident),*) => {
        $(impl Scope for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn specification(self) -> &'static DriverSpec {
                self.spec()
            }
        })*
    };
}

scopes!(WorldDriver, HospitalDriver, WorkforceDriver, OptionDriver);

/// Largest probability with which a law may leave its domain: rounding of a law that ends at the domain's edge passes, a
/// normal law that reaches below zero does not.
const TOLERATED_OUTSIDE: f64 = 1e-9;

impl Reader<'_> {
    /// Reads the drivers of scope `K` from `table`; `others` are keys that are no drivers and are read elsewhere.
    pub fn drivers<K: Scope>(&mut self, table: &Table, path: &str, others: &[&str]) -> Vec<(K, Driver)> {
        let mut given = Vec::new();
        self.drivers_below(table, path, "", others, &mut given);
        given
    }

    fn drivers_below<K: Scope>(
        &mut self,
        table: &Table,
        path: &str,
        prefix: &str,
        others: &[&str],
        given: &mut Vec<(K, Driver)>,
    ) {
        let known = children::<K>(prefix);
        for entry in table.entries.iter().filter(|entry| !others.contains(&entry.key.as_str())) {
            let below = format!("{prefix}{}", entry.key);
            let key = joined(path, &entry.key);
            let driver = K::all().iter().find(|driver| driver.specification().key == below);
            if let Some(&driver) = driver {
                if !entry.node.is_absent() {
                    given.extend(self.driver(&entry.node, &key, driver.specification()).map(|value| (driver, value)));
                }
            } else if known.contains(&entry.key.as_str()) {
                if entry.node.is_absent() {
                    continue;
                }
                if let Some(inner) = self.table(&entry.node, &key) {
                    self.drivers_below(inner, &key, &format!("{below}."), &[], given);
                }
            } else {
                self.misplaced::<K>(entry, path, &known, others);
            }
        }
    }

    /// An unknown key: it may belong to another table of the scope, or be a slip.
    fn misplaced<K: Scope>(&mut self, entry: &super::tree::Entry, path: &str, known: &[&str], others: &[&str]) {
        let here: Vec<&str> = known.iter().chain(others).copied().collect();
        let elsewhere = |key: &&str| key.rsplit('.').next() == Some(entry.key.as_str());
        let keys = K::all().iter().map(|driver| driver.specification().key);
        match keys.clone().find(elsewhere) {
            Some(key) if nearest(&entry.key, here.iter().copied()).is_none_or(|close| close != entry.key) => {
                let violation = Violation::UnknownKey {
                    key: joined(path, &entry.key),
                    nearest: Some(key.to_owned()),
                    known: Vec::new(),
                };
                self.refuse(violation, &entry.key_place, format!("belongs at {key}"));
            }
            _ => self.unknown(entry, path, &here),
        }
    }

    /// Reads one driver and checks its domain.
    fn driver(&mut self, node: &Node, key: &str, spec: &DriverSpec) -> Option<Driver> {
        if spec.used == Use::Fixed
            && let Some(table) = node.as_table()
            && !table.entries.iter().any(|entry| entry.key == "value")
        {
            self.mismatch(key, node, "a number: this driver is never uncertain");
            return None;
        }
        let driver = self.value_or_law(node, key, "a number, { value = ... } or { dist = ..., ... }")?;
        let place = match node.as_table().and_then(|table| table.get("value").or_else(|| table.get("dist"))) {
            Some(inner) => inner,
            None => node,
        };
        let inside = match &driver.value {
            Value::Point(value) => self.check_point(*value, place, key, spec.domain),
            Value::Law(law) => self.check_law(law, place, key, spec.domain),
        };
        inside.then_some(driver)
    }

    fn check_point(&mut self, value: f64, node: &Node, key: &str, domain: Domain) -> bool {
        let inside = contains(domain, value);
        if !inside {
            self.mismatch(key, node, described(domain));
        }
        inside
    }

    fn check_law(&mut self, law: &Law, node: &Node, key: &str, domain: Domain) -> bool {
        let outside = probability_outside(law, domain);
        // Written so that NaN fails.
        let inside = outside <= TOLERATED_OUTSIDE;
        if !inside {
            let violation = Violation::LeavesDomain {
                key: key.to_owned(),
                probability: outside,
                domain: described(domain),
                truncate: truncation(domain),
            };
            self.refuse(violation, &node.place, format!("outside with probability {outside:.3e}"));
        }
        inside
    }

    /// A driver of any domain: the components of a mixture and the parts of a splice as well.
    pub fn value_or_law(&mut self, node: &Node, key: &str, expected: &str) -> Option<Driver> {
        match &node.value {
            Tree::Number(_) => {
                Some(Driver { value: Value::Point(self.number(node, key)?), source: None, biography: None })
            }
            Tree::Table(table) => {
                let source = table.get("source").and_then(|source| self.text(source, &joined(key, "source")));
                let source = source.map(str::to_owned);
                let biography = table.get("biography").and_then(|node| self.biography(node, &joined(key, "biography")));
                let value = match (table.get("value"), table.entry("dist")) {
                    (Some(value), None) => {
                        self.only(table, key, &["value", "source", "biography"]);
                        Value::Point(self.number(value, &joined(key, "value"))?)
                    }
                    (None, Some(_)) => Value::Law(self.law(table, node, key, &["source", "biography"])?),
                    (Some(_), Some(dist)) => {
                        let found = vec!["value".to_owned(), "dist".to_owned()];
                        let expected = vec!["value".to_owned(), "dist with its parameters".to_owned()];
                        let violation = Violation::MixedParameters { key: key.to_owned(), found, expected };
                        self.refuse(violation, &dist.key_place, "either this or value");
                        return None;
                    }
                    (None, None) => {
                        let violation = Violation::Mismatch {
                            key: key.to_owned(),
                            found: node.found(),
                            expected: format!("{expected}; a driver is always given whole"),
                        };
                        self.refuse(violation, &node.place, "neither value nor dist");
                        return None;
                    }
                };
                Some(Driver { value, source, biography: biography.map(Box::new) })
            }
            _ => {
                self.mismatch(key, node, expected);
                None
            }
        }
    }
}

/// The keys that may stand directly below `prefix`: drivers and tables.
pub(crate) fn children<K: Scope>(prefix: &str) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for rest in K::all().iter().filter_map(|driver| driver.specification().key.strip_prefix(prefix)) {
        let child = rest.split('.').next().unwrap_or(rest);
        if !keys.contains(&child) {
            keys.push(child);
        }
    }
    keys
}

impl Value {
    /// Does the value, or all but a negligible part of the law, lie in the domain?
    pub fn lies_in(&self, domain: Domain) -> bool {
        match self {
            Value::Point(value) => contains(domain, *value),
            Value::Law(law) => probability_outside(law, domain) <= TOLERATED_OUTSIDE,
        }
    }
}

impl Domain {
    /// As in `a number from 0 to 1`.
    pub fn in_words(self) -> &'static str {
        described(self)
    }
}

fn contains(domain: Domain, value: f64) -> bool {
    match domain {
        Domain::Share => (0.0..=1.0).contains(&value),
        Domain::ShareBelowOne => (0.0..1.0).contains(&value),
        Domain::NotNegative => value >= 0.0,
        Domain::Positive => value > 0.0,
        Domain::CountingNumber => (1.0..=1e6).contains(&value) && value.fract() == 0.0,
        Domain::AnySign => value.is_finite(),
    }
}

fn probability_outside(law: &Law, domain: Domain) -> f64 {
    match domain {
        Domain::Share => law.below(0.0).p() + law.cdf(1.0).q(),
        Domain::ShareBelowOne => law.below(0.0).p() + law.below(1.0).q(),
        Domain::NotNegative => law.below(0.0).p(),
        Domain::Positive | Domain::CountingNumber => law.cdf(0.0).p(),
        Domain::AnySign => 0.0,
    }
}

/// The domain in words.
pub(crate) fn described(domain: Domain) -> &'static str {
    match domain {
        Domain::Share => "a number from 0 to 1",
        Domain::ShareBelowOne => "a number from 0 to below 1",
        Domain::NotNegative => "a number of 0 or more",
        Domain::Positive => "a number above 0",
        Domain::CountingNumber => "a whole number from 1 to 1000000",
        Domain::AnySign => "a finite number",
    }
}

fn truncation(domain: Domain) -> &'static str {
    match domain {
        Domain::Share => "[0, 1]",
        Domain::ShareBelowOne => "[0, 0.99]",
        Domain::NotNegative => "[0, inf]",
        Domain::Positive | Domain::CountingNumber => "[0.01, inf]",
        Domain::AnySign => "[-inf, inf]",
    }
}
