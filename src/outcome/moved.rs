//! What moved between two batches of a book, and why, as plain data?

use super::Estimate;
use super::book::MemberFailure;
use super::comparison::{ConfigChange, OnlyInOne, Step};
use serde::{Deserialize, Serialize};

/// What moved since an earlier batch: the section `moved` of `batch.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub against: EarlierBatch,
    pub pairing: BookPairing,
    pub rule: MovedRule,
    pub inputs: InputsMoved,
    pub members: MembersMoved,
    /// Of all members that have figures in both.
    pub figures: FigureCounts,
    /// Most standard errors by which a figure of a member changed, in whatever direction; absent where none has an error.
    pub largest_z: Option<f64>,
    /// How many members' figure moved beyond noise, by figure; figures that none moved are left out.
    pub by_figure: Vec<FigureTally>,
    /// All members together: every figure that is not the same.
    pub system: Vec<FigureMoved>,
    /// What each changed input does alone to all members together.
    pub system_steps: Vec<Attribution>,
    /// The largest change in USD first.
    pub most_moved: Vec<MemberMoved>,
    /// Scenarios whose changes are not led back to inputs, and why.
    pub not_attributed: Vec<NotAttributed>,
}

/// The batch that was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierBatch {
    pub title: String,
    pub plan_hash: String,
    pub program_version: String,
    pub value_version: u32,
    pub years: u64,
    pub seed: u64,
    /// With figures.
    pub members: u64,
}

/// Do both batches live through the same years?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookPairing {
    /// Same seed, years and value version: a member whose inputs are the same has the same figures, to the bit.
    SameYears,
    /// Years of their own.
    Independent,
}

/// When a figure counts as moved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MovedRule {
    /// Figures that are held against each other, the system's among them.
    pub comparisons: u64,
    /// Probability of one false alarm or more among all comparisons, at most.
    pub false_alarm: f64,
    /// Standard errors beyond which a figure has moved.
    pub standard_errors: f64,
    /// Of the earlier figure: a change beyond this is told where no interval says how noisy it is.
    pub told_beyond: f64,
}

/// Which inputs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct InputsMoved {
    /// Versions, years, seed, table of members: what it was, what it is.
    pub batch: Vec<ConfigChange>,
    /// Keys of the plan.
    pub plan: Vec<ConfigChange>,
    pub scenarios: Vec<ScenarioInputs>,
    /// Scenarios and options that one of the batches alone has: A is the earlier one.
    pub only_in_one: Vec<OnlyInOne>,
    /// Keys that the table decides, and for how many members they changed.
    pub mapped: Vec<MappedTally>,
    /// Members of both for which the table gives another value.
    pub members: u64,
}

/// Keys of a scenario's config that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioInputs {
    pub name: String,
    pub keys: Vec<ConfigChange>,
    /// Data files that the config reads and whose bytes differ.
    pub data: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedTally {
    pub key: String,
    pub members: u64,
}

/// Which members came, went and failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct MembersMoved {
    /// With figures in both.
    pub both: u64,
    pub new: Named,
    pub gone: Named,
    /// Failed now, and had figures before or was not there.
    pub failed_now: Named,
    /// Failed before, and has figures now.
    pub failed_before: Named,
    /// Why those of `failed_now` failed, as many as are named.
    pub reasons: Vec<MemberFailure>,
}

/// Ids, of which the first are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Named {
    pub count: u64,
    pub first: Vec<String>,
}

/// What became of the members' figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct FigureCounts {
    /// Equal.
    pub same: u64,
    /// Changed, but by no more than noise may.
    pub within_noise: u64,
    /// Changed by more than noise does.
    pub moved: u64,
    /// Changed, with an interval withheld before or now.
    pub noise_not_known: u64,
    /// Of these, changed by more than [`MovedRule::told_beyond`].
    pub noise_not_known_told: u64,
    /// Members with a figure that moved.
    pub members_moved: u64,
    /// Members of which every figure is the same.
    pub members_same: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureTally {
    pub scenario: String,
    pub option: String,
    pub measure: String,
    pub up: u64,
    pub down: u64,
}

/// A figure before and now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureMoved {
    pub scenario: String,
    /// An option, or `OPTION less BASELINE`.
    pub option: String,
    pub measure: String,
    pub before: Estimate,
    pub now: Estimate,
    pub change: f64,
    /// Of the change; absent where an interval is withheld.
    pub standard_error: Option<f64>,
    /// Change over standard error; absent where there is no error to hold it against.
    pub z: Option<f64>,
    pub verdict: FigureVerdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureVerdict {
    Same,
    WithinNoise,
    Moved,
    NoiseNotKnown,
}

/// A member with figures that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberMoved {
    pub member: String,
    /// Figures that moved beyond noise.
    pub figures: u64,
    /// The one with the largest change in USD.
    pub largest: FigureMoved,
    /// What the table gives it otherwise than before.
    pub inputs: Vec<MappedChange>,
    pub steps: Vec<Attribution>,
}

/// A key that the table decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MappedChange {
    pub key: String,
    /// Absent where the table did not decide it.
    pub before: Option<f64>,
    pub now: Option<f64>,
}

/// From a figure before to the figure now, one changed input at a time, all in the same years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    pub scenario: String,
    /// An option, or `OPTION less BASELINE`.
    pub option: String,
    /// The baseline, where it is of a difference.
    pub less: Option<String>,
    pub measure: String,
    /// Years that the steps were run for, with the present seed.
    pub years: u64,
    pub before: f64,
    pub now: f64,
    /// Each input changed alone, the largest change first.
    pub steps: Vec<Step>,
    /// What the inputs do together beyond the sum of what each does alone, those that cannot be changed alone included.
    pub together: Estimate,
    /// Inputs that cannot be changed alone.
    pub not_alone: Vec<String>,
}

/// A scenario whose changes are not led back to inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAttributed {
    pub scenario: String,
    pub reason: String,
}

/// Something that moved, as a row of a table.
#[derive(Debug, Clone, Copy)]
pub enum MovedRow<'a> {
    /// Something of the batch as a whole, or of the config of a scenario.
    Key { scenario: Option<&'a str>, change: &'a ConfigChange },
    /// A member that is `new`, `gone`, `failed now` or `failed before`.
    Member { member: &'a str, what: &'a str },
    /// What the table gives a member.
    Input { member: &'a str, change: &'a MappedChange },
    /// A figure of a member, or of all together.
    Figure { member: Option<&'a str>, figure: &'a FigureMoved },
}

impl Moved {
    /// Has anything moved beyond noise: a figure of a member or of the system, or who is in the book?
    #[must_use]
    pub fn drifted(&self) -> bool {
        self.figures.moved > 0
            || self.system.iter().any(|figure| figure.verdict == FigureVerdict::Moved)
            || self.came_or_went() > 0
            || !self.inputs.only_in_one.is_empty()
    }

    /// Members that are new, gone, failed now or failed before.
    #[must_use]
    pub fn came_or_went(&self) -> u64 {
        let members = &self.members;
        [&members.new, &members.gone, &members.failed_now, &members.failed_before].iter().map(|named| named.count).sum()
    }
}
