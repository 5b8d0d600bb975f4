//! `tailcost init`: a commented config to start from.

use super::args::Init;
use super::exit::Failure;
use crate::config::starter;
use crate::report::files::write_whole;

pub fn init(arguments: &Init) -> Result<(), Failure> {
    let text = starter();
    let Some(file) = &arguments.file else { return super::print(&text) };
    if file.exists() && !arguments.force {
        return Err(Failure::input(format!(
            "error: {} exists already; choose another name, or replace it with --force",
            file.display()
        )));
    }
    write_whole(file, text.as_bytes()).map_err(Failure::internal)?;
    anstream::eprintln!("wrote {0}; look at it, then: tailcost check {0}", file.display());
    Ok(())
}
