//! Does axe-core, which looks at a page as people with other eyes and hands meet it, find anything serious?

use super::{Browser, Pages, start};
use serde_json::Value;
use std::path::Path;

/// Where `.ci/run` installs axe-core.
const AXE: &str = "target/axe/node_modules/axe-core/axe.min.js";

/// The program, where it is installed; the variable names another one.
fn axe() -> Option<String> {
    let path =
        std::env::var_os("TAILCOST_AXE").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE), Into::into);
    std::fs::read_to_string(path).ok()
}

/// Opens everything, so that what stands behind disclosures is looked at too.
const OPEN: &str = "document.querySelectorAll('details').forEach(d => d.open = true)";

#[test]
fn nothing_serious_is_found_by_axe() {
    let Some(axe) = axe() else {
        eprintln!("skipped: no axe-core here (npm install --prefix target/axe axe-core@4, or TAILCOST_AXE=axe.min.js)");
        return;
    };
    let Some((mut browser, pages)) = start() else { return };
    for case in ["evidence", "whole", "hostile"] {
        for width in [360, 1440] {
            for theme in ["light", "dark"] {
                let found = serious(&mut browser, pages, &axe, (case, width, theme));
                assert!(found.is_empty(), "{case} at {width} in {theme}:\n{}", found.join("\n"));
            }
        }
    }
}

#[test]
fn axe_finds_what_is_wrong() {
    let Some(axe) = axe() else { return };
    let Some((mut browser, pages)) = start() else { return };
    let mut tab = browser.tab();
    tab.size(1440, 900);
    tab.open(&pages.path("evidence"));
    tab.run("document.querySelector('.sure').style.color = '#ddd'");
    tab.run("document.querySelector('svg').removeAttribute('aria-labelledby')");
    tab.run("document.querySelector('svg title').remove()");
    tab.run(&axe);
    let found = violations(&tab.awaited(RUN));
    for rule in ["color-contrast", "svg-img-alt"] {
        assert!(found.iter().any(|line| line.starts_with(rule)), "{rule}: {found:?}");
    }
}

const RUN: &str = "axe.run(document, { resultTypes: ['violations'] })";

fn serious(browser: &mut Browser, pages: &Pages, axe: &str, (case, width, theme): (&str, u32, &str)) -> Vec<String> {
    let mut tab = browser.tab();
    tab.size(width, 900);
    tab.theme(theme);
    tab.open(&pages.path(case));
    tab.run(OPEN);
    tab.run(axe);
    let found = violations(&tab.awaited(RUN));
    tab.close_quietly(case);
    found
}

/// Rule, impact and the first places of every violation that is serious or critical.
fn violations(result: &Value) -> Vec<String> {
    let all = result["violations"].as_array().expect("a list of violations");
    let is_serious = |violation: &&Value| ["serious", "critical"].iter().any(|impact| violation["impact"] == *impact);
    let places = |violation: &Value| -> Vec<String> {
        let nodes = violation["nodes"].as_array().into_iter().flatten();
        nodes.take(4).map(|node| format!("  {} {}", node["target"], node["any"][0]["message"])).collect()
    };
    let line = |violation: &Value| {
        let name = violation["id"].as_str().unwrap_or_default();
        format!("{name} ({}): {}\n{}", violation["impact"], violation["help"], places(violation).join("\n"))
    };
    all.iter().filter(is_serious).map(line).collect()
}
