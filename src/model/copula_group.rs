//! How do the uniforms of drivers that move together come about?

use super::factors::Worlds;
use crate::config::{CopulaKind, DependenceGroup, GroupMember, Scenario};
use crate::dependence::{Conditional, Copula};
use crate::distributions::{Law, Sampler};
use crate::engine::{BLOCK, PACKS};
use crate::numerics::Probability;
use crate::numerics::simd::{Instructions, LANES, Pack, Simd, on_level, packs_for};
use crate::random::{Key, Stream, YearWords, Years};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The dependence group, compiled: each member keeps its own stream, the copula bends the uniforms towards each other.
pub(super) struct Group {
    draws: Draws,
    copula: Copula,
    /// Members drawn from a second world, given those that are not; none where all are of one world.
    redrawn: Option<Redrawn>,
}

/// Where the independent draws of a world come from.
struct Draws {
    streams: Vec<Stream>,
    /// Under t, the one chi-square of the year.
    mixing: Option<(Stream, Arc<Sampler>)>,
}

/// Chi-square laws compiled so far, by the bits of their degrees of freedom: a case and its variants share them, since each set of
/// members that are kept asks for one of its own.
#[derive(Clone, Default)]
pub(super) struct ChiSquares {
    compiled: Arc<Mutex<BTreeMap<u64, Arc<Sampler>>>>,
}

impl ChiSquares {
    fn with(&self, dof: f64) -> Arc<Sampler> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || {
            let law = Law::from_parameters("gamma", &[("shape", 0.5 * dof), ("scale", 2.0)])
                .expect("degrees of freedom were checked to be positive");
            Arc::new(Sampler::compile(&law))
        };
        compiled.entry(dof.to_bits()).or_insert_with(compile).clone()
    }
}

struct Redrawn {
    draws: Draws,
    conditional: Conditional,
}

impl Draws {
    fn new(
        group: &DependenceGroup,
        scenario: &Scenario,
        seed: u64,
        worlds: &Worlds,
        replicate: u32,
        dof: Option<f64>,
        chi_squares: &ChiSquares,
    ) -> Self {
        let stream = |scope: &[&str], is_shared: bool, driver: &str| {
            Stream::new(Key { seed, scope: &worlds.scope(scope, is_shared), driver, replicate })
        };
        let is_shared = |member: &GroupMember| worlds.is_shared(&member.path);
        let of_member =
            |member: &GroupMember| stream(&scenario.scope(member.driver), is_shared(member), member.driver.spec().key);
        // One chi-square bends the whole group: what all members of a batch see alike, they see under the same one.
        let mixing_is_shared = group.members.iter().any(is_shared);
        let mixing = dof.map(|dof| (stream(&["dependence"], mixing_is_shared, "chi_square"), chi_squares.with(dof)));
        Self { streams: group.members.iter().map(of_member).collect(), mixing }
    }

    /// The independent uniforms and the chi-square of a block of years.
    fn fill<S: Simd>(&self, simd: S, words: &YearWords, packs: usize, columns: &mut [Vec<Pack>], out: &mut [Pack]) {
        for (stream, column) in self.streams.iter().zip(columns.iter_mut()) {
            stream.fill_packs(simd, words, &mut column[..packs]);
        }
        if let Some((stream, sampler)) = &self.mixing {
            sampler.draw(simd, stream.uniforms(words), &mut out[..packs]);
        }
    }
}

impl Group {
    pub fn new(
        group: &DependenceGroup,
        scenario: &Scenario,
        seed: u64,
        worlds: &Worlds,
        chi_squares: &ChiSquares,
    ) -> Self {
        let dof = match group.copula {
            CopulaKind::Gaussian => None,
            CopulaKind::T { dof } => Some(dof),
        };
        let copula = Copula::new(&group.correlation, dof);
        let second: Vec<bool> = group.members.iter().map(|member| worlds.is_second(&member.path)).collect();
        let whole = |replicate: u32| Draws::new(group, scenario, seed, worlds, replicate, dof, chi_squares);
        if second.iter().all(|second| *second) {
            return Self { draws: whole(1), copula, redrawn: None };
        }
        let redrawn = second.iter().any(|second| *second).then(|| {
            let known: Vec<bool> = second.iter().map(|second| !second).collect();
            let conditional = Conditional::new(&group.correlation, dof, &known);
            let draws = Draws::new(group, scenario, seed, worlds, 1, conditional.dof(), chi_squares);
            Redrawn { draws, conditional }
        });
        Self { draws: whole(0), copula, redrawn }
    }

    /// Does the group take one draw more than its members?
    pub fn has_mixing(&self) -> bool {
        self.draws.mixing.is_some()
    }

    pub fn len(&self) -> usize {
        self.draws.streams.len()
    }

    /// The members' folded uniforms for a block of years.
    pub fn fill<S: Simd>(&self, simd: S, words: &YearWords, rows: usize, columns: &mut [Vec<Pack>]) {
        let packs = packs_for(rows);
        let mut chi_square = [Pack::ZERO; PACKS];
        self.draws.fill(simd, words, packs, columns, &mut chi_square);
        let mut fresh = Vec::new();
        let mut fresh_chi_square = [Pack::ZERO; PACKS];
        if let Some(redrawn) = &self.redrawn {
            fresh = vec![vec![Pack::ZERO; PACKS]; columns.len()];
            redrawn.draws.fill(simd, words, packs, &mut fresh, &mut fresh_chi_square);
        }
        let mut row = vec![Probability::lower(0.5); columns.len()];
        let mut fresh_row = row.clone();
        for pack in 0..packs {
            for lane in 0..LANES {
                read_row(columns, pack, lane, &mut row);
                match &self.redrawn {
                    None => self.copula.bend(&mut row, chi_square[pack].0[lane]),
                    Some(redrawn) => {
                        read_row(&fresh, pack, lane, &mut fresh_row);
                        let scores = self.copula.scores(&row, chi_square[pack].0[lane]);
                        redrawn.conditional.redraw(&scores, &fresh_row, fresh_chi_square[pack].0[lane], &mut row);
                    }
                }
                for (value, column) in row.iter().zip(columns.iter_mut()) {
                    column[pack].0[lane] = value.folded();
                }
            }
        }
    }
}

fn read_row(columns: &[Vec<Pack>], pack: usize, lane: usize, row: &mut [Probability]) {
    for (value, column) in row.iter_mut().zip(columns) {
        *value = Probability::from_folded(column[pack].0[lane]);
    }
}

/// The members' uniforms in the first `years`, by member.
pub fn group_uniforms(group: &DependenceGroup, scenario: &Scenario, seed: u64, years: usize) -> Vec<Vec<Probability>> {
    let compiled = Group::new(group, scenario, seed, &Worlds::default(), &ChiSquares::default());
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
