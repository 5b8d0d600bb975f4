//! Which families are there, and which keys does each take?

/// A family of laws as a config writes it: suggestions, the JSON Schema and the documents are made from this.
#[derive(Debug, Clone, Copy)]
pub struct FamilySpec {
    /// The value of `dist`.
    pub name: &'static str,
    /// What the family is for, in one line.
    pub meaning: &'static str,
    /// The sets of required keys; a config gives any one of them.
    pub parameter_sets: &'static [&'static [&'static str]],
    /// Keys that may be added to any set.
    pub optional: &'static [OptionalParameter],
    /// Where the law lives.
    pub support: &'static str,
    /// How the law is built.
    pub form: Form,
    /// May two quantiles `pNN` stand in place of the parameters (the optional keys, and `dof`, then being given)?
    pub two_quantiles: bool,
}

/// How a law of a family is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// From numbers: [`Law::from_parameters`](super::Law::from_parameters).
    Parameters,
    /// From lists, files or other laws: the family's own constructor.
    Composed,
}

/// A key that may be left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionalParameter {
    pub name: &'static str,
    /// `None` where leaving it out means something no number does.
    pub default: Option<f64>,
}

const fn optional(name: &'static str, default: f64) -> OptionalParameter {
    OptionalParameter { name, default: Some(default) }
}

const fn absent(name: &'static str) -> OptionalParameter {
    OptionalParameter { name, default: None }
}

const fn family(
    name: &'static str,
    meaning: &'static str,
    parameter_sets: &'static [&'static [&'static str]],
    support: &'static str,
) -> FamilySpec {
    FamilySpec { name, meaning, parameter_sets, optional: &[], support, form: Form::Parameters, two_quantiles: true }
}

const fn composed(
    name: &'static str,
    meaning: &'static str,
    parameter_sets: &'static [&'static [&'static str]],
    support: &'static str,
) -> FamilySpec {
    FamilySpec { form: Form::Composed, two_quantiles: false, ..family(name, meaning, parameter_sets, support) }
}

/// Every family a config can name.
pub static FAMILIES: &[FamilySpec] = &[
    family("normal", "symmetric, light tails: sums of many small effects", &[&["mean", "sd"]], "any number"),
    family(
        "lognormal",
        "positive and skewed: products of many effects, claim sizes",
        &[&["mean", "sd"], &["mu", "sigma"], &["median", "sigma"]],
        "above 0",
    ),
    family(
        "gamma",
        "positive, tails lighter than the lognormal: waiting times, rates",
        &[&["mean", "sd"], &["shape", "scale"]],
        "above 0",
    ),
    FamilySpec {
        optional: &[optional("min", 0.0), optional("max", 1.0)],
        ..family("beta", "a share or another bounded number", &[&["mean", "sd"], &["alpha", "beta"]], "from min to max")
    },
    family("uniform", "every value between two ends equally likely", &[&["min", "max"]], "from min to max"),
    FamilySpec {
        two_quantiles: false,
        ..family(
            "triangular",
            "two ends and a most likely value, straight sides",
            &[&["min", "mode", "max"]],
            "from min to max",
        )
    },
    FamilySpec {
        optional: &[optional("lambda", 4.0)],
        two_quantiles: false,
        ..family("pert", "two ends and a most likely value, smooth", &[&["min", "mode", "max"]], "from min to max")
    },
    FamilySpec {
        two_quantiles: false,
        ..family("exponential", "waiting time at a constant rate", &[&["mean"]], "from 0")
    },
    family("weibull", "waiting time at a rising or falling rate", &[&["shape", "scale"]], "from 0"),
    family("inverse_gaussian", "positive and skewed: first passage times", &[&["mean", "shape"]], "above 0"),
    family("student_t", "symmetric with power tails", &[&["location", "scale", "dof"]], "any number"),
    family("pareto", "power tail from 0 (Lomax): large losses", &[&["shape", "scale"]], "from 0"),
    FamilySpec {
        optional: &[optional("threshold", 0.0)],
        ..family("gpd", "generalised Pareto: losses over a threshold", &[&["scale", "shape"]], "from the threshold")
    },
    FamilySpec {
        optional: &[absent("min"), absent("max")],
        ..composed(
            "metalog",
            "runs through the quantiles an expert gave",
            &[&["quantiles"]],
            "from min to max, where given",
        )
    },
    composed("empirical", "the values of a column of data, equally likely", &[&["file", "column"]], "the values"),
    composed("discrete", "a few values with weights", &[&["values", "weights"]], "the values"),
    composed("mixture", "one of several laws, by weight", &[&["components"]], "that of the components"),
    FamilySpec {
        optional: &[absent("tail_weight")],
        ..composed(
            "splice",
            "a body and, above a threshold, another tail",
            &[&["body", "tail", "threshold"]],
            "that of the parts",
        )
    },
];

impl FamilySpec {
    /// The family a config calls `name`.
    pub fn named(name: &str) -> Option<&'static FamilySpec> {
        FAMILIES.iter().find(|family| family.name == name)
    }

    /// The parameter sets in words: `mean, sd or mu, sigma (optional min, max)`.
    pub(super) fn expected(&self) -> String {
        let sets: Vec<String> = self.parameter_sets.iter().map(|set| set.join(", ")).collect();
        let mut text = sets.join(" or ");
        if !self.optional.is_empty() {
            let names: Vec<&str> = self.optional.iter().map(|parameter| parameter.name).collect();
            text += &format!(" (optional {})", names.join(", "));
        }
        text
    }
}
