//! Do the guides under `docs/` run as they stand, and print what they say?

use super::{PROGRAM, Sandbox};

/// Runs a guide's commands, in its order, by a shell in a folder that has what the repository's root has; gives what they print, its white
/// space made even.
pub(super) fn run_guide(name: &str, sandbox: &Sandbox) -> String {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name))
        .expect("the guide");
    let mut script = "set -e\n".to_owned();
    for block in text.split("```sh\n").skip(1) {
        script += block.split("```").next().expect("a block");
    }
    let folder = std::path::Path::new(PROGRAM).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(sandbox.folder.path())
        .env("PATH", path)
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", super::text(&output.stderr));
    super::text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
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
