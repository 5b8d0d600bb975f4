//! Do the charts of ignorance and of stresses keep to the page, whatever the names and amounts?

use super::scene::Sheet;
use super::tests::check_layout;
use super::{stress, uncertainty};
use crate::report::doubt_fixtures::{ignorance, stresses};
use crate::report::stress::stress_table;
use crate::report::uncertainty::uncertainty_table;

const WIDEST: usize = 100;

fn options(count: usize, length: usize) -> Vec<String> {
    (1..=count).map(|index| format!("Option {index} {}", "with a long name ".repeat(length))).collect()
}

#[test]
fn ignorance_keeps_to_the_page() {
    for (count, length, factor, parameters) in [(1, 0, 1e6, 1), (2, 4, 3e3, 40), (3, 1, -2e7, 5), (8, 0, 0.0, 3)] {
        let found = ignorance(&options(count, length), factor, parameters);
        for (name, scene) in Sheet::BOTH.iter().flat_map(|sheet| uncertainty::scenes(&found, *sheet).unwrap()) {
            check_layout(&format!("{count} options, {factor}: {name}"), &scene);
        }
        let table = uncertainty_table(&found);
        assert!(table.lines().all(|line| line.chars().count() <= WIDEST), "{table}");
    }
}

#[test]
fn stresses_keep_to_the_page() {
    for (count, length, factor, stressed) in [(1, 0, 1e6, 1), (2, 4, 3e3, 12), (3, 1, -2e7, 5), (8, 0, 0.0, 3)] {
        let found = stresses(&options(count, length), factor, stressed);
        for (name, scene) in Sheet::BOTH.iter().flat_map(|sheet| stress::scenes(&found, *sheet).unwrap()) {
            check_layout(&format!("{count} options, {factor}: {name}"), &scene);
        }
        let table = stress_table(&found);
        assert!(table.lines().all(|line| line.chars().count() <= WIDEST), "{table}");
    }
}
