//! How is each program started, and what does it report?

use crate::figures::{self, Figure};
use crate::options::Options;
use serde_json::Value;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Program {
    #[value(skip)]
    Tailcost,
    Textbook,
    Reference,
    Numpy,
    Numba,
}

/// What one run of a program came to.
pub struct Run {
    pub years: u64,
    pub threads: u64,
    /// Simulation and measures, by the program's own clock.
    pub seconds: f64,
    /// From start to end of the process.
    pub process_seconds: f64,
    pub figures: Vec<Figure>,
    /// Names and versions of what the program stands on.
    pub versions: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Missing(String),
    #[error("{command} could not be started: {source}")]
    Start { command: String, source: std::io::Error },
    #[error("{command} ended with {status}:\n{stderr}")]
    Ended { command: String, status: std::process::ExitStatus, stderr: String },
    #[error("{program} reported no {wanted}")]
    Report { program: Program, wanted: String },
    #[error("no temporary directory, or no result in it: {0}")]
    Files(#[from] std::io::Error),
    #[error("what {program} reported is no JSON: {source}")]
    Json { program: Program, source: serde_json::Error },
    #[error("VOID: the programs disagree, so that their speed is not to be compared")]
    Void,
}

impl Run {
    pub fn years_per_second(&self) -> f64 {
        self.years as f64 / self.seconds
    }

    pub fn years_per_process_second(&self) -> f64 {
        self.years as f64 / self.process_seconds
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Program::Tailcost => "tailcost",
            Program::Textbook => "textbook",
            Program::Reference => "reference",
            Program::Numpy => "numpy",
            Program::Numba => "numba",
        })
    }
}

impl Program {
    /// Tailcost first, then the peers in the order in which they run.
    pub const ALL: [Program; 5] =
        [Program::Tailcost, Program::Textbook, Program::Reference, Program::Numpy, Program::Numba];

    /// What it is, in a line of the table.
    pub fn description(self) -> &'static str {
        match self {
            Program::Tailcost => "tailcost",
            Program::Textbook => "textbook: rayon + rand_distr, claims by normal approximation",
            Program::Reference => "reference: rayon + rand_distr, every claim drawn",
            Program::Numpy => "numpy: vectorised NumPy, claims by normal approximation",
            Program::Numba => "numba: compiled, parallel, claims by normal approximation",
        }
    }

    /// Builds it, or finds out whether what it needs is there.
    pub fn prepare(self, options: &Options) -> Result<(), Failure> {
        match self {
            Program::Tailcost | Program::Reference => Ok(()),
            Program::Textbook => build_textbook(),
            Program::Numpy => find_package(options, "numpy"),
            Program::Numba => find_package(options, "numba"),
        }
    }

    pub fn run(self, options: &Options, seed: u64) -> Result<Run, Failure> {
        match self {
            Program::Tailcost => self.run_tailcost("fast", options, seed),
            Program::Reference => self.run_tailcost("reference", options, seed),
            Program::Textbook => {
                let binary = native_target().join("release/examples").join(TEXTBOOK).with_extension(EXTENSION);
                self.run_peer(Command::new(binary), options, seed)
            }
            Program::Numpy => self.run_script("year_numpy.py", options, seed),
            Program::Numba => self.run_script("year_numba.py", options, seed),
        }
    }

    fn run_tailcost(self, engine: &str, options: &Options, seed: u64) -> Result<Run, Failure> {
        let directory = tempfile::tempdir()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailcost"));
        command.args(["run", "article", "--no-charts", "--keep", "none", "--quiet", "--engine", engine]);
        command.args(["--years", &options.years(self).to_string(), "--seed", &seed.to_string()]);
        command.args(["--threads", &options.threads().to_string()]).arg("--out").arg(directory.path());
        let (_, process_seconds) = finish(command)?;
        let outcome = self.parse(&std::fs::read(directory.path().join("outcome.json"))?)?;
        let missing = |wanted| Failure::Report { program: self, wanted };
        Ok(Run {
            years: options.years(self),
            threads: options.threads() as u64,
            seconds: figures::number(&outcome["provenance"]["run"], "wall_seconds").map_err(missing)?,
            process_seconds,
            figures: figures::read(&outcome, options.years(self)).map_err(missing)?,
            versions: Vec::new(),
        })
    }

    fn run_script(self, script: &str, options: &Options, seed: u64) -> Result<Run, Failure> {
        let mut command = Command::new(&options.python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(script));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("OPENBLAS_NUM_THREADS", "1");
        self.run_peer(command, options, seed)
    }

    /// A peer takes `--years N --seed S` and prints a line of JSON.
    fn run_peer(self, mut command: Command, options: &Options, seed: u64) -> Result<Run, Failure> {
        command.args(["--years", &options.years(self).to_string(), "--seed", &seed.to_string()]);
        for variable in ["RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"] {
            command.env(variable, options.threads().to_string());
        }
        let (stdout, process_seconds) = finish(command)?;
        let result = self.parse(&stdout)?;
        let missing = |wanted| Failure::Report { program: self, wanted };
        let versions = result["versions"].as_object().into_iter().flatten();
        Ok(Run {
            years: options.years(self),
            threads: figures::number(&result, "threads").map_err(missing)? as u64,
            seconds: figures::number(&result, "seconds").map_err(missing)?,
            process_seconds,
            figures: figures::read(&result, options.years(self)).map_err(missing)?,
            versions: versions.map(|(name, version)| (name.clone(), text_of(version))).collect(),
        })
    }

    fn parse(self, bytes: &[u8]) -> Result<Value, Failure> {
        serde_json::from_slice(bytes).map_err(|source| Failure::Json { program: self, source })
    }
}

const TEXTBOOK: &str = "peer-textbook";
const EXTENSION: &str = std::env::consts::EXE_EXTENSION;

fn native_target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/native")
}

/// Built for this processor, as whoever wants speed would.
fn build_textbook() -> Result<(), Failure> {
    eprintln!("building {TEXTBOOK} (some minutes the first time)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["build", "--quiet", "--release", "--example", TEXTBOOK, "--target-dir"]).arg(native_target());
    command.env("RUSTFLAGS", "-C target-cpu=native").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env("CARGO_PROFILE_RELEASE_LTO", "thin").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    finish(command).map(|_| ())
}

fn find_package(options: &Options, package: &str) -> Result<(), Failure> {
    let mut command = Command::new(&options.python);
    command.args(["-c", &format!("import {package}")]);
    match finish(command) {
        Ok(_) => Ok(()),
        Err(Failure::Start { .. }) => Err(Failure::Missing(format!("there is no {}", options.python))),
        Err(_) => Err(Failure::Missing(format!("{} has no {package}; install it by pip", options.python))),
    }
}

/// Standard output of a command, and how long it took.
fn finish(mut command: Command) -> Result<(Vec<u8>, f64), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let output = command.output().map_err(|source| Failure::Start { command: name.clone(), source })?;
    let seconds = start.elapsed().as_secs_f64();
    if output.status.success() {
        return Ok((output.stdout, seconds));
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::Ended { command: name, status: output.status, stderr })
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
