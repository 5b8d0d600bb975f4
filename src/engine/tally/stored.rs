//! In which form do the tallies of a part travel, and when are they refused on their way back?
//!
//! Grids, thresholds and pivots stay at home: the same pilot years give them again, on any machine. What is stored is checked
//! against them.

use super::plan::{SeriesPlan, TallyPlan};
use super::{AlternativeCounts, Counts, DifferenceCounts, SeriesCounts, Sums, WORST, WORST_PEAKS};
use crate::statistics::{MomentsTo, Nonsense, Sketch, StoredSketch, StoredTail, StoredWorst, TailSums, Worst};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// Counts without their plan: the same years give the same bytes, whoever counted them.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredCounts {
    alternatives: Vec<StoredAlternative>,
    differences: Vec<StoredDifference>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredAlternative {
    total: StoredSeries,
    ratios: Vec<Option<StoredSketch>>,
    peak: StoredSketch,
    peak_worst: StoredWorst,
    won: Vec<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredDifference {
    total: StoredSeries,
    more: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredSeries {
    sketch: StoredSketch,
    worst: StoredWorst,
    tail: StoredTail,
}

impl Counts {
    pub fn stored(&self) -> StoredCounts {
        let alternatives = self.alternatives.iter().map(|counts| StoredAlternative {
            total: counts.total.stored(),
            ratios: counts.ratios.iter().map(|sketch| sketch.as_ref().map(Sketch::stored)).collect(),
            peak: counts.peak.stored(),
            peak_worst: counts.peak_worst.stored(),
            won: counts.won.clone(),
        });
        let differences =
            self.differences.iter().map(|counts| StoredDifference { total: counts.total.stored(), more: counts.more });
        StoredCounts { alternatives: alternatives.collect(), differences: differences.collect() }
    }
}

impl SeriesCounts {
    fn stored(&self) -> StoredSeries {
        StoredSeries { sketch: self.sketch.stored(), worst: self.worst.stored(), tail: self.tail.stored() }
    }
}

impl TallyPlan {
    /// The counts that were stored, of these years.
    ///
    /// # Errors
    /// What cannot be counts of this plan and these years.
    pub fn restored(&self, stored: &StoredCounts, years: &Range<u64>) -> Result<Counts, Nonsense> {
        let count = years.end - years.start;
        let all = |sketch: &StoredSketch| match sketch.years() {
            Some(years) if years == count => Ok(()),
            _ => Err(Nonsense("a distribution has other years than the part")),
        };
        let some = |years: &u64| if *years <= count { Ok(()) } else { Err(Nonsense("more years than the part has")) };
        let series = |plan: &SeriesPlan, stored: &StoredSeries| {
            all(&stored.sketch)?;
            some(&stored.tail.years().unwrap_or(u64::MAX))?;
            Ok(SeriesCounts {
                sketch: Sketch::restored(Arc::clone(&plan.grid), &stored.sketch)?,
                worst: Worst::restored(WORST, years, &stored.worst)?,
                tail: TailSums::restored(Arc::clone(&plan.tail), &stored.tail)?,
            })
        };
        let (plans, found) = (&self.alternatives, &stored.alternatives);
        let alternatives = pairs(plans, found)?.map(|(plan, stored)| {
            let ratios = pairs(&plan.ratios, &stored.ratios)?.map(|(plan, stored)| match (&plan.grid, stored) {
                (None, None) => Ok(None),
                (Some(grid), Some(stored)) => {
                    all(stored)?;
                    Sketch::restored(Arc::clone(grid), stored).map(Some)
                }
                _ => Err(Nonsense("other ratios than the case has")),
            });
            all(&stored.peak)?;
            pairs(plans, &stored.won)?.try_for_each(|(_, years)| some(years))?;
            Ok(AlternativeCounts {
                total: series(&plan.total, &stored.total)?,
                tail_parts: plan.tail_parts.clone(),
                ratios: ratios.collect::<Result<_, Nonsense>>()?,
                peak: Sketch::restored(Arc::clone(&plan.peak), &stored.peak)?,
                peak_worst: Worst::restored(WORST_PEAKS, years, &stored.peak_worst)?,
                won: stored.won.clone(),
            })
        });
        let differences = pairs(&self.differences, &stored.differences)?.map(|(plan, stored)| {
            some(&stored.more)?;
            Ok(DifferenceCounts { total: series(&plan.total, &stored.total)?, more: stored.more })
        });
        Ok(Counts {
            alternatives: alternatives.collect::<Result<_, Nonsense>>()?,
            differences: differences.collect::<Result<_, Nonsense>>()?,
        })
    }

    /// Refuses sums that are not of this plan's columns, or of other than these years.
    ///
    /// # Errors
    /// What cannot be sums of so many years of this plan.
    pub fn check(&self, sums: &Sums, years: u64) -> Result<(), Nonsense> {
        let plans = self.alternatives.iter().map(|plan| (plan.parts.len(), plan.ratios.len()));
        let alternatives = sums.alternatives.iter().map(|sums| (sums.parts.len(), sums.ratios.len()));
        let parts = self.alternatives[1..].iter().map(|plan| plan.parts.len());
        let differences = sums.differences.iter().map(|sums| sums.parts.len());
        if !plans.eq(alternatives) || !parts.eq(differences) || sums.rests.len() != self.rests.1.len() {
            return Err(Nonsense("sums of other options, parts or ratios than the case has"));
        }
        if counted(sums).iter().all(|count| *count == years) {
            Ok(())
        } else {
            Err(Nonsense("sums of other years than the part"))
        }
    }
}

/// Years of all moments.
fn counted(sums: &Sums) -> Vec<u64> {
    fn of<const ORDER: usize>(moments: &[MomentsTo<ORDER>]) -> impl Iterator<Item = u64> {
        moments.iter().map(MomentsTo::count)
    }
    let alternatives = sums.alternatives.iter().flat_map(|sums| {
        of(&sums.parts).chain(of(&sums.ratios)).chain([sums.total.count(), sums.regret.count()]).collect::<Vec<_>>()
    });
    let differences =
        sums.differences.iter().flat_map(|sums| of(&sums.parts).chain([sums.total.count()]).collect::<Vec<_>>());
    alternatives.chain(differences).chain(of(&sums.rests)).collect()
}

/// Two lists side by side, which must be as long as each other.
fn pairs<'a, A, B>(plans: &'a [A], stored: &'a [B]) -> Result<impl Iterator<Item = (&'a A, &'a B)>, Nonsense> {
    if plans.len() == stored.len() {
        Ok(plans.iter().zip(stored))
    } else {
        Err(Nonsense("other options, differences or ratios than the case has"))
    }
}
