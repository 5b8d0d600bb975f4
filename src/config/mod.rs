//! What did the user ask for, and where in which file is it wrong?

mod component;
pub mod drivers;
mod scenario;

pub use component::Component;
pub use drivers::{HospitalDriver, OptionDriver, WorkforceDriver, WorldDriver};
pub use scenario::{
    Choice, CopulaKind, DependenceGroup, Driver, DriverId, Drivers, GroupMember, Scenario, Simulation, Value, Workforce,
};
