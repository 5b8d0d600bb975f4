//! `tailcost list`: which cases does the program carry with it?

use super::exit::Failure;
use crate::config::builtin_cases;
use std::fmt::Write;

pub fn list() -> Result<(), Failure> {
    let mut text = String::from("Built-in cases, each run with `tailcost run NAME`:\n");
    for case in builtin_cases() {
        let _ = write!(text, "\n{}\n    {}\n    {}\n", case.name, case.title, case.summary);
    }
    super::print(&text)
}
