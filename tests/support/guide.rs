//! How is a guide under `docs/` run as it stands?

use std::path::Path;
use std::process::Command;

/// The text of a guide.
pub fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    std::fs::read_to_string(path).expect("the guide")
}

/// Runs a guide's commands, in its order, by a shell in a folder that has what the repository's root has; gives what they print, its white
/// space made even.
pub fn run(name: &str, program: &str, folder: &Path) -> String {
    let text = text(name);
    let mut script = "set -e\n".to_owned();
    for block in text.split("```sh\n").skip(1) {
        script += block.split("```").next().expect("a block");
    }
    let programs = Path::new(program).parent().expect("a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let output =
        Command::new("sh").args(["-c", &script]).current_dir(folder).env("PATH", path).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text without white space, so that markup around words does not matter.
pub fn packed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A question of docs/committee.md.
pub struct Question {
    pub number: String,
    /// Where the list of contents leads to.
    pub anchor: String,
    /// What is typed above the curves first.
    pub typed: Option<String>,
    /// Words that stand on the page.
    pub words: Vec<String>,
}

/// The table of the committee's guide.
pub fn questions() -> Vec<Question> {
    let quoted =
        |text: &str, mark: char| -> Vec<String> { text.split(mark).skip(1).step_by(2).map(str::to_string).collect() };
    let question = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, place, says] = cells[..] else { panic!("four columns: {line}") };
        let marked = quoted(place, '`');
        let anchor = marked[0].strip_prefix('#').expect("an anchor").to_string();
        let typed = place.contains(", type `").then(|| marked[1].clone());
        Question { number: number.to_string(), anchor, typed, words: quoted(says, '"') }
    };
    let text = text("committee.md");
    text.lines()
        .filter(|line| line.starts_with("| ") && line.chars().nth(2).is_some_and(|c| c.is_ascii_digit()))
        .map(question)
        .collect()
}
