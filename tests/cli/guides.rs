//! Do the guides under `docs/` run as they stand, and print what they say?

#[path = "../support/guide.rs"]
mod guide;

use super::{PROGRAM, Sandbox};

pub(super) fn run_guide(name: &str, sandbox: &Sandbox) -> String {
    guide::run(name, PROGRAM, sandbox.folder.path())
}

/// The commands of docs/committee.md, and the words that its table says are on the page.
#[cfg(unix)]
#[test]
fn committee_guide() {
    let sandbox = Sandbox::new();
    run_guide("committee.md", &sandbox);
    let page = sandbox.read("outputs/evidence/report.html");
    let (_, body) = page.split_once("<body>").expect("a body");
    // Tags stand for nothing: words run on across them.
    let text: String = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let text = guide::packed(&text.replace("&#39;", "'"));
    let questions = guide::questions();
    assert_eq!(questions.len(), 15);
    for question in questions {
        assert!(
            page.contains(&format!(" id=\"{}\"", question.anchor)),
            "question {}: {}",
            question.number,
            question.anchor
        );
        assert!(!question.words.is_empty(), "question {} quotes nothing", question.number);
        // What the script says is looked for in the browser.
        for words in question.words.iter().filter(|_| question.typed.is_none()) {
            assert!(text.contains(&guide::packed(words)), "question {}: {words} is not on the page", question.number);
        }
    }
}

/// The commands of docs/actuary.md, and what its text says of their figures.
#[cfg(unix)]
#[test]
fn actuary_guide() {
    let sandbox = Sandbox::new();
    let configs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    std::os::unix::fs::symlink(configs, sandbox.path("configs")).unwrap();
    let printed = run_guide("actuary.md", &sandbox);
    for figure in [
        "mean +3.891",
        "costs more in 91.81% of years",
        "guesses_decide",
        "from 6.78 million USD at its 10% quantile",
        "to 1.38 million USD at its 90% quantile",
        "few_years_decide",
        "from 17.18 million USD at its 10% quantile",
        "reaches 0.00598 (0.00593 to 0.00604)",
        "No value of workforce.offshore.rate",
        "is 0.0280 (0.0273 to 0.0286)",
        "3.68 million USD at the one",
        "year 211,012",
        "one breach of 27.5 million USD, 0.5% recovered",
        "103,700",
        "Domestic is the choice wherever any one of them lies",
        "breaches hurts most",
        "61 million USD more than in the base",
        "makes -67.6 million USD of it alone",
    ] {
        assert!(printed.contains(figure), "{figure} is not in: {printed}");
    }
    let outcome = sandbox.outcome("result");
    assert!(outcome.sensitivity.is_some() && outcome.worth.is_some() && outcome.break_even.len() == 1);
    for chart in ["tornado", "variance", "tail", "frontier"] {
        assert!(sandbox.path(&format!("charts/{chart}.png")).exists(), "{chart}");
    }
}
