//! On which machine, with which compiler, and how idle was it?

use std::process::Command;

/// Facts in the order in which they are printed.
pub fn facts() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut facts = vec![processor(), format!("{cores} cores")];
    facts.extend(load());
    facts.push(concat!("tailcost ", env!("CARGO_PKG_VERSION")).to_string());
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    facts.extend(first_line(Command::new(rustc).arg("--version")));
    facts
}

fn processor() -> String {
    let name = match std::fs::read_to_string("/proc/cpuinfo") {
        Ok(text) => text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.trim() == "model name")
            .map(|(_, name)| name.trim().to_string()),
        Err(_) => first_line(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"])),
    };
    name.unwrap_or_else(|| format!("an unnamed {} processor", std::env::consts::ARCH))
}

/// Programs at work on average in the minute before; above 0 the figures are of a machine that had other things to do.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    Some(format!("load {} at the start", text.split_whitespace().next()?))
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_string)
}
