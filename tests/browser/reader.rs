//! Does a committee find the answers to its fifteen questions where docs/committee.md says?

use super::{Browser, start};
use crate::guide::{self, Question};
use std::path::Path;

/// A window of a desk.
const WINDOW: (u32, u32) = (1440, 900);
/// Heights of the window that a reader scrolls from where the list of contents leads to.
const SCROLLS: u32 = 2;

#[test]
fn fifteen_questions_are_answered_within_two_scrolls() {
    let Some((mut browser, _)) = start() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("committee");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    guide::run("committee.md", env!("CARGO_BIN_EXE_tailcost"), &folder);
    let page = folder.join("outputs/evidence/report.html");
    let questions = guide::questions();
    assert_eq!(questions.len(), 15);
    let missing: Vec<String> =
        questions.iter().flat_map(|question| unanswered(&mut browser, &page, question)).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Words that are not seen near the anchor.
fn unanswered(browser: &mut Browser, page: &Path, question: &Question) -> Vec<String> {
    let Question { number, anchor, typed, words } = question;
    let mut tab = browser.tab();
    tab.size(WINDOW.0, WINDOW.1);
    tab.open(page);
    let leads = format!("'{anchor}' === 'main' || !!document.querySelector('nav a[href=\"#{anchor}\"]')");
    assert!(tab.truth(&leads), "question {number}: the list of contents does not lead to {anchor}");
    if let Some(typed) = typed {
        tab.run("(() => { const e = document.getElementById('amount'); e.focus(); e.select(); })()");
        tab.types(typed);
    }
    let missing = words.iter().filter_map(|words| {
        // The lowest end of the smallest element that is seen and says so, below the top of the anchor.
        let packed = serde_json::to_string(&guide::packed(words)).expect("a text");
        let below = format!(
            "(() => {{ \
               const top = document.getElementById('{anchor}').getBoundingClientRect().top; \
               const says = e => e.textContent.replace(/\\s+/g, '').includes({packed}); \
               const all = [...document.querySelectorAll('main *')].filter(e => says(e) && e.getClientRects().length \
                 && ![...e.children].some(says)); \
               const ends = all.map(e => e.getBoundingClientRect()).filter(r => r.top >= top).map(r => r.bottom - top); \
               return ends.length ? Math.min(...ends) : 1e9; }})()"
        );
        let below = tab.number(&below);
        let far = format!("question {number}: {words:?} ends {below} px below #{anchor}");
        (below > f64::from(SCROLLS * WINDOW.1)).then_some(far)
    });
    let missing = missing.collect();
    tab.close_quietly(number);
    missing
}
