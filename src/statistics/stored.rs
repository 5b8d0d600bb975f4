//! What is wrong with a stored tally that cannot be one of its plan?

/// A stored state that no run can have left: nothing is to be added up with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Nonsense(pub &'static str);

/// Nothing where `holds`, else what does not.
pub(crate) fn sensible(holds: bool, otherwise: &'static str) -> Result<(), Nonsense> {
    if holds { Ok(()) } else { Err(Nonsense(otherwise)) }
}

/// Ordinals as steps from each to the next, the first from one below the lowest there can be.
pub(super) fn step_from(last: &mut i64, ordinal: i64) -> u32 {
    let step = ordinal - std::mem::replace(last, ordinal);
    u32::try_from(step).expect("ordinals ascend, and span less than 2^32")
}

/// The ordinal that a step leads to; refused where it does not ascend, or leads beyond the highest.
pub(super) fn ordinal_after(last: &mut i64, step: u32, highest: i32) -> Result<i32, Nonsense> {
    *last += i64::from(step);
    sensible(step > 0 && *last <= i64::from(highest), "a cell lies outside its grid, or twice at one place")?;
    Ok(i32::try_from(*last).expect("between two ordinals"))
}
