//! Which cost lines make up the total?

use std::fmt;

/// One of the 14 cost lines; positive is cost, a gain is negative. The order is that in which totals are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    Labour,
    Management,
    Queries,
    Audit,
    Onboarding,
    DenialRework,
    DenialWriteOff,
    CaseMix,
    Dnfb,
    Breach,
    Penalties,
    Compliance,
    Regulation,
    Transition,
}

impl Component {
    pub const ALL: [Component; 14] = [
        Component::Labour,
        Component::Management,
        Component::Queries,
        Component::Audit,
        Component::Onboarding,
        Component::DenialRework,
        Component::DenialWriteOff,
        Component::CaseMix,
        Component::Dnfb,
        Component::Breach,
        Component::Penalties,
        Component::Compliance,
        Component::Regulation,
        Component::Transition,
    ];

    /// The key in configs and results.
    pub fn key(self) -> &'static str {
        match self {
            Component::Labour => "labour",
            Component::Management => "management",
            Component::Queries => "queries",
            Component::Audit => "audit",
            Component::Onboarding => "onboarding",
            Component::DenialRework => "denial_rework",
            Component::DenialWriteOff => "denial_write_off",
            Component::CaseMix => "case_mix",
            Component::Dnfb => "dnfb",
            Component::Breach => "breach",
            Component::Penalties => "penalties",
            Component::Compliance => "compliance",
            Component::Regulation => "regulation",
            Component::Transition => "transition",
        }
    }

    /// The line named by `key`.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|component| component.key() == key)
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
