//! Where does the time of a run go, when someone asks?
//!
//! The engine and its kernels say which stage of a block begins; what a [`Watch`] makes of it is its own matter. Clocks stand above the
//! engine: a run that nobody watches has none.

/// A kind of work within a block of years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Uniforms and the values of drivers.
    Draws,
    /// Departures, denials, write-offs, breaches.
    Counts,
    /// Sums over hires and claims.
    Sums,
    /// Formulas of the mechanisms, rare events, totals and rates.
    Mechanisms,
    /// Moments, sketches, tails, worst years.
    Tallies,
    /// Between blocks: handing out tasks, adding up.
    Between,
}

impl Stage {
    pub const ALL: [Self; 6] = [Self::Draws, Self::Counts, Self::Sums, Self::Mechanisms, Self::Tallies, Self::Between];
}

/// Is told when a stage begins; the one before has then ended.
pub trait Watch: Send {
    fn enter(&mut self, stage: Stage);
}

/// Nobody watches; costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWatch;

impl Watch for NoWatch {
    #[inline(always)]
    fn enter(&mut self, _: Stage) {}
}
