//! How is it shown where the time of a run went?

use crate::outcome::Profile;
use comfy_table::{CellAlignment, Table, presets};

/// The stages with their cost, and how far the whole is above what the draws alone would cost.
pub fn profile_table(profile: &Profile) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["Where the time went", "ns a year", "share"]);
    let mut row = |name: &str, ns: f64| {
        table.add_row([
            name.to_string(),
            format!("{ns:.1}"),
            format!("{:.0}%", 100.0 * ns / profile.thread_ns_per_year),
        ]);
    };
    for stage in &profile.stages {
        row(&stage.stage, stage.thread_ns_per_year);
    }
    row("all, one thread", profile.thread_ns_per_year);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let floor = match (profile.draws_per_year, profile.floor_ns_per_year) {
        (Some(draws), Some(floor)) => format!(
            "Floor: {draws} draws a year at {:.2} ns (measured now, on one thread) are {floor:.0} ns; the run is {:.1} times that.",
            profile.ns_per_draw,
            profile.thread_ns_per_year / floor
        ),
        _ => "Floor: unknown, the number of draws a year varies.".into(),
    };
    format!("\n{table}\n{floor}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::StageTime;

    #[test]
    fn the_floor_is_said_in_multiples() {
        let profile = Profile {
            stages: vec![
                StageTime { stage: "draws".into(), thread_ns_per_year: 45.0 },
                StageTime { stage: "tallies".into(), thread_ns_per_year: 105.0 },
            ],
            thread_ns_per_year: 150.0,
            draws_per_year: Some(45),
            ns_per_draw: 1.0,
            floor_ns_per_year: Some(45.0),
        };
        let text = profile_table(&profile);
        assert!(text.contains("45 draws a year at 1.00 ns") && text.contains("3.3 times"), "{text}");
        assert!(text.contains("30%") && text.contains("100%"), "{text}");
    }
}
