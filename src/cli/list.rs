//! `tailcost list`: which cases and plans does the program carry with it?

use super::exit::Failure;
use crate::config::{BuiltinCase, builtin_cases, builtin_plans};
use crate::report::summary::wrapped;

/// Columns of the list.
const WIDTH: usize = 80;
const INDENT: &str = "    ";

pub fn list() -> Result<(), Failure> {
    let mut text = String::from("Built-in cases, each run with `tailcost run NAME`:\n");
    add(&mut text, builtin_cases());
    text.push_str("\nBuilt-in plans, each run with `tailcost batch NAME`:\n");
    add(&mut text, builtin_plans());
    super::print(&text)
}

fn add(text: &mut String, cases: Vec<BuiltinCase>) {
    for case in cases {
        text.push_str(&format!("\n{}\n", case.name));
        for paragraph in [case.title, case.summary] {
            for line in wrapped(&paragraph, WIDTH - INDENT.len()) {
                text.push_str(&format!("{INDENT}{line}\n"));
            }
        }
    }
}
