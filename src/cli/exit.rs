//! With which code does the program exit, and what does it say?

use std::fmt::Display;
use std::process::ExitCode;

/// How a command ended, short of success.
#[derive(Debug)]
pub enum Failure {
    /// A check that was asked for failed, as has been said.
    CheckFailed,
    /// Bad arguments or config.
    Input(String),
    /// A batch went through, but some of its members failed, as has been said.
    MembersFailed,
    /// Files could not be read or written, or something internal went wrong.
    Internal(String),
    /// Interrupted, with what was done so far saved where `saved` says so.
    Interrupted { saved: bool },
}

impl Failure {
    pub fn input(message: impl Display) -> Self {
        Failure::Input(message.to_string())
    }

    pub fn internal(message: impl Display) -> Self {
        Failure::Internal(message.to_string())
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::CheckFailed => 1,
            Failure::Input(_) => 2,
            Failure::MembersFailed => 3,
            Failure::Internal(_) => 4,
            Failure::Interrupted { .. } => 130,
        }
    }

    /// Prints what went wrong to standard error and gives the exit code.
    pub fn report(self) -> ExitCode {
        match &self {
            Failure::Input(message) => anstream::eprintln!("{}", message.trim_end()),
            Failure::Internal(message) => anstream::eprintln!("error: {}", message.trim_end()),
            Failure::Interrupted { saved: false } => anstream::eprintln!("interrupted before anything could be saved"),
            Failure::CheckFailed | Failure::MembersFailed | Failure::Interrupted { saved: true } => {}
        }
        ExitCode::from(self.code())
    }
}
