//! What did the user type, and with which code does the program exit?

mod args;
mod batch;
mod breakeven;
mod case;
mod check;
mod check_plan;
mod compare;
mod deliver;
mod dependence;
mod document;
mod elicit;
mod exit;
mod experts;
mod explain;
mod fit;
mod fit_args;
mod fit_data;
mod fit_periods;
mod fit_words;
mod init;
mod interrupt;
mod list;
mod merge;
mod progress;
mod raw_stream;
mod report;
mod run;
mod schema;
mod sensitivity;
mod shard;
mod stored_case;
mod stress;
mod study;
mod uncertainty;
mod verify;
mod voi;
mod written;

use args::{Arguments, Verb};
use clap::Parser;
use exit::Failure;
use std::process::ExitCode;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let verb = arguments.verb.unwrap_or_else(Arguments::default_verb);
    let result = match &verb {
        Verb::Run(arguments) => run::run(arguments),
        Verb::Batch(arguments) => batch::batch(arguments),
        Verb::Merge(arguments) => merge::merge(arguments),
        Verb::Check(arguments) => check::check(arguments),
        Verb::Breakeven(arguments) => breakeven::breakeven(arguments),
        Verb::Compare(arguments) => compare::compare(arguments),
        Verb::Verify(arguments) => verify::verify(arguments),
        Verb::Sensitivity(arguments) => sensitivity::run(arguments),
        Verb::Voi(arguments) => voi::run(arguments),
        Verb::Fit(arguments) => fit::fit(arguments),
        Verb::Dependence(arguments) => dependence::dependence(arguments),
        Verb::Elicit(arguments) => elicit::elicit(arguments),
        Verb::Report(arguments) => report::report(arguments),
        Verb::Document(arguments) => document::document(arguments),
        Verb::Stress(arguments) => stress::stress(arguments),
        Verb::Uncertainty(arguments) => uncertainty::uncertainty(arguments),
        Verb::Explain(arguments) => explain::explain(arguments),
        Verb::Init(arguments) => init::init(arguments),
        Verb::List => list::list(),
        Verb::Schema(arguments) => schema::schema(arguments),
        Verb::RawStream(arguments) => raw_stream::raw_stream(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints to standard output; a reader that has gone away (`| head`) is not an error.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::internal(error)),
        _ => Ok(()),
    }
}
