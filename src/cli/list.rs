//! `tailcost list`: which cases does the program carry with it?

use super::exit::Failure;
use crate::config::builtin_cases;
use crate::report::summary::wrapped;

/// Columns of the list.
const WIDTH: usize = 80;
const INDENT: &str = "    ";

pub fn list() -> Result<(), Failure> {
    let mut text = String::from("Built-in cases, each run with `tailcost run NAME`:\n");
    for case in builtin_cases() {
        text.push_str(&format!("\n{}\n", case.name));
        for paragraph in [case.title, case.summary] {
            for line in wrapped(&paragraph, WIDTH - INDENT.len()) {
                text.push_str(&format!("{INDENT}{line}\n"));
            }
        }
    }
    super::print(&text)
}
