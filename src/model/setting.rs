//! In which world and hospital does the year take place?

use super::inputs::{Builder, InputScratch, Inputs, Slot, When};
use crate::config::{DriverId, HospitalDriver, Scenario, WorldDriver};
use crate::numerics::simd::Column;

/// Slots of the world's and the hospital's drivers.
pub(super) struct SettingSlots {
    world: Vec<Slot>,
    hospital: Vec<Slot>,
}

/// World and hospital columns of a block.
pub(super) struct Setting<'a> {
    pub volume: Column<'a>,
    pub strictness: Column<'a>,
    pub threat: Column<'a>,
    pub encounters: Column<'a>,
    pub reference_hours: Column<'a>,
    pub payment: Column<'a>,
    pub case_mix_value: Column<'a>,
    pub cost_of_capital: Column<'a>,
    pub hours_per_coder: Column<'a>,
    pub retention: Column<'a>,
    pub limit: Column<'a>,
    pub premium: Column<'a>,
}

impl SettingSlots {
    pub fn new(scenario: &Scenario, builder: &mut Builder<'_>) -> Self {
        let world = WorldDriver::ALL
            .iter()
            .map(|&driver| {
                let id = DriverId::World(driver);
                builder.yearly(&["world"], id, driver.spec(), scenario.world.get(driver), When::Always)
            })
            .collect();
        let hospital = HospitalDriver::ALL
            .iter()
            .map(|&driver| {
                let id = DriverId::Hospital(driver);
                builder.yearly(&["hospital"], id, driver.spec(), scenario.hospital.get(driver), When::Always)
            })
            .collect();
        Self { world, hospital }
    }

    /// Coder-years at productivity 1 in a year of large volume.
    pub fn largest_hours(&self, builder: &Builder<'_>) -> f64 {
        let large = |driver: HospitalDriver| builder.large(self.hospital[driver as usize]);
        let volume = builder.large(self.world[WorldDriver::Volume as usize]);
        volume * large(HospitalDriver::ReferenceHours) / large(HospitalDriver::HoursPerCoder).max(1.0)
    }

    /// Encounters in a year of large volume before strict payers: what a denial rate of 1 would deny.
    pub fn largest_denials(&self, builder: &Builder<'_>) -> f64 {
        let world = |driver: WorldDriver| builder.large(self.world[driver as usize]);
        let encounters = builder.large(self.hospital[HospitalDriver::InpatientEncounters as usize]);
        world(WorldDriver::Volume) * world(WorldDriver::PayerStrictness) * encounters
    }

    pub fn columns<'a>(&self, inputs: &'a Inputs, drawn: &'a InputScratch) -> Setting<'a> {
        let world = |driver: WorldDriver| inputs.column(drawn, self.world[driver as usize]);
        let hospital = |driver: HospitalDriver| inputs.column(drawn, self.hospital[driver as usize]);
        Setting {
            volume: world(WorldDriver::Volume),
            strictness: world(WorldDriver::PayerStrictness),
            threat: world(WorldDriver::Threat),
            encounters: hospital(HospitalDriver::InpatientEncounters),
            reference_hours: hospital(HospitalDriver::ReferenceHours),
            payment: hospital(HospitalDriver::PaymentPerEncounter),
            case_mix_value: hospital(HospitalDriver::CaseMixValue),
            cost_of_capital: hospital(HospitalDriver::CostOfCapital),
            hours_per_coder: hospital(HospitalDriver::HoursPerCoder),
            retention: hospital(HospitalDriver::InsuranceRetention),
            limit: hospital(HospitalDriver::InsuranceLimit),
            premium: hospital(HospitalDriver::InsurancePremium),
        }
    }
}
