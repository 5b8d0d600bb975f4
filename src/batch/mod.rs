//! How is a book of members run under every scenario, through interruptions, and what do all members cost together?
//!
//! A member is one row of the plan's table. Each is run alone, all see the same world in the same year, and the totals of each year are added
//! up over members in whole 64ths of a dollar, so that no order of adding changes a bit. What is finished is kept in a [`Store`]; when all is
//! there, [`finish()`] reads the system's figures off the sums, goes back to its worst years for each member's part in them, and hands every
//! member's figures on in the order of the table.

mod against;
mod attribution;
mod error;
mod finish;
mod inputs_moved;
mod judge;
mod member;
mod night;
mod own_outcome;
mod recorded;
mod sealed;
mod shares;
mod store;
mod sums;
mod system;
mod system_moved;
#[cfg(test)]
mod tests;
mod work;

pub use against::{Finished, MovedRows, moved};
pub use error::BatchError;
pub use finish::{MemberRows, finish, parts};
pub use night::Night;
pub use own_outcome::{OwnRun, member_outcome};
pub use store::{Identity, Shard, Store};
pub use sums::{MOST_A_YEAR, UNIT};
pub use work::{Ended, Progress, Settings, Workshop, work};
