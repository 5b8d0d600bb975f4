//! Do the charts of what matters keep to the page, whatever is on them?

use super::scene::Sheet;
use super::tests::check_layout;
use super::{sensitivity, worth};
use crate::outcome::MeasureUnit;
use crate::report::influence_fixtures as fixtures;
use crate::report::sensitivity::sensitivity_table;
use crate::report::worth::worth_table;

#[test]
fn charts_of_what_matters_keep_to_the_page() {
    for drivers in [0, 1, 2, 5, 14, 45] {
        for (size, unit) in [
            (4.2e6, MeasureUnit::Usd),
            (-7e9, MeasureUnit::Usd),
            (12.0, MeasureUnit::Usd),
            (0.3, MeasureUnit::Probability),
        ] {
            let found = fixtures::sensitivity(drivers, size, unit);
            for sheet in Sheet::BOTH {
                let scenes = sensitivity::scenes(&found, sheet).unwrap();
                assert_eq!(scenes.len(), if drivers > 1 { 4 } else { 2 * drivers }, "{drivers}");
                for (name, scene) in scenes {
                    check_layout(&format!("{drivers} drivers of {size}/{name} ({sheet:?})"), &scene);
                }
            }
        }
    }
}

#[test]
fn charts_of_the_worth_of_knowing_keep_to_the_page() {
    for drivers in [0, 1, 2, 12, 40] {
        for size in [4.2e6, 900.0, 3e10] {
            let found = fixtures::worth(drivers, size);
            for sheet in Sheet::BOTH {
                if let Some(scene) = worth::scene(&found, sheet).unwrap() {
                    check_layout(&format!("{drivers} drivers of {size} ({sheet:?})"), &scene);
                }
            }
        }
    }
}

#[test]
fn tables_keep_to_a_hundred_columns() {
    for drivers in [0, 1, 5, 45] {
        for (size, unit) in [(4.2e6, MeasureUnit::Usd), (-7e9, MeasureUnit::Usd), (0.3, MeasureUnit::Probability)] {
            for text in [
                sensitivity_table(&fixtures::sensitivity(drivers, size, unit)),
                worth_table(&fixtures::worth(drivers, size.abs())),
            ] {
                for line in text.lines() {
                    assert!(line.trim_end().chars().count() <= 100, "{drivers} {size}: {line}");
                }
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
    }
}
