//! In which folder of a batch's directory does a member have its own result?

use std::path::PathBuf;

/// Folder of the members' own results in a batch's directory.
pub const MEMBERS_FOLDER: &str = "members";

/// Longest name that is kept as it is.
const LONGEST: usize = 60;
/// Digits of the hash that tells changed names apart.
const DIGITS: usize = 16;
/// Names that some systems keep for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// `members/ID/SCENARIO`, below a batch's directory, with `/` between the steps.
///
/// ```
/// use tailcost::report::book::folder_of_member;
/// assert_eq!(folder_of_member("010001", "article"), "members/010001/article");
/// assert!(folder_of_member("../x", "article").starts_with("members/x-"));
/// ```
#[must_use]
pub fn folder_of_member(member: &str, scenario: &str) -> String {
    format!("{MEMBERS_FOLDER}/{}/{}", step(member), step(scenario))
}

/// A text as the name of a folder on any system: lower-case letters, digits, `-`, `_` and `.`. What had to be changed ends in its hash, so that
/// no two texts have the same name.
fn step(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let stem = text.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    let keeps = !text.is_empty()
        && text.len() <= LONGEST
        && text.chars().all(is_plain)
        && !text.starts_with(['.', '-'])
        && !text.ends_with('.')
        && !DEVICES.contains(&stem)
        && !ends_in_hash(text);
    if keeps {
        return text.to_owned();
    }
    let words: String =
        text.chars().map(|c| c.to_ascii_lowercase()).map(|c| if is_plain(c) { c } else { '-' }).collect();
    let words: String = words.trim_matches(['-', '.']).chars().take(LONGEST - DIGITS - 1).collect();
    let words = if words.is_empty() { "id" } else { &words };
    format!("{words}-{}", &blake3::hash(text.as_bytes()).to_hex()[..DIGITS])
}

/// Does it look like a name that was changed?
fn ends_in_hash(text: &str) -> bool {
    let hash = text.rsplit_once('-').map(|(_, hash)| hash);
    hash.is_some_and(|hash| hash.len() == DIGITS && hash.chars().all(|c| c.is_ascii_hexdigit()))
}

/// The same as a path of this system.
#[must_use]
pub fn path_of(folder: &str) -> PathBuf {
    folder.split('/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_a_folder_of_its_own() {
        let long = "x".repeat(300);
        let upper = step("A");
        let texts = [
            "010001",
            "01001f",
            "01001F",
            "a",
            "A",
            "a.b",
            "..",
            ".",
            "",
            "../../etc/passwd",
            "a/b",
            "a\\b",
            "a b",
            "con",
            "nul.txt",
            "com1",
            "-x",
            "x.",
            "\u{e9}",
            "\u{202e}",
            "<b>",
            long.as_str(),
            upper.as_str(),
        ];
        let mut names: Vec<String> = texts.iter().map(|text| step(text)).collect();
        for name in &names {
            assert!(name.len() <= LONGEST && !name.starts_with(['.', '-']) && !name.ends_with('.'), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c)), "{name}");
        }
        assert_eq!([&names[0], &names[1], &names[3]], ["010001", "01001f", "a"]);
        names.sort();
        names.dedup();
        assert_eq!(names.len(), texts.len());
    }
}
