//! Which draws of a member of a batch are its own, and which strike all members alike?
//!
//! A member's own draws come from scopes below `member/ID`; those of the world, and of what a plan calls shared, from the scopes of a case
//! that runs alone. So a member's years stay what they are when others join, leave or change places, and all members see the same world.

use super::factors::Factor;
use crate::data::nearest;
use std::sync::Arc;

/// What strikes all members alike: paths of factors, or of tables that hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shared {
    paths: Vec<String>,
}

/// A member of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub id: String,
    pub shared: Arc<Shared>,
}

/// A path that no factor has, nor a table of factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotShareable {
    /// Place in the list that was given.
    pub index: usize,
    pub path: String,
    pub nearest: Option<String>,
}

/// Events whose table in the config has another name.
const EVENTS_OF_TABLES: [(&str, &str); 2] = [("breaches", "breach"), ("fined", "breach.penalty")];

impl Shared {
    /// `paths` as a plan gives them; each must name something that is random in one of the cases.
    ///
    /// # Errors
    /// The first that names nothing.
    pub fn new(paths: &[String], factors: &[&[Factor]]) -> Result<Self, NotShareable> {
        let shared = Self { paths: paths.to_vec() };
        for (index, path) in paths.iter().enumerate() {
            let mut known = factors.iter().flat_map(|factors| factors.iter());
            if !known.clone().any(|factor| is_within(&factor.path, path)) {
                let tables = known.clone().flat_map(|factor| {
                    factor.path.match_indices('.').map(|(at, _)| &factor.path[..at]).collect::<Vec<_>>()
                });
                let names: Vec<&str> = known.by_ref().map(|factor| factor.path.as_str()).chain(tables).collect();
                let nearest = nearest(path, names.into_iter()).map(str::to_owned);
                return Err(NotShareable { index, path: path.clone(), nearest });
            }
        }
        Ok(shared)
    }

    /// Does the factor strike all members alike?
    pub fn holds(&self, factor: &str) -> bool {
        is_within(factor, "world") || self.paths.iter().any(|path| is_within(factor, path))
    }
}

/// Is the factor the path, or something of the table that the path names?
fn is_within(factor: &str, path: &str) -> bool {
    let below = |factor: &str| factor.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if below(factor) {
        return true;
    }
    EVENTS_OF_TABLES.iter().any(|(event, table)| {
        factor
            .strip_suffix(event)
            .filter(|scope| scope.ends_with('.'))
            .is_some_and(|scope| below(&format!("{scope}{table}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(paths: &[&str]) -> Shared {
        Shared { paths: paths.iter().map(|path| (*path).to_owned()).collect() }
    }

    #[test]
    fn a_table_holds_its_drivers_and_its_events() {
        let breach = shared(&["workforce.offshore.breach"]);
        for factor in ["breach.severity", "breach.penalty.amount", "breaches", "fined", "breach.recovered_share"] {
            assert!(breach.holds(&format!("workforce.offshore.{factor}")), "{factor}");
        }
        for factor in ["workforce.domestic.breaches", "workforce.offshore.rate", "workforce.offshore.switch"] {
            assert!(!breach.holds(factor), "{factor}");
        }
        let penalty = shared(&["workforce.offshore.breach.penalty"]);
        assert!(penalty.holds("workforce.offshore.fined") && !penalty.holds("workforce.offshore.breaches"));
        assert!(shared(&["workforce.offshore"]).holds("workforce.offshore.denials"));
        assert!(!shared(&["workforce.off"]).holds("workforce.offshore.denials"));
    }

    #[test]
    fn the_world_is_always_shared() {
        assert!(shared(&[]).holds("world.threat") && !shared(&[]).holds("hospital.cost_of_capital"));
    }

    #[test]
    fn a_path_that_names_nothing_is_refused_with_the_nearest() {
        let kind = super::super::FactorKind::Chance;
        let factor = |path: &str| Factor { path: path.to_owned(), kind };
        let factors = [factor("workforce.offshore.breach.severity"), factor("workforce.offshore.switch")];
        let paths = ["workforce.offshore.switch".to_owned(), "workforce.offshore.braech".to_owned()];
        let refused = Shared::new(&paths, &[&factors]).unwrap_err();
        assert_eq!((refused.index, refused.nearest.as_deref()), (1, Some("workforce.offshore.breach")));
    }
}
