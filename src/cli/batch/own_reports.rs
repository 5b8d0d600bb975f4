//! Which members of a batch have results of their own, and where?

use super::log::Event;
use super::{Job, failure};
use crate::batch::{OwnRun, Workshop, member_outcome};
use crate::cli::exit::Failure;
use crate::config::{Member, Roll};
use crate::data::nearest;
use crate::outcome::Outcome;
use crate::outcome::book::{Book, ScenarioOfBook};
use crate::report::book::{folder_of_member, path_of};
use crate::report::charts::Pictures;
use crate::report::files::{OUTCOME_FILE, REPORT_FILE, outcome_json, write_whole};
use crate::report::format::printable;
use crate::report::page::{MemberReport, page};
use crate::report::story_words::sentences;

/// Refuses ids that no row of the table has, before any work. A row that is wrong tonight is told when the batch ends.
pub fn check(roll: &Roll, ids: &[String]) -> Result<(), Failure> {
    let known = || roll.members.iter().map(|m| m.id.as_str()).chain(roll.faults.iter().map(|fault| fault.id.as_str()));
    match ids.iter().find(|id| !known().any(|known| known == *id)) {
        None => Ok(()),
        Some(id) => {
            let near =
                nearest(id, known()).map_or_else(String::new, |near| format!("; did you mean {}?", printable(near)));
            Err(Failure::input(format!(
                "error: --outcomes: no member is called {}; expected the id of one of {} members{near}",
                printable(id),
                roll.members.len()
            )))
        }
    }
}

impl Job<'_> {
    /// Runs the members that are asked for once more and writes what they come to.
    pub fn own_reports(&self, workshop: &Workshop<'_>, book: &Book) -> Result<Vec<MemberReport>, Failure> {
        let has_failed = |id: &str| book.failures.iter().any(|failed| failed.member == id);
        let mut named: Vec<&Member> = Vec::new();
        for id in &self.arguments.outcomes {
            match self.roll.members.iter().find(|member| member.id == *id) {
                Some(member) if !has_failed(id) => named.push(member),
                _ => self.log.say(&Event::NoOutcome { member: id }),
            }
        }
        let mut reports: Vec<MemberReport> = Vec::new();
        for (index, scenario) in book.scenarios.iter().enumerate() {
            for member in self.heaviest(scenario).chain(named.iter().copied()) {
                let is_there = |known: &MemberReport| known.member == member.id && known.scenario == scenario.name;
                if !reports.iter().any(is_there) {
                    reports.push(self.own_report(workshop, index, (scenario, member))?);
                }
            }
        }
        Ok(reports)
    }

    fn heaviest<'s>(&'s self, scenario: &'s ScenarioOfBook) -> impl Iterator<Item = &'s Member> {
        let heaviest = scenario.costliest().map(|option| option.heaviest.as_slice()).unwrap_or_default();
        let first = heaviest.iter().take(usize::from(self.arguments.reports));
        first.filter_map(|heavy| self.roll.members.iter().find(|member| member.id == heavy.member))
    }

    fn own_report(
        &self,
        workshop: &Workshop<'_>,
        index: usize,
        (scenario, member): (&ScenarioOfBook, &Member),
    ) -> Result<MemberReport, Failure> {
        let command = self.command(workshop, member);
        let own = OwnRun { threads: self.threads, command, interrupt: &self.interrupt };
        let interrupted = Failure::Interrupted { saved: true };
        let mut outcome: Outcome =
            member_outcome(workshop, index, member, &own).map_err(failure)?.ok_or(interrupted)?;
        outcome.stories.iter_mut().for_each(|story| story.sentences = sentences(story));
        let folder = folder_of_member(&member.id, &scenario.name);
        let html = page(&outcome, Pictures::Drawn).map_err(Failure::internal)?;
        let bytes = outcome_json(&outcome).map_err(Failure::internal)?;
        for (name, bytes) in [(OUTCOME_FILE, bytes), (REPORT_FILE, html)] {
            let file = self.directory.join(path_of(&folder)).join(name);
            write_whole(&file, &bytes).map_err(Failure::internal)?;
            self.log.say(&Event::Wrote { file: &file });
        }
        let path = format!("{folder}/{REPORT_FILE}");
        Ok(MemberReport { member: member.id.clone(), scenario: scenario.name.clone(), path })
    }

    /// What gives the member's outcome, the same whatever else was typed.
    fn command(&self, workshop: &Workshop<'_>, member: &Member) -> Vec<String> {
        let mut command = vec!["tailcost".to_owned(), "batch".into(), self.arguments.plan.clone()];
        command.extend(self.arguments.overrides.iter().flat_map(|set| ["--set".to_owned(), set.clone()]));
        command.extend(["--years".to_owned(), workshop.plan().years.to_string()]);
        command.extend(["--outcomes".to_owned(), member.id.clone()]);
        command
    }
}
