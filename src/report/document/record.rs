//! What must be kept so that anyone can get the same figures again?

use super::model::{Block, Depth, Section, Text, blank};
use crate::outcome::Outcome;
use crate::report::format::count;

pub(super) fn sections(outcome: &Outcome) -> Vec<Section> {
    let provenance = &outcome.provenance;
    let mut section = Section::new("record", Depth::Section, "9. Documentation");
    section.text(
        "The same config, data files, seed and years give the same figures to the bit with the same value version of the program, on any \
         machine and any number of threads. With another value version they do not: the same seed then draws other years.",
    );
    section.facts(
        "What to run to get the figures again",
        vec![
            ("Command as it was typed", Text::default().code(provenance.run.command.join(" "))),
            ("Config", Text::from("the listing below; save it as a file and run it")),
            ("Config and data files (blake3)", Text::default().code(&provenance.config_hash)),
            ("Years and seed", Text::from(format!("{} years, seed {}", count(outcome.years), outcome.seed))),
            (
                "Program",
                Text::from(format!(
                    "tailcost {}, value version {}, {} engine",
                    provenance.program_version, outcome.value_version, provenance.engine
                )),
            ),
        ],
    );
    section.facts(
        "Records",
        vec![
            (
                "Where kept",
                blank("where the result, the config, the data files and the program are kept, and for how long"),
            ),
            (
                "Changes since the last version",
                blank("what changed in model, inputs and method, and what it did to the figures"),
            ),
        ],
    );
    section.text(
        Text::from("What changed between two results, and whether it is more than noise: ")
            .code("tailcost compare EARLIER RUN")
            .and(", or on a page ")
            .code("tailcost report EARLIER RUN")
            .and("."),
    );
    let mut config = Section::new("config", Depth::Subsection, "The config as it was run");
    config.blocks.push(Block::Listing(provenance.config.clone()));
    vec![section, config]
}
