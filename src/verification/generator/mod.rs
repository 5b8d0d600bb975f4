//! Are the words that the engine draws in this case those that they must be, and like independent fair bits?
//!
//! Known answers first. Then the streams of the case by turns, and pair by pair, year after year from 0: birthday spacings, ranks
//! of matrices, correlations. Each of these is a probability that fair bits are at least as odd.

pub mod birthday;
mod block;
mod correlation;
mod known_answers;
pub mod odds;
pub mod rank;
pub mod streams;
#[cfg(test)]
mod tests;

use super::{Context, assertion};
use crate::engine::parallel_map;
use crate::numerics::simd::Level;
use crate::outcome::{Assertion, Extent, Limit};
use birthday::Birthdays;
use block::{Block, YEARS};
use correlation::Correlations;
use rank::Ranks;
use std::ops::Range;
use streams::{Name, RawStream, interleaved};

/// Pieces of the years, added up in their order whatever the threads.
const PARTS: u64 = 32;

/// Known answers, then so many bytes through each test: 4e7 quickly, 1e9 in full, or what the context says.
pub(super) fn find(context: &Context<'_>, alarm: f64) -> Vec<Assertion> {
    let bytes = context.generator_bytes.unwrap_or(match context.extent {
        Extent::Quick => 40_000_000,
        Extent::Full => 1_000_000_000,
    });
    let mut found: Vec<Assertion> = known_answers::all()
        .into_iter()
        .map(|answers| {
            let outcome = (answers.wrong as f64, Limit::AtMost(0.0));
            assertion(
                "generator",
                answers.subject,
                "vectors that differ",
                outcome,
                0.0,
                format!("{} tried", answers.tried),
            )
        })
        .collect();
    let names = interleaved(&context.loaded.scenario, context.seed);
    let streams: Vec<RawStream> = names.iter().map(Name::stream).collect();
    let battery = Battery::over(context.level(), &streams, bytes);
    let odds = battery.odds(&names);
    let share = alarm / odds.len() as f64;
    found.extend(odds.into_iter().map(|(subject, odds, figures)| {
        let detail = format!("{:.3e} bytes of {} streams; {figures}", battery.bytes as f64, streams.len());
        assertion("generator", subject, "p-value", (odds, Limit::AtLeast(share)), share, detail)
    }));
    found
}

/// The tests, and how many bytes each has seen.
struct Battery {
    bytes: u64,
    birthdays: Birthdays,
    ranks: Ranks,
    correlations: Correlations,
}

impl Battery {
    fn new(streams: usize) -> Self {
        Self {
            bytes: 0,
            birthdays: Birthdays::default(),
            ranks: Ranks::default(),
            correlations: Correlations::new(streams),
        }
    }

    /// At least so many bytes, in whole blocks.
    fn over(level: Level, streams: &[RawStream], bytes: u64) -> Self {
        let blocks = bytes.div_ceil((streams.len() * YEARS * size_of::<u64>()) as u64).max(1);
        let parts: Vec<Range<u64>> =
            (0..PARTS).map(|part| part * blocks / PARTS..(part + 1) * blocks / PARTS).collect();
        let tried = parallel_map(&parts, |blocks| {
            let mut battery = Self::new(streams.len());
            let mut block = Block::new(streams.len());
            for index in blocks.clone() {
                block.draw(level, streams, index * YEARS as u64);
                battery.add(level, &block);
            }
            battery
        });
        let mut total = Self::new(streams.len());
        tried.iter().for_each(|battery| total.merge(battery));
        total
    }

    fn add(&mut self, level: Level, block: &Block) {
        self.bytes += size_of_val(block.by_turns()) as u64;
        self.birthdays.add(block.by_turns());
        self.ranks.add(level, block.by_turns());
        self.correlations.add(level, block);
    }

    fn merge(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.birthdays.merge(&other.birthdays);
        self.ranks.merge(&other.ranks);
        self.correlations.merge(&other.correlations);
    }

    /// Of each test: what it is about, its probability, its figures.
    fn odds(&self, names: &[Name]) -> Vec<(String, f64, String)> {
        let mut odds = self.birthdays.odds();
        odds.extend(self.ranks.odds());
        odds.extend(self.correlations.odds(names));
        odds
    }
}
