//! How can anyone get the same figures again?

use super::html::{Html, el};
use super::pieces::{Section, disclosure, scroller};
use crate::outcome::Outcome;
use crate::report::format::{count, duration};

pub(super) fn section(outcome: &Outcome) -> Section {
    let provenance = &outcome.provenance;
    let mut section = Section::new(
        "again",
        "Reproduction",
        "How can anyone get the same figures again?",
        "The same config, seed and years give the same figures to the bit",
    );
    let run = &provenance.run;
    let mut list = el("dl").class("facts");
    let mut fact = |term: &'static str, value: Html| {
        list = list.clone().add(el("div").add(el("dt").add(term)).add(el("dd").add(value)));
    };
    fact("Command", el("code").add(run.command.join(" ")).into());
    fact(
        "Program",
        format!(
            "tailcost {}, values of version {}, {} engine",
            provenance.program_version, outcome.value_version, provenance.engine
        )
        .into(),
    );
    fact("Years and seed", format!("{} years, seed {}", count(outcome.years), outcome.seed).into());
    fact("Config (blake3)", el("code").add(&provenance.config_hash).into());
    for file in &provenance.data_files {
        let mut value = Html::default();
        value.add(el("code").add(&file.path)).add(" ").add(el("code").add(&file.blake3));
        fact("Data file (blake3)", value);
    }
    match &provenance.member {
        Some(member) => {
            let of = format!("{}, under {}, of the batch with plan ", member.id, member.scenario);
            let mut value = Html::from(of);
            value.add(el("code").add(&member.plan_hash));
            fact("Member", value);
        }
        None => fact("Time", format!("{} on {} threads", duration(run.wall_seconds), run.threads).into()),
    }
    section.add(list);
    section.text(match &provenance.member {
        Some(_) => "This is one member of a batch: its draws are keyed by its id, and what all members share is drawn once for all. The command \
            above gives the same figures to the bit; the config below, run alone, gives them within noise.",
        None => "Save the config below as case.toml; tailcost run case.toml with these years and this seed gives this result on any machine, with \
         any number of threads.",
    });
    let config = el("pre").add(el("code").add(&provenance.config));
    section.add(disclosure("The config as it was run", scroller("Config", config)));
    section
}
