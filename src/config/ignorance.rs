//! What is not known for sure about a case, as blocks of parameters that can be drawn?
//!
//! Three origins: parameters that the config gives a law, the covariance that `fit` wrote beside a driver, and (asked for by name) a stated
//! spread of everything whose source is a guess.

use super::guesses::{self, Moved};
use super::load::Loaded;
use super::problem::ConfigErrors;
use super::reader::Reader;
use super::scenario::{DriverId, Scenario};
use super::tree::{Node, Table, Tree};
use super::uncertain::{self, Location, put_number};
use crate::dependence::cholesky;
use crate::distributions::Law;
use crate::numerics::Probability;
use crate::numerics::elementary::{exp, ln};
use crate::numerics::special::normal_quantile;
use crate::outcome::ParameterUncertainty;

/// The section `[uncertainty]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UncertaintySettings {
    /// Draws of the uncertain parameters.
    pub outer: u64,
    /// Years for each of them.
    pub inner: u64,
    pub fits: Fits,
    /// Relative standard deviation that guesses are given; `None` takes them at their word.
    pub guesses: Option<f64>,
}

/// Are parameters that were fitted to data uncertain?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// By the covariance beside them.
    Uncertain,
    /// Taken as known.
    Certain,
}

pub(crate) const UNCERTAINTY: [&str; 4] = ["outer", "inner", "fits", "guesses"];
pub(crate) const DEFAULT_OUTER: u64 = 200;
pub(crate) const DEFAULT_INNER: u64 = 20_000;
/// More draws than this are no question that a person asks.
pub const MOST_OUTER: u64 = 100_000;
/// Most years of one draw: they are held in memory.
pub const MOST_INNER: u64 = 10_000_000;
/// A quarter is a lot, and a factor's standard deviation of 1 already says next to nothing.
pub const MOST_GUESSES: f64 = 1.0;

impl Default for UncertaintySettings {
    fn default() -> Self {
        Self { outer: DEFAULT_OUTER, inner: DEFAULT_INNER, fits: Fits::Uncertain, guesses: None }
    }
}

/// Parameters that are drawn together.
#[derive(Debug, Clone)]
pub struct IgnoranceBlock {
    /// As in `workforce.offshore.rate`.
    pub driver: String,
    pub origin: Origin,
    pub parameters: Vec<BlockParameter>,
    law: BlockLaw,
}

/// Why a parameter is uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The config gives it a law.
    Stated,
    /// It was fitted, with this covariance.
    Fitted,
    /// The driver's source is a guess, and the user said how wrong guesses are.
    Guess,
}

/// One number that is drawn.
#[derive(Debug, Clone)]
pub struct BlockParameter {
    /// As in `workforce.offshore.rate.mean`; `factor` or `shift` stands after the driver of a guess.
    pub path: String,
    /// What a plain run has.
    pub central: f64,
    /// A plausible spread: 5% and 95%.
    pub p5: f64,
    pub p95: f64,
}

#[derive(Debug, Clone)]
enum BlockLaw {
    Stated { law: Law, location: Location },
    Fitted { parameters: Vec<FittedParameter>, roots: Vec<Vec<f64>> },
    Guess { driver: DriverId, moved: Moved },
}

/// A fitted parameter on the scale where its estimate is taken as normal.
#[derive(Debug, Clone)]
struct FittedParameter {
    scale: FitScale,
    /// The estimate on that scale.
    centre: f64,
    places: Vec<(Location, Role)>,
}

/// Where a parameter may be any number.
#[derive(Debug, Clone, Copy, PartialEq)]
enum FitScale {
    Line,
    /// Logarithm: it stays positive.
    Log,
    /// Log-odds between two ends: it stays between them.
    Between {
        low: f64,
        high: f64,
    },
}

/// What stands in the config for a parameter of the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Itself,
    /// 1 less the parameter: the other weight.
    Rest,
    /// Mean over the size that is drawn beside it: the scale of the gamma law of a count's mean.
    MeanOverSize,
}

/// A fitted driver whose covariance cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableFit {
    pub driver: String,
    pub reason: String,
}

impl Loaded {
    /// Everything that is uncertain under these settings, sorted by path, and the fits of which nothing can be made.
    pub fn ignorance(&self, settings: &UncertaintySettings) -> (Vec<IgnoranceBlock>, Vec<UnusableFit>) {
        let mut blocks: Vec<IgnoranceBlock> =
            self.uncertain.iter().filter(|parameter| !parameter.is_certain()).map(stated).collect();
        let mut unusable = Vec::new();
        if settings.fits == Fits::Uncertain {
            for (path, location) in uncertain::drivers(&self.settled) {
                let Some(biography) = self.biography(&path) else { continue };
                let Some(uncertainty) = &biography.uncertainty else { continue };
                match fitted(&self.settled, &path, &location, uncertainty) {
                    Ok(block) => blocks.push(block),
                    Err(reason) => unusable.push(UnusableFit { driver: path, reason }),
                }
            }
        }
        if let Some(spread) = settings.guesses {
            let taken: Vec<String> = blocks.iter().map(|block| block.driver.clone()).collect();
            for (path, id, moved) in guesses::of(&self.scenario, spread) {
                if taken.contains(&path) {
                    continue;
                }
                let parameter = moved.parameter(&path);
                blocks.push(IgnoranceBlock {
                    driver: path,
                    origin: Origin::Guess,
                    parameters: vec![parameter],
                    law: BlockLaw::Guess { driver: id, moved },
                });
            }
        }
        blocks.sort_by(|a, b| a.parameters[0].path.cmp(&b.parameters[0].path));
        (blocks, unusable)
    }

    fn biography(&self, path: &str) -> Option<&super::Biography> {
        let id = self.scenario.find(path).ok()?;
        self.scenario.driver(id)?.biography.as_deref()
    }

    /// The case with the values of [`IgnoranceBlock::draw`] in the place of what is uncertain, read again with every check.
    ///
    /// # Errors
    /// What is wrong with the case then: a law that leaves its domain.
    pub fn with_values(&self, blocks: &[IgnoranceBlock], values: &[Vec<f64>]) -> Result<Scenario, ConfigErrors> {
        let mut tree = (*self.settled).clone();
        let mut is_changed = false;
        for (block, values) in blocks.iter().zip(values) {
            is_changed |= block.put(&mut tree, values);
        }
        let mut scenario = if is_changed { self.read_again(&tree)? } else { self.scenario.clone() };
        for (block, values) in blocks.iter().zip(values) {
            if let BlockLaw::Guess { driver, moved } = &block.law {
                scenario = guesses::put(&scenario, *driver, moved, values[0])
                    .map_err(|reason| self.refusal(&block.driver, reason))?;
            }
        }
        Ok(scenario)
    }
}

impl IgnoranceBlock {
    /// The parameters at these probabilities, one for each.
    pub fn draw(&self, uniforms: &[Probability]) -> Vec<f64> {
        match &self.law {
            BlockLaw::Stated { law, .. } => vec![law.quantile(uniforms[0])],
            BlockLaw::Fitted { parameters, roots } => {
                let normals: Vec<f64> = uniforms.iter().map(|uniform| normal_quantile(*uniform)).collect();
                let natural = |(parameter, row): (&FittedParameter, &Vec<f64>)| {
                    let off: f64 = row.iter().zip(&normals).map(|(root, z)| root * z).sum();
                    parameter.scale.natural(parameter.centre + off)
                };
                parameters.iter().zip(roots).map(natural).collect()
            }
            BlockLaw::Guess { moved, .. } => vec![moved.draw(uniforms[0])],
        }
    }

    /// Puts values into the tree; false where they are not the tree's.
    fn put(&self, tree: &mut Table, values: &[f64]) -> bool {
        match &self.law {
            BlockLaw::Stated { location, .. } => put_number(tree, location, values[0]),
            BlockLaw::Fitted { parameters, .. } => {
                for (index, (parameter, value)) in parameters.iter().zip(values).enumerate() {
                    for (location, role) in &parameter.places {
                        let value = match role {
                            Role::Itself => *value,
                            Role::Rest => 1.0 - value,
                            Role::MeanOverSize => value / values[index + 1],
                        };
                        put_number(tree, location, value);
                    }
                }
            }
            BlockLaw::Guess { .. } => return false,
        }
        true
    }
}

fn stated(parameter: &uncertain::UncertainParameter) -> IgnoranceBlock {
    let at = |p: f64| parameter.law.quantile(Probability::lower(p));
    IgnoranceBlock {
        driver: parameter.driver.clone(),
        origin: Origin::Stated,
        parameters: vec![BlockParameter {
            path: parameter.path.clone(),
            central: parameter.law.mean(),
            p5: at(0.05),
            p95: at(0.95),
        }],
        law: BlockLaw::Stated { law: parameter.law.clone(), location: parameter.location.clone() },
    }
}

/// The block of a fitted driver.
///
/// Estimates are taken as normal on a scale where they may be any number; by the delta method the covariance there is that of the estimates
/// divided by both slopes.
fn fitted(
    tree: &Table,
    path: &str,
    location: &Location,
    uncertainty: &ParameterUncertainty,
) -> Result<IgnoranceBlock, String> {
    let node = uncertain::node_at(tree, location).ok_or("it is not a table")?;
    let table = node.as_table().ok_or("it is not a table")?;
    let names: Vec<&str> = uncertainty.parameters.iter().map(String::as_str).collect();
    let mut parameters = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let estimate = uncertainty.estimates[index];
        let (scale, places) = places(table, location, &names, index)?;
        if !scale.holds(estimate) {
            return Err(format!("the estimate of {name}, {estimate}, is out of its range"));
        }
        for (place, role) in &places {
            let expected = match role {
                Role::Itself => estimate,
                Role::Rest => 1.0 - estimate,
                Role::MeanOverSize => estimate / uncertainty.estimates[index + 1],
            };
            agree(tree, place, name, expected)?;
        }
        parameters.push(FittedParameter { scale, centre: scale.working(estimate), places });
    }
    let slopes: Vec<f64> = parameters.iter().map(|p| p.scale.slope(p.centre)).collect();
    let size = parameters.len();
    let covariance: Vec<Vec<f64>> = (0..size)
        .map(|i| (0..size).map(|j| uncertainty.covariance[i][j] / (slopes[i] * slopes[j])).collect())
        .collect();
    let roots = cholesky(&covariance).map_err(|_| "its covariance is not positive definite".to_owned())?;
    /// Standard normal 95% quantile.
    const Z95: f64 = 1.644_853_626_951_472_2;
    let described = parameters.iter().zip(&names).zip(&covariance).enumerate().map(|(i, ((parameter, name), row))| {
        let off = Z95 * row[i].sqrt();
        BlockParameter {
            path: format!("{path}.{}", name.replace(' ', ".")),
            central: parameter.scale.natural(parameter.centre),
            p5: parameter.scale.natural(parameter.centre - off),
            p95: parameter.scale.natural(parameter.centre + off),
        }
    });
    let described = described.collect();
    Ok(IgnoranceBlock {
        driver: path.to_owned(),
        origin: Origin::Fitted,
        parameters: described,
        law: BlockLaw::Fitted { parameters, roots },
    })
}

/// Scale of a fitted parameter, and where in the driver's table it stands.
fn places(
    table: &Table,
    location: &Location,
    names: &[&str],
    index: usize,
) -> Result<(FitScale, Vec<(Location, Role)>), String> {
    let key = |steps: &[&str]| {
        let step = |key: &&str| match key.parse::<usize>() {
            Ok(item) => uncertain::Step::Item(item - 1),
            Err(_) => uncertain::Step::Key((*key).to_owned()),
        };
        location.iter().cloned().chain(steps.iter().map(step)).collect::<Location>()
    };
    let name = names[index];
    let itself = |steps: &[&str]| vec![(key(steps), Role::Itself)];
    let share = FitScale::Between { low: 0.0, high: 1.0 };
    let dist = text(table.get("dist"));
    match (name, names) {
        // The mean of a Poisson count, and of one whose mean varies by a gamma law.
        ("mean", ["mean"]) if table.get("value").is_some() => return Ok((FitScale::Log, itself(&["value"]))),
        ("mean", ["mean", "size"]) if dist == Some("gamma") => {
            return Ok((FitScale::Log, vec![(key(&["scale"]), Role::MeanOverSize)]));
        }
        ("size", ["mean", "size"]) if dist == Some("gamma") => return Ok((FitScale::Log, itself(&["shape"]))),
        (_, ["mean", .., "zero_share"]) => {
            return Err("a count with a share of zeros has no driver whose parameters are its estimates".to_owned());
        }
        ("weight 1", _) => {
            let (first, second) = (key(&["components", "1", "weight"]), key(&["components", "2", "weight"]));
            return Ok((share, vec![(first, Role::Itself), (second, Role::Rest)]));
        }
        ("tail_weight", _) => return Ok((share, itself(&["tail_weight"]))),
        _ => {}
    }
    let (steps, parameter): (Vec<&str>, &str) = match name.split_once(' ') {
        Some((part @ ("body" | "tail"), parameter)) => (vec![part], parameter),
        Some((parameter, number)) => (vec!["components", number], parameter),
        None => (Vec::new(), name),
    };
    let owner = match steps[..] {
        [] => Some(table),
        _ => uncertain::node_at(table, &key(&steps)[location.len()..]).and_then(Node::as_table),
    };
    let owner = owner.ok_or_else(|| format!("there is no {}", steps.join(" ")))?;
    let ends = number(owner.get("min")).zip(number(owner.get("max")));
    let scale = match (parameter, text(owner.get("dist"))) {
        ("shape", Some("gpd")) => FitScale::Line,
        ("sigma" | "sd" | "scale" | "shape" | "alpha" | "beta" | "dof" | "median", _) => FitScale::Log,
        ("mean", Some("exponential" | "inverse_gaussian" | "gamma" | "lognormal")) => FitScale::Log,
        ("mode", _) => match ends {
            Some((low, high)) => FitScale::Between { low, high },
            None => FitScale::Line,
        },
        _ => FitScale::Line,
    };
    Ok((scale, itself(&steps.into_iter().chain([parameter]).collect::<Vec<_>>())))
}

fn text(node: Option<&Node>) -> Option<&str> {
    match &node?.value {
        Tree::Text(text) => Some(text),
        _ => None,
    }
}

fn number(node: Option<&Node>) -> Option<f64> {
    match &node?.value {
        Tree::Number(number) => Some(number.value),
        _ => None,
    }
}

/// Is this what the config says? A driver that was changed by hand is no longer what was fitted.
fn agree(tree: &Table, place: &Location, name: &str, expected: f64) -> Result<(), String> {
    /// Laws are written with seven digits.
    const CLOSE: f64 = 1e-5;
    let found = number(uncertain::node_at(tree, place));
    let key = uncertain::key_of(place);
    match found {
        Some(found) if (found - expected).abs() <= CLOSE * expected.abs().max(1e-300) + 1e-12 => Ok(()),
        Some(found) => Err(format!("{key} is {found}, and the fitted {name} gives {expected}")),
        None => Err(format!("there is no number {key} for the fitted {name}")),
    }
}

impl FitScale {
    fn holds(self, natural: f64) -> bool {
        match self {
            FitScale::Line => natural.is_finite(),
            FitScale::Log => natural > 0.0 && natural.is_finite(),
            FitScale::Between { low, high } => natural > low && natural < high,
        }
    }

    fn working(self, natural: f64) -> f64 {
        match self {
            FitScale::Line => natural,
            FitScale::Log => ln(natural),
            FitScale::Between { low, high } => ln((natural - low) / (high - natural)),
        }
    }

    fn natural(self, c: f64) -> f64 {
        match self {
            FitScale::Line => c,
            FitScale::Log => exp(c),
            FitScale::Between { low, high } => low + (high - low) / (1.0 + exp(-c)),
        }
    }

    /// Derivative of the parameter by its place on the scale.
    fn slope(self, c: f64) -> f64 {
        match self {
            FitScale::Line => 1.0,
            FitScale::Log => exp(c),
            FitScale::Between { low, high } => {
                let share = 1.0 / (1.0 + exp(-c));
                (high - low) * share * (1.0 - share)
            }
        }
    }
}

impl Reader<'_> {
    /// The section `[uncertainty]`.
    pub fn uncertainty_settings(&mut self, node: Option<&Node>) -> Option<UncertaintySettings> {
        let table = self.table(node?, "uncertainty")?;
        self.only(table, "uncertainty", &UNCERTAINTY);
        let mut settings = UncertaintySettings::default();
        if let Some(node) = table.get("outer") {
            settings.outer = self.whole(node, "uncertainty.outer", 2..=MOST_OUTER)?;
        }
        if let Some(node) = table.get("inner") {
            settings.inner = self.whole(node, "uncertainty.inner", 2..=MOST_INNER)?;
        }
        if let Some(node) = table.get("fits") {
            match &node.value {
                Tree::Boolean(true) => settings.fits = Fits::Uncertain,
                Tree::Boolean(false) => settings.fits = Fits::Certain,
                _ => self.mismatch("uncertainty.fits", node, "true or false"),
            }
        }
        if let Some(node) = table.get("guesses") {
            let spread = self.number(node, "uncertainty.guesses")?;
            if spread > 0.0 && spread <= MOST_GUESSES {
                settings.guesses = Some(spread);
            } else {
                self.mismatch("uncertainty.guesses", node, "a number above 0, at most 1");
            }
        }
        Some(settings)
    }
}
