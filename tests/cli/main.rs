//! Does the program do at the command line what MODEL section 6 and its own help promise?
//!
//! Every test runs the real binary in an empty folder of its own. Seeds are fixed, so each test passes always or never;
//! nothing depends on how fast the machine is.

mod batch;
mod batch_page;
mod breakeven;
mod compare;
mod dependence;
mod document;
mod elicit;
mod examples;
mod explain;
mod fit;
mod guides;
mod ignorance;
mod influence;
mod interrupt;
mod memory;
mod moved;
mod outcome;
mod pipes;
mod refusals;
mod report;
mod run;
mod shards;
mod snapshots;
mod until;
mod verbs;
mod verify;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tailcost::outcome::Outcome;
use tempfile::TempDir;

/// The built-in cases.
const CASES: [&str; 4] = ["article", "evidence", "hfma-2018", "hhs-breaches"];

/// The binary under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_tailcost");

/// What decides how text is laid out; tests fix it.
const ENVIRONMENT: [&str; 6] = ["COLUMNS", "LINES", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RAYON_NUM_THREADS"];

/// An empty folder to run the program in.
struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tailcost(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from_std(self.process(arguments));
        command.timeout(std::time::Duration::from_secs(300));
        command
    }

    /// The same as a plain process, for tests that talk to it while it runs.
    fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path());
        ENVIRONMENT.iter().for_each(|name| {
            command.env_remove(name);
        });
        command
    }

    /// Runs, expects success and gives standard output.
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.tailcost(arguments).assert().success().get_output().clone();
        assert_plain(&output.stdout);
        text(&output.stdout)
    }

    /// Runs, expects to be refused with this exit code, nothing on standard output and not a file left; gives standard error.
    fn refuses(&self, arguments: &[&str], code: i32) -> String {
        let before = self.files();
        let output = self.tailcost(arguments).assert().code(code).get_output().clone();
        let message = text(&output.stderr);
        assert!(!message.contains("panicked"), "{arguments:?}: {message}");
        assert!(!message.trim().is_empty(), "{arguments:?} is refused without a word");
        assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
        assert_plain(&output.stderr);
        assert_eq!(self.files(), before, "{arguments:?} left something behind");
        message
    }

    /// Every file and folder below, relative, sorted.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                found.push(path.strip_prefix(root).expect("below").to_str().expect("text").to_owned());
                if path.is_dir() {
                    walk(&path, root, found);
                }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut found);
        found.sort();
        found
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("writing below a temporary folder");
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn outcome(&self, directory: &str) -> Outcome {
        serde_json::from_str(&self.read(&format!("{directory}/outcome.json"))).expect("a result file")
    }

    /// The result without its provenance.
    fn figures(&self, directory: &str) -> Value {
        let mut value = self.raw(directory);
        value.as_object_mut().expect("an object").shift_remove("provenance").expect("a provenance");
        value
    }

    /// The result without provenance and cautions.
    fn figures_alone(&self, directory: &str) -> Value {
        let mut value = self.figures(directory);
        value.as_object_mut().expect("an object").shift_remove("cautions").expect("cautions");
        value
    }

    fn raw(&self, directory: &str) -> Value {
        serde_json::from_str(&self.read(&format!("{directory}/outcome.json"))).expect("JSON")
    }
}

/// Output that goes to no terminal has no escape codes.
fn assert_plain(bytes: &[u8]) {
    assert!(!bytes.contains(&0x1b), "escape codes in {}", text(bytes));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Codes of the cautions of a result.
fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.cautions.iter().map(|caution| caution.code.as_str()).collect()
}
