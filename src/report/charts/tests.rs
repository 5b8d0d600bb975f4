//! Do the charts of every kind of outcome keep to the page, and do both files of each open?

use super::scene::{Mark, Scene, WIDTH};
use super::*;
use crate::report::fixtures;

/// Everything lies on the page, no two texts overlap.
fn check_layout(name: &str, scene: &Scene) {
    let mut texts: Vec<(String, [f64; 4])> = Vec::new();
    for mark in &scene.marks {
        let points: Vec<(f64, f64)> = match mark {
            Mark::Line { points, .. } | Mark::Area { points, .. } => points.clone(),
            Mark::Dot { center, .. } => vec![*center],
            Mark::Text { text, left, baseline, width, style } => {
                let (top, base) = (baseline - 0.72 * style.size, baseline + 0.02 * style.size);
                texts.push((text.clone(), [*left, left + width, top, base]));
                vec![(*left, top), (left + width, base + 0.2 * style.size)]
            }
        };
        for (x, y) in points {
            let inside = (-0.5..=WIDTH + 0.5).contains(&x) && (-0.5..=scene.height + 0.5).contains(&y);
            assert!(inside, "{name}: {mark:?} leaves the page");
        }
    }
    for (i, (a, [al, ar, at, ab])) in texts.iter().enumerate() {
        for (b, [bl, br, bt, bb]) in &texts[i + 1..] {
            assert!(!(al < br && bl < ar && at < bb && bt < ab), "{name}: \"{a}\" and \"{b}\" overlap");
        }
    }
}

#[test]
fn nothing_is_clipped_and_no_texts_overlap() {
    for (case, outcome) in fixtures::all() {
        for (name, scene) in scenes(&outcome).unwrap() {
            check_layout(&format!("{case}/{name}"), &scene);
        }
    }
}

/// Writes what the tests draw to a directory of the reader's choice.
#[test]
fn charts_can_be_looked_at() {
    let Some(directory) = std::env::var_os("TAILCOST_CHART_DIR") else { return };
    for (case, outcome) in fixtures::all() {
        let folder = std::path::Path::new(&directory).join(case);
        std::fs::create_dir_all(&folder).unwrap();
        for file in charts(&outcome).unwrap() {
            std::fs::write(folder.join(file.name), file.bytes).unwrap();
        }
    }
}
