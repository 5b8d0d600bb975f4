//! In which years did something rare happen to a workforce?

use super::Model;
use crate::config::Scenario;
use crate::engine::{BLOCK, Kernel, Table, parallel_map};
use crate::numerics::simd::flat;
use crate::random::Years;
use std::ops::Range;

/// Events of a workforce, as their factors are called; a breach is fined where a penalty was paid.
const EVENTS: [&str; 5] = ["breaches", "compliance", "fined", "regulation", "switch"];

impl Model {
    /// By event, as in `workforce.offshore.switch`: did it happen in each of these years? The switch counts where it was noticed at all:
    /// where it exposed some of the year. Events that never happen in any year of the case are left out.
    pub fn happened(&self, scenario: &Scenario, years: Range<u64>) -> Vec<(String, Vec<bool>)> {
        let used = |index: &usize| {
            scenario.options.iter().any(|option| option.mix.iter().any(|(workforce, _)| workforce == index))
        };
        let names: Vec<&str> =
            (0..scenario.workforces.len()).filter(used).map(|index| scenario.workforces[index].name.as_str()).collect();
        let paths = names.iter().flat_map(|name| EVENTS.map(|event| format!("workforce.{name}.{event}")));
        let starts: Vec<u64> = years.clone().step_by(BLOCK).collect();
        let blocks = parallel_map(&starts, |&start| {
            let len = BLOCK.min((years.end - start) as usize);
            let (mut scratch, mut table) = (self.scratch(), Table::new(self.layout()));
            self.simulate(Years::Range { start, len }, &mut scratch, &mut table);
            let mut happened: Vec<Vec<bool>> = Vec::new();
            for year in &scratch.workforces {
                let of_rows = |rows: &mut dyn Iterator<Item = usize>| {
                    let mut column = vec![false; len];
                    rows.for_each(|row| column[row] = true);
                    column
                };
                let fined = year.breaches.rows.iter().zip(&year.breaches.penalties);
                happened.push(of_rows(&mut year.breaches.rows.iter().copied()));
                happened.push(of_rows(&mut year.compliance.rows.iter().copied()));
                happened.push(of_rows(&mut fined.filter(|(_, penalty)| **penalty > 0.0).map(|(row, _)| *row)));
                happened.push(of_rows(&mut year.regulation.rows.iter().copied()));
                happened.push(flat(&year.exposure)[..len].iter().map(|exposure| *exposure > 0.0).collect());
            }
            happened
        });
        let mut columns: Vec<(String, Vec<bool>)> =
            paths.map(|path| (path, Vec::with_capacity((years.end - years.start) as usize))).collect();
        for block in blocks {
            for ((_, column), part) in columns.iter_mut().zip(block) {
                column.extend(part);
            }
        }
        columns.retain(|(_, column)| column.contains(&true));
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Source, load};

    /// 20,000 years of the article's case: a switch in a quarter of them, a finding in a twentieth, and the policy that offshore keeps
    /// nothing of: shares within 5 standard errors, false alarm below 1e-6 each. A block more or less changes nothing.
    #[test]
    fn events_come_as_often_as_the_case_says() {
        let scenario = load(&Source::Builtin("article".into()), &[]).unwrap_or_else(|e| panic!("{e}")).scenario;
        let model = Model::new(&scenario, 5);
        let happened = model.happened(&scenario, 0..20_000);
        let share = |path: &str| {
            let (_, column) = happened.iter().find(|(found, _)| found == path).expect("it happens");
            column.iter().filter(|happened| **happened).count() as f64 / 20_000.0
        };
        for (path, p) in [
            ("workforce.offshore.switch", 0.25),
            ("workforce.offshore.compliance", 0.05),
            ("workforce.domestic.compliance", 0.05),
        ] {
            let error = (p * (1.0 - p) / 20_000.0f64).sqrt();
            assert!((share(path) - p).abs() < 5.0 * error, "{path}: {}", share(path));
        }
        assert!(happened.iter().all(|(path, _)| path != "workforce.domestic.switch"), "it is off");
        let part = model.happened(&scenario, 700..1500);
        for (path, column) in &part {
            let (_, whole) = happened.iter().find(|(found, _)| found == path).expect("it happens");
            assert_eq!(column[..], whole[700..1500], "{path}");
        }
    }
}
