//! At which value of a driver does a measure reach its target, as plain data and as the schema of `--json`?

use super::{Caution, Estimate};
use serde::{Deserialize, Serialize};

/// Answer to `tailcost breakeven`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakEven {
    pub program_version: String,
    pub title: String,
    pub config_hash: String,
    /// Years that every trial lives through, the same for all.
    pub years: u64,
    pub seed: u64,
    pub value_version: u32,
    pub question: Question,
    /// The driver that is moved; of two, the first.
    pub driver: MovedDriver,
    /// As the case stands.
    pub today: Trial,
    /// Where the question is met, by rising value of the driver; of two drivers, with the other where it stands today.
    pub roots: Vec<Root>,
    /// The driver's trials over what is worth showing, by rising value.
    pub curve: Vec<Trial>,
    /// Where two drivers were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontier: Option<Frontier>,
    pub cautions: Vec<Caution>,
}

/// What was asked: `left = right`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// A measure with its option, as in `mean difference of Offshore`.
    pub left: String,
    /// Another one, or a number.
    pub right: String,
    /// The number, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right_number: Option<f64>,
    pub unit: MeasureUnit,
    /// What it is to be below the right side and above it, as in `Offshore is cheaper on average`.
    pub below: String,
    pub above: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureUnit {
    /// USD a year.
    Usd,
    Probability,
}

/// A driver whose location is moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovedDriver {
    /// As in `workforce.offshore.rate`.
    pub path: String,
    pub unit: String,
    pub meaning: String,
    pub by: Movement,
    /// The law or number as the case has it.
    pub law: String,
    /// Its mean as the case has it; absent where it is a limit that the case does not have.
    pub today: Option<f64>,
    /// Means between which was searched.
    pub from: f64,
    pub to: f64,
    /// Why no further, where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

/// How a driver's location is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// The driver becomes a number.
    Point,
    /// Every value plus the same amount.
    Shift,
    /// Every value times the same factor.
    Scale,
}

/// Both sides of the question at one value of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Mean of the driver.
    pub value: f64,
    /// Left side of the question.
    pub left: f64,
    /// Left less right, with its interval.
    pub gap: Estimate,
}

/// A value at which the question is met.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Mean of the driver; the interval is sampling error alone.
    pub value: Estimate,
    /// What the move adds to every value or multiplies it by; the number itself by point.
    pub move_by: f64,
    /// Left side of the question there.
    pub left: f64,
    /// Change of left less right for one unit of the driver.
    pub slope: f64,
}

/// Where two drivers together meet the question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frontier {
    /// Years of every trial of the frontier.
    pub years: u64,
    /// The driver that is solved for.
    pub driver: MovedDriver,
    pub points: Vec<FrontierPoint>,
    pub sides: Sides,
}

/// On which side of the question smaller values of the second driver lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sides {
    /// [`Question::below`] before the frontier, [`Question::above`] beyond it.
    BelowBefore,
    AboveBefore,
    /// Not the same everywhere, or no frontier.
    Mixed,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FrontierPoint {
    /// Mean of the first driver.
    pub first: f64,
    /// Mean of the second that meets the question; absent where none does.
    pub second: Option<Estimate>,
}

impl Movement {
    pub fn key(self) -> &'static str {
        match self {
            Movement::Point => "point",
            Movement::Shift => "shift",
            Movement::Scale => "scale",
        }
    }
}
