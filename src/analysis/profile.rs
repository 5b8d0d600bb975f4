//! Where did the time of a run go, and how far is it above what its draws alone would cost?

use crate::distributions::standard_normal;
use crate::engine::{BLOCK, Stage, Watch};
use crate::numerics::simd::{Level, Pack, packs_for};
use crate::outcome::{Profile, StageTime};
use crate::random::{Key, Stream, YearWords, Years};
use std::time::{Duration, Instant};

/// Adds up the time between one stage and the next. Reading the clock some fifty times a block costs about 3 ns a year.
pub struct StageClock {
    since: Instant,
    stage: Stage,
    spent: [Duration; Stage::ALL.len()],
}

impl StageClock {
    pub fn start() -> Self {
        Self { since: Instant::now(), stage: Stage::Between, spent: [Duration::ZERO; Stage::ALL.len()] }
    }
}

impl Watch for StageClock {
    fn enter(&mut self, stage: Stage) {
        let now = Instant::now();
        self.spent[self.stage as usize] += now - self.since;
        (self.since, self.stage) = (now, stage);
    }
}

/// Sums up the clocks of all threads. The cost of a draw is measured now, on one thread: the standard normal law's, uniforms included.
pub fn profile(clocks: &[StageClock], years: u64, draws: Option<usize>, level: Level) -> Profile {
    let seconds = |stage: Stage| clocks.iter().map(|clock| clock.spent[stage as usize].as_secs_f64()).sum::<f64>();
    let per_year = |seconds: f64| seconds * 1e9 / years as f64;
    let stages = Stage::ALL
        .into_iter()
        .map(|stage| StageTime { stage: name(stage).into(), thread_ns_per_year: per_year(seconds(stage)) })
        .collect();
    let ns_per_draw = cost_of_a_draw(level);
    Profile {
        stages,
        thread_ns_per_year: per_year(Stage::ALL.into_iter().map(seconds).sum()),
        draws_per_year: draws,
        ns_per_draw,
        floor_ns_per_year: draws.map(|draws| draws as f64 * ns_per_draw),
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Draws => "draws",
        Stage::Counts => "counts",
        Stage::Sums => "sums",
        Stage::Mechanisms => "mechanisms",
        Stage::Tallies => "tallies",
        Stage::Between => "between tasks",
    }
}

/// Nanoseconds; the least of some batches, which is what the machine can do.
fn cost_of_a_draw(level: Level) -> f64 {
    const BATCHES: usize = 20;
    const BLOCKS: usize = 100;
    let stream = Stream::new(Key { seed: 0, scope: &["profile"], driver: "draw", replicate: 0 });
    let mut words = YearWords::new(BLOCK);
    words.set(Years::Range { start: 0, len: BLOCK });
    let mut out = vec![Pack::ZERO; packs_for(BLOCK)];
    let batch = |out: &mut [Pack]| {
        let started = Instant::now();
        for _ in 0..BLOCKS {
            standard_normal().draw_on(level, stream.uniforms(&words), std::hint::black_box(&mut *out));
        }
        started.elapsed().as_secs_f64() * 1e9 / (BLOCKS * BLOCK) as f64
    };
    (0..BATCHES).map(|_| batch(&mut out)).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_gives_each_stage_its_time() {
        let mut clock = StageClock::start();
        clock.enter(Stage::Draws);
        std::thread::sleep(Duration::from_millis(5));
        clock.enter(Stage::Tallies);
        clock.enter(Stage::Between);
        assert!(clock.spent[Stage::Draws as usize] >= Duration::from_millis(5));
        assert!(clock.spent[Stage::Tallies as usize] < clock.spent[Stage::Draws as usize]);
        let profile = profile(&[clock], 1000, Some(3), crate::numerics::simd::Instructions::best());
        let draws = profile.stages.iter().find(|stage| stage.stage == "draws").expect("a stage");
        assert!(draws.thread_ns_per_year >= 5000.0 && profile.thread_ns_per_year >= draws.thread_ns_per_year);
        assert_eq!(profile.floor_ns_per_year, Some(3.0 * profile.ns_per_draw));
    }
}
