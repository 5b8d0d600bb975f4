//! How do the uniforms of drivers that move together come about?

use crate::config::drivers::DriverSpec;
use crate::config::{CopulaKind, DependenceGroup, DriverId, Scenario};
use crate::dependence::Copula;
use crate::distributions::{Law, Sampler};
use crate::engine::{BLOCK, PACKS};
use crate::numerics::Probability;
use crate::numerics::simd::{Instructions, LANES, Pack, Simd, on_level, packs_for};
use crate::random::{Key, Stream, YearWords, Years};

/// The dependence group, compiled: each member keeps its own stream, the copula bends the uniforms towards each other.
pub(super) struct Group {
    streams: Vec<Stream>,
    copula: Copula,
    /// Under t, the one chi-square of the year.
    mixing: Option<(Stream, Sampler)>,
}

impl Group {
    pub fn new(group: &DependenceGroup, scenario: &Scenario, seed: u64) -> Self {
        let streams = group
            .members
            .iter()
            .map(|member| {
                let (scope, spec) = scope_of(member.driver, scenario);
                Stream::new(Key { seed, scope: &scope, driver: spec.key, replicate: 0 })
            })
            .collect();
        let mixing = match group.copula {
            CopulaKind::Gaussian => None,
            CopulaKind::T { dof } => {
                let stream = Stream::new(Key { seed, scope: &["dependence"], driver: "chi_square", replicate: 0 });
                let chi_square = Law::from_parameters("gamma", &[("shape", 0.5 * dof), ("scale", 2.0)])
                    .expect("degrees of freedom were checked to be positive");
                Some((stream, Sampler::compile(&chi_square)))
            }
        };
        Self { streams, copula: Copula::new(&group.correlation, group.copula_dof()), mixing }
    }

    /// Does the group take one draw more than its members?
    pub fn has_mixing(&self) -> bool {
        self.mixing.is_some()
    }

    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// The members' folded uniforms for a block of years.
    pub fn fill<S: Simd>(&self, simd: S, words: &YearWords, rows: usize, columns: &mut [Vec<Pack>]) {
        let packs = packs_for(rows);
        for (stream, column) in self.streams.iter().zip(columns.iter_mut()) {
            stream.fill_packs(simd, words, &mut column[..packs]);
        }
        let mut chi_square = [Pack::ZERO; PACKS];
        if let Some((stream, sampler)) = &self.mixing {
            sampler.draw(simd, stream.uniforms(words), &mut chi_square[..packs]);
        }
        let mut row = vec![Probability::lower(0.5); columns.len()];
        for (pack, chi_square) in chi_square.iter().enumerate().take(packs) {
            for lane in 0..LANES {
                for (value, column) in row.iter_mut().zip(columns.iter()) {
                    *value = Probability::from_folded(column[pack].0[lane]);
                }
                self.copula.bend(&mut row, chi_square.0[lane]);
                for (value, column) in row.iter().zip(columns.iter_mut()) {
                    column[pack].0[lane] = value.folded();
                }
            }
        }
    }
}

/// The members' uniforms in the first `years`, by member.
pub fn group_uniforms(group: &DependenceGroup, scenario: &Scenario, seed: u64, years: usize) -> Vec<Vec<Probability>> {
    let compiled = Group::new(group, scenario, seed);
    let mut uniforms = vec![Vec::with_capacity(years); compiled.len()];
    let mut words = YearWords::new(BLOCK);
    let mut columns = vec![vec![Pack::ZERO; PACKS]; compiled.len()];
    let level =
        Instructions::ALL.into_iter().find_map(Instructions::level).expect("plain instructions are on every machine");
    for start in (0..years).step_by(BLOCK) {
        let rows = BLOCK.min(years - start);
        words.set(Years::Range { start: start as u64, len: rows });
        on_level!(level, simd => compiled.fill(simd, &words, rows, &mut columns));
        for (member, column) in uniforms.iter_mut().zip(&columns) {
            member.extend((0..rows).map(|row| Probability::from_folded(column[row / LANES].0[row % LANES])));
        }
    }
    uniforms
}

/// Scope and key of a driver, which name its stream.
pub(super) fn scope_of(id: DriverId, scenario: &Scenario) -> (Vec<&str>, &'static DriverSpec) {
    match id {
        DriverId::World(driver) => (vec!["world"], driver.spec()),
        DriverId::Hospital(driver) => (vec!["hospital"], driver.spec()),
        DriverId::Workforce(i, driver) => (vec!["workforce", &scenario.workforces[i].name], driver.spec()),
        DriverId::Option(i, driver) => (vec!["option", &scenario.options[i].name], driver.spec()),
    }
}
