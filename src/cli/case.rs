//! Which case did the user name, and what does a wrong one say?

use super::args::Case;
use super::exit::Failure;
use crate::config::{ConfigErrors, ErrorKind, Loaded, Rendering, Source, load};
use std::io::IsTerminal;

/// Loads the case with its overrides.
pub fn load_case(case: &Case) -> Result<Loaded, Failure> {
    load(&Source::from_argument(&case.config), &case.overrides).map_err(|errors| refused(&errors))
}

pub(super) fn refused(errors: &ConfigErrors) -> Failure {
    let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let report = errors.render(if coloured { Rendering::Terminal } else { Rendering::Plain });
    match errors.kind() {
        ErrorKind::Config => Failure::Input(report),
        ErrorKind::Io => Failure::Internal(report),
    }
}
