//! Which law do named parameters describe?

use super::Law;
use super::error::{LawError, LawProblem};
use super::families::{
    Beta, Exponential, Gamma, GeneralisedPareto, InverseGaussian, Lognormal, Normal, Pareto, Pert, StudentT,
    Triangular, Uniform, Weibull,
};
use super::spec::{FamilySpec, Form};

impl Law {
    /// The law of `family` with these parameters: any one of its sets in [`FAMILIES`](super::FAMILIES), with any of its
    /// optional ones.
    ///
    /// ```
    /// use tailcost::distributions::Law;
    /// let cost = Law::from_parameters("lognormal", &[("mean", 118.0), ("sd", 70.0)]).unwrap();
    /// assert!((cost.mean() - 118.0).abs() < 1e-12 && (cost.variance().sqrt() - 70.0).abs() < 1e-12);
    /// let wrong = Law::from_parameters("normal", &[("mean", 0.0), ("sd", -3.0)]).unwrap_err();
    /// assert_eq!(wrong.to_string(), "sd is -3, expected a positive number");
    /// assert_eq!(wrong.parameter.as_deref(), Some("sd"));
    /// ```
    pub fn from_parameters(family: &str, parameters: &[(&str, f64)]) -> Result<Law, LawError> {
        let given = Given::new(family, parameters)?;
        let get = |name: &str| given.get(name);
        Ok(match (family, given.set) {
            ("normal", _) => Law::of(Normal::new(get("mean"), get("sd"))?),
            ("lognormal", 0) => Law::of(Lognormal::from_mean(get("mean"), get("sd"))?),
            ("lognormal", 1) => Law::of(Lognormal::new(get("mu"), get("sigma"))?),
            ("lognormal", _) => Law::of(Lognormal::from_median(get("median"), get("sigma"))?),
            ("gamma", 0) => Law::of(Gamma::from_mean(get("mean"), get("sd"))?),
            ("gamma", _) => Law::of(Gamma::new(get("shape"), get("scale"))?),
            ("beta", 0) => Law::of(Beta::from_mean(get("mean"), get("sd"), get("min"), get("max"))?),
            ("beta", _) => Law::of(Beta::new(get("alpha"), get("beta"), get("min"), get("max"))?),
            ("uniform", _) => Law::of(Uniform::new(get("min"), get("max"))?),
            ("triangular", _) => Law::of(Triangular::new(get("min"), get("mode"), get("max"))?),
            ("pert", _) => Law::of(Pert::new(get("min"), get("mode"), get("max"), get("lambda"))?),
            ("exponential", _) => Law::of(Exponential::new(get("mean"))?),
            ("weibull", _) => Law::of(Weibull::new(get("shape"), get("scale"))?),
            ("inverse_gaussian", _) => Law::of(InverseGaussian::new(get("mean"), get("shape"))?),
            ("student_t", _) => Law::of(StudentT::new(get("location"), get("scale"), get("dof"))?),
            ("pareto", _) => Law::of(Pareto::new(get("shape"), get("scale"))?),
            ("gpd", _) => Law::of(GeneralisedPareto::new(get("threshold"), get("scale"), get("shape"))?),
            _ => return Err(unknown_family(family)),
        })
    }
}

pub(super) fn unknown_family(found: &str) -> LawError {
    LawError::of("dist", LawProblem::UnknownFamily { found: found.to_owned() })
}

/// Parameters that make up exactly one set of their family.
struct Given<'a> {
    spec: &'static FamilySpec,
    parameters: &'a [(&'a str, f64)],
    /// Which of the family's sets.
    set: usize,
}

impl<'a> Given<'a> {
    fn new(family: &str, parameters: &'a [(&'a str, f64)]) -> Result<Self, LawError> {
        let spec = FamilySpec::named(family).ok_or_else(|| unknown_family(family))?;
        let (family, expected) = (spec.name.to_owned(), spec.expected());
        if spec.form == Form::Composed {
            return Err(LawError::of("dist", LawProblem::NotParametric { family, form: expected }));
        }
        let given = |name: &str| parameters.iter().any(|(own, _)| *own == name);
        for (index, (name, _)) in parameters.iter().enumerate() {
            let known = spec.optional.iter().any(|optional| optional.name == *name)
                || spec.parameter_sets.iter().any(|set| set.contains(name));
            if !known {
                let found = (*name).to_owned();
                return Err(LawError::of(name, LawProblem::UnknownParameter { family, found, expected }));
            }
            if parameters[..index].iter().any(|(other, _)| other == name) {
                return Err(LawError::of(name, LawProblem::Repeated { name: (*name).to_owned() }));
            }
        }
        // The set the user meant is the one with the most of its keys given.
        let count = |set: &[&str]| set.iter().filter(|name| given(name)).count();
        let mut set = 0;
        for (index, candidate) in spec.parameter_sets.iter().enumerate() {
            if count(candidate) > count(spec.parameter_sets[set]) {
                set = index;
            }
        }
        let chosen = spec.parameter_sets[set];
        if let Some(missing) = chosen.iter().find(|name| !given(name)) {
            return Err(LawError::whole(LawProblem::MissingParameter {
                family,
                missing: (*missing).to_owned(),
                expected,
            }));
        }
        let spare = |name: &str| !chosen.contains(&name) && !spec.optional.iter().any(|optional| optional.name == name);
        if let Some((name, _)) = parameters.iter().find(|(name, _)| spare(name)) {
            let found = (*name).to_owned();
            return Err(LawError::of(name, LawProblem::UnknownParameter { family, found, expected }));
        }
        Ok(Self { spec, parameters, set })
    }

    /// The given value or the default; NaN, which every check refuses, if there is neither.
    fn get(&self, name: &str) -> f64 {
        let given = self.parameters.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let default = || self.spec.optional.iter().find(|optional| optional.name == name)?.default;
        given.or_else(default).unwrap_or(f64::NAN)
    }
}
