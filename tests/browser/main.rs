//! Does the committee's page hold in a real browser: on a phone, by keyboard, on paper, against a hostile config?
//!
//! Drives headless Chromium. Where there is none the tests say so and pass; `TAILCOST_CHROMIUM` names another one. A set
//! `TAILCOST_SCREENSHOTS` is a folder that keeps what was seen.

mod axe;
mod chromium;
#[path = "../support/guide.rs"]
mod guide;
mod pages;
mod reader;

use chromium::Browser;
use pages::Pages;
use serde_json::json;

/// Widths of a phone, a tablet and a desk, CSS pixels.
const WIDTHS: [u32; 3] = [360, 768, 1440];

/// Smallest type of a chart, CSS pixels.
const LEAST_TYPE: f64 = 8.0;

/// Starts a browser and renders the pages, unless there is no browser.
fn start() -> Option<(Browser, &'static Pages)> {
    let Some(browser) = Browser::start() else {
        eprintln!("skipped: no Chromium here (apt-get install chromium, or TAILCOST_CHROMIUM=PATH)");
        return None;
    };
    Some((browser, Pages::made()))
}

#[test]
fn pages_hold_on_every_screen_in_both_themes() {
    let Some((mut browser, pages)) = start() else { return };
    for (case, path) in pages.all() {
        for width in WIDTHS {
            for theme in ["light", "dark"] {
                let mut tab = browser.tab();
                tab.size(width, 900);
                tab.theme(theme);
                tab.open(&path);
                let overflow = tab.number("document.documentElement.scrollWidth - innerWidth");
                assert!(overflow <= 0.0, "{case} at {width}: {overflow} px too wide");
                // Contrast is for eyes and other tools; that the theme is taken is seen in the ground.
                let ground = tab.text("getComputedStyle(document.documentElement).backgroundColor");
                assert_eq!(ground == "rgb(255, 255, 255)", theme == "light", "{case} in {theme}: {ground}");
                assert!(tab.text("document.querySelector('h1').textContent").len() > 20, "{case}");
                // Every chart is seen once, fits, and its type can be read.
                let seen = "[...document.querySelectorAll('figure')].filter(e => e.offsetHeight > 0)";
                let drawn = format!(
                    "{seen}.map(e => [...e.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().height > 0))"
                );
                assert!(tab.truth(&format!("{drawn}.every(svgs => svgs.length === 1)")), "{case} at {width}");
                let clipped = format!(
                    "{seen}.filter(e => {{ const p = e.querySelector('.plot'); return p.scrollWidth > p.clientWidth + 1; }}).length"
                );
                assert_eq!(tab.number(&clipped), 0.0, "{case} at {width}: charts that scroll");
                let smallest = format!(
                    "Math.min(...{drawn}.flat().flatMap(s => [...s.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * s.getScreenCTM().a)))"
                );
                let smallest = tab.number(&smallest);
                assert!(smallest > LEAST_TYPE, "{case} at {width}: type of {smallest} px");
                tab.keep(&format!("{case}-{width}-{theme}"));
                tab.close_quietly(case);
            }
        }
    }
}

#[test]
fn tools_work_by_keyboard_and_by_mouse() {
    let Some((mut browser, pages)) = start() else { return };
    let mut tab = browser.tab();
    tab.size(1440, 900);
    tab.open(&pages.path("article"));
    let readings = "document.getElementById('readings').textContent";
    assert!(!tab.truth("document.getElementById('reader').hidden"));

    // An amount is typed.
    tab.run("(() => { const e = document.getElementById('amount'); e.focus(); e.select(); })()");
    tab.types("50");
    let at_fifty = tab.text(readings);
    assert!(at_fifty.contains("Offshore: ") && at_fifty.contains('%'), "{at_fifty}");
    tab.run("document.getElementById('amount').select()");
    tab.types("100");
    assert_ne!(tab.text(readings), at_fifty);

    // The slider moves by its keys.
    tab.run("document.getElementById('slide').focus()");
    let before = tab.text("document.getElementById('amount').value");
    for _ in 0..20 {
        tab.key("ArrowRight", 39);
    }
    assert_ne!(tab.text("document.getElementById('amount').value"), before);

    // An option is taken off the curves and out of the readings.
    tab.click("#show-1");
    assert!(!tab.text(readings).contains("Offshore"));
    let line = "[data-chart^=exceedance] [stroke=\"#D55E00\"]";
    assert_eq!(tab.text(&format!("getComputedStyle(document.querySelector('{line}')).display")), "none");
    tab.run("document.getElementById('show-1').focus()");
    tab.key(" ", 32);
    assert!(tab.text(readings).contains("Offshore"));

    // The register sorts, by keyboard too, and comes back.
    let first = "document.querySelector('#register tbody tr').dataset.order";
    assert_eq!(tab.text(first), "0");
    tab.run("document.querySelector('#register thead button').focus()");
    tab.key("Enter", 13);
    assert_ne!(tab.text(first), "0", "by path");
    tab.key("Enter", 13);
    tab.key("Enter", 13);
    assert_eq!(tab.text(first), "0");

    // Light and dark.
    let ground = "getComputedStyle(document.documentElement).backgroundColor";
    let before = tab.text(ground);
    tab.click("#theme");
    assert_ne!(tab.text(ground), before);

    // The pointer over the curve reads it.
    tab.run("document.querySelector('[data-chart=exceedance] svg').scrollIntoView({ block: 'center', behavior: 'instant' })");
    let before = tab.text("document.getElementById('amount').value");
    tab.hover("[data-chart=exceedance] svg", 0.35);
    assert_ne!(tab.text("document.getElementById('amount').value"), before);
    tab.close_quietly("article");

    // On a phone too, where the curves are drawn for it.
    let mut tab = browser.tab();
    tab.size(360, 740);
    tab.open(&pages.path("article"));
    tab.run("document.querySelector('[data-chart=exceedance] .phone').scrollIntoView({ block: 'center', behavior: 'instant' })");
    let before = tab.text("document.getElementById('amount').value");
    tab.hover("[data-chart=exceedance] .phone", 0.35);
    assert_ne!(tab.text("document.getElementById('amount').value"), before);
    let hair = "document.querySelector('[data-chart=exceedance] .phone .hair').getBoundingClientRect().left";
    let at = tab.number(hair);
    assert!((at - 0.35 * 328.0 - 16.0).abs() < 4.0, "the hair stands under the pointer: {at}");
    tab.close_quietly("article");

    // The axis changes where all amounts are above 0.
    let mut tab = browser.tab();
    tab.size(1440, 900);
    tab.open(&pages.path("evidence"));
    let visible = "document.querySelector('[data-scale-of]:not([hidden])').dataset.scale";
    let before = tab.text(visible);
    tab.click("#scale");
    assert_ne!(tab.text(visible), before);
    tab.close_quietly("evidence");
}

#[test]
fn everything_is_read_without_a_script() {
    let Some((mut browser, pages)) = start() else { return };
    let mut tab = browser.tab();
    tab.size(1440, 900);
    tab.without_scripts();
    tab.open(&pages.path("article"));
    // Evaluation by the protocol goes on where the page's own scripts do not.
    assert!(tab.truth("document.getElementById('reader').hidden && document.querySelector('.tools').hidden"));
    assert_eq!(
        tab.number("[...document.querySelectorAll('[data-scale-of]')].filter(e => e.offsetHeight > 0).length"),
        1.0
    );
    assert!(tab.number("document.querySelectorAll('#register tbody tr').length") > 60.0);
    tab.close_quietly("article");
}

#[test]
fn paper_cuts_no_chart() {
    let Some((mut browser, pages)) = start() else { return };
    // A4 and Letter, inches, less margins of 14 mm; 96 CSS pixels to the inch.
    for (paper, width, height) in [("A4", 8.27, 11.69), ("Letter", 8.5, 11.0)] {
        for (case, path) in pages.all() {
            let mut tab = browser.tab();
            let inside = |inches: f64| ((inches - 2.0 * 14.0 / 25.4) * 96.0) as u32;
            tab.size(inside(width), inside(height));
            tab.print_media();
            tab.open(&path);
            let overflow = tab.number("document.documentElement.scrollWidth - innerWidth");
            assert!(overflow <= 0.0, "{case} on {paper}: {overflow} px too wide");
            let highest = tab.number("Math.max(...[...document.querySelectorAll('figure')].map(e => e.offsetHeight))");
            assert!(highest < f64::from(inside(height)), "{case} on {paper}: a figure of {highest} px fits no page");
            let kept = tab.truth(
                "[...document.querySelectorAll('figure')].every(e => getComputedStyle(e).breakInside === 'avoid')",
            );
            assert!(kept, "{case}: a figure may be cut");
            let cut = tab.number(
                "[...document.querySelectorAll('.plot')].filter(e => e.scrollWidth > e.clientWidth + 1).length",
            );
            assert_eq!(cut, 0.0, "{case} on {paper}: charts wider than the paper");
            let pdf = tab.pdf(width, height);
            assert!(pdf.starts_with("JVBERi0"), "{case}: a PDF in base64");
            tab.close_quietly(case);
        }
    }
}

#[test]
fn nothing_in_a_hostile_config_runs() {
    let Some((mut browser, pages)) = start() else { return };
    // With the page's policy, and without it, so that escaping alone holds.
    for name in ["hostile", "hostile-without-policy"] {
        let mut tab = browser.tab();
        tab.size(1440, 900);
        tab.open(&pages.path(name));
        tab.run("document.querySelectorAll('details').forEach(d => d.open = true)");
        tab.run("document.querySelectorAll('button').forEach(b => { if (b.id !== 'paper') b.click(); })");
        assert_eq!(tab.value("typeof window.owned"), json!("undefined"), "{name}");
        assert_eq!(tab.number("document.scripts.length"), 2.0, "{name}: data and the program's own");
        assert_eq!(
            tab.number("document.querySelectorAll('img, iframe, object, embed, a[href^=javascript]').length"),
            0.0
        );
        assert!(tab.text("document.body.textContent").contains("<script>window.owned"), "{name}: words stay words");
        // Of what other verbs found, every section says something hostile.
        for section in ["matters", "break-even", "stress", "knowing", "stories", "ignorance"] {
            let text = tab.text(&format!("document.getElementById('{section}').textContent"));
            assert!(text.contains("<script>window.owned"), "{name}: {section}");
        }
        tab.close_quietly(name);
    }
}
