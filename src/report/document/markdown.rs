//! How is a document written as Markdown in which no text of a config means anything?
//!
//! CommonMark 0.31.2 with tables (GitHub Flavored Markdown 0.29). Every block is one line, so that what a line's beginning can mean is
//! settled in one place; what a character within a line can mean is taken from it by a backslash or, where it would break the line, by a
//! numeric reference.

use super::model::{Block, Depth, Document, Span, Table, Text};
use crate::report::format::harmless;
use std::fmt::Write;

pub(super) fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n", line(&Text::from(document.title.as_str()), Place::Within));
    for section in &document.sections {
        let marks = match section.depth {
            Depth::Part => "##",
            Depth::Section => "###",
            Depth::Subsection => "####",
        };
        let _ = writeln!(out, "\n{marks} {}", line(&Text::from(section.heading), Place::Within));
        for block in &section.blocks {
            out.push('\n');
            write_block(&mut out, block);
        }
    }
    out
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a block.
    Line,
    /// Behind the marks of a heading, or between the bars of a table.
    Within,
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Paragraph(text) => _ = writeln!(out, "{}", line(text, Place::Line)),
        Block::Items(items) => items.iter().for_each(|item| _ = writeln!(out, "- {}", line(item, Place::Line))),
        Block::Table(table) => write_table(out, table),
        Block::Quote(text) => _ = writeln!(out, "> {}", line(&Text::from(text.as_str()), Place::Line)),
        Block::Listing(text) => {
            let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
            // A carriage return ends a line as well.
            let text: String = text.replace("\r\n", "\n").replace('\r', "\n");
            let text: String = text.chars().map(|c| if c == '\n' || c == '\t' { c } else { harmless(c) }).collect();
            _ = writeln!(out, "{fence}text\n{}\n{fence}", text.trim_end_matches('\n'));
        }
    }
}

fn write_table(out: &mut String, table: &Table) {
    let _ = writeln!(out, "{}\n", line(&Text::default().strong(table.caption.as_str()), Place::Line));
    let cells = |row: &mut dyn Iterator<Item = Text>| {
        row.map(|text| format!(" {} |", line(&text, Place::Within))).collect::<String>()
    };
    let _ = writeln!(out, "|{}", cells(&mut table.head.iter().map(|head| Text::from(head.as_str()))));
    let _ = writeln!(out, "|{}", " --- |".repeat(table.head.len()));
    for row in &table.rows {
        let _ = writeln!(out, "|{}", cells(&mut row.iter().cloned()));
    }
}

/// A text on one line.
fn line(text: &Text, place: Place) -> String {
    let mut out = String::new();
    for span in &text.0 {
        match span {
            Span::Plain(text) => out += &escaped(text),
            Span::Strong(text) => out += &strong(text),
            Span::Code(text) if is_plain_code(text) => _ = write!(out, "`{text}`"),
            Span::Code(text) => out += &escaped(text),
            Span::Blank(what) => _ = write!(out, "**[to be filled in: {}]**", escaped(what)),
            Span::Link(_, label) => out += &escaped(label),
        }
    }
    if place == Place::Line { begun(&out) } else { edged(&out) }
}

/// Spaces at the ends stay outside of the marks, which would not be marks beside them.
fn strong(text: &str) -> String {
    let inner = text.trim_matches(' ');
    if inner.is_empty() {
        return escaped(text);
    }
    let (start, end) = (text.len() - text.trim_start_matches(' ').len(), text.trim_end_matches(' ').len());
    format!("{}**{}**{}", &text[..start], escaped(inner), &text[end..])
}

/// Can the text stand between single backticks and be read back as it is, in a table too?
fn is_plain_code(text: &str) -> bool {
    let is_plain = |c: char| c == harmless(c) && !matches!(c, '`' | '|' | '\n' | '\t');
    !text.is_empty() && !text.starts_with(' ') && !text.ends_with(' ') && text.chars().all(is_plain)
}

/// A text that means nothing but itself within a line.
///
/// A point after `www` and a colon before `//` keep programs that make links of addresses from making them; braces and `$` keep templates
/// and formulas out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let before = &text[..text.len() - rest.len()];
        let after = &rest[c.len_utf8()..];
        match c {
            '\n' => out += "&#10;",
            '\t' => out += "&#9;",
            // Between letters it means nothing.
            '_' if before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric) => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '{' | '}' | '$' | '^' => {
                out.push('\\');
                out.push(c);
            }
            ':' if after.starts_with("//") => out += "\\:",
            '.' if before.to_ascii_lowercase().ends_with("www") => out += "\\.",
            _ => out.push(harmless(c)),
        }
        rest = after;
    }
    out
}

/// What a line's beginning could mean taken from it: lists, underlines of headings, code by spaces.
fn begun(line: &str) -> String {
    let line = edged(line);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if line.starts_with(['-', '+', '=']) {
        return format!("\\{line}");
    }
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line
}

/// Spaces at the ends, which would be dropped or break the line.
fn edged(line: &str) -> String {
    let is_space = |c: char| c.is_whitespace();
    let (start, end) = (line.starts_with(is_space), line.len() > 1 && line.ends_with(is_space));
    let reference = |c: Option<char>| c.map_or_else(String::new, |c| format!("&#{};", u32::from(c)));
    let mut inner = line.chars();
    let first = if start { reference(inner.next()) } else { String::new() };
    let last = if end { reference(inner.next_back()) } else { String::new() };
    format!("{first}{}{last}", inner.as_str())
}

fn longest_run(text: &str, mark: char) -> usize {
    text.split(|c| c != mark).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::model::Section;
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    const HOSTILE: [&str; 24] = [
        "](javascript:alert(1))",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        "<img src=x onerror=alert(1)>",
        "</p><script>alert(1)</script>",
        "| pipes | and | more |",
        "`ticks` and ``two`` and ```",
        "# heading",
        "heading #",
        "- item",
        "+ item",
        "* item *emphasis* **strong** _under_ __score__",
        "1. one",
        "1) one",
        "> quote",
        "---",
        "===",
        "    code by spaces",
        "two\n\nparagraphs\n# and a heading\n```\nfence",
        "ends with two spaces  ",
        "&lt;script&gt; &amp; &#60; &copy;",
        "back\\slash \\* \\",
        "<https://evil.example> www.evil.example https://evil.example a@b.c",
        "{{7*7}} ${7*7} $x^2$ ~~gone~~ [^1] [x]: y",
    ];

    /// What a renderer makes of a document: its text in each kind of place, and the tags around.
    fn read(markdown: &str) -> (Vec<String>, Vec<String>) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_HEADING_ATTRIBUTES;
        let (mut texts, mut tags, mut text) = (Vec::new(), Vec::new(), String::new());
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(tag) => tags.push(match tag {
                    Tag::Heading { level, .. } => format!("{level}"),
                    Tag::Table(_) => "table".into(),
                    Tag::CodeBlock(_) => "code block".into(),
                    other => format!("{other:?}"),
                }),
                Event::End(end) => {
                    let ends_line =
                        !matches!(end, TagEnd::Strong | TagEnd::Table | TagEnd::TableHead | TagEnd::List(_));
                    if ends_line && !text.is_empty() {
                        texts.push(std::mem::take(&mut text));
                    }
                }
                Event::Text(part) => text += &part,
                Event::Code(part) => text += &part,
                other => panic!("{other:?} in {markdown}"),
            }
        }
        (texts, tags)
    }

    /// A text in every kind of place.
    fn everywhere(word: &str) -> Document {
        let mut section = Section::new("a", Depth::Section, "Heading");
        section.text(word);
        section.text(Text::from("Then ").strong(word).and(" and ").code(word).and(" end"));
        section.items([Text::from(word), Text::default().code(word)]);
        let mut table = Table::new(word, [word, "b"]);
        table.row(word, [Text::default().code(word)]);
        section.table(table);
        section.blocks.push(Block::Quote(word.into()));
        section.blocks.push(Block::Listing(word.into()));
        section.text("The end");
        Document { title: word.into(), sections: vec![section] }
    }

    fn assert_means_nothing(word: &str) {
        let text = markdown(&everywhere(word));
        let (found, tags) = read(&text);
        let (_, plain) = read(&markdown(&everywhere("word")));
        assert_eq!(tags, plain, "{word:?} changes what stands where:\n{text}");
        let shown: String = word.chars().map(|c| if c == '\n' || c == '\t' { c } else { harmless(c) }).collect();
        let listed = shown.replace("\r\n", "\n").replace('\r', "\n");
        let expected = [
            shown.clone(),
            "Heading".into(),
            shown.clone(),
            format!("Then {shown} and {shown} end"),
            shown.clone(),
            shown.clone(),
            shown.clone(),
            shown.clone(),
            "b".into(),
            shown.clone(),
            shown.clone(),
            shown.clone(),
            format!("{}\n", listed.trim_end_matches('\n')),
            "The end".into(),
        ];
        assert_eq!(found, expected, "{word:?}:\n{text}");
    }

    #[test]
    fn hostile_words_show_as_themselves() {
        HOSTILE.into_iter().for_each(assert_means_nothing);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        /// Of the characters that mean something, in any order.
        #[test]
        fn any_words_show_as_themselves(word in r"[-+=#*_`~|<>\[\](){}!&;:/.\\$^1a w\n\t@]{1,24}") {
            // Blank words show nothing, and a listing has no empty lines at its end.
            prop_assume!(!word.trim().is_empty());
            assert_means_nothing(&word);
        }
    }

    #[test]
    fn what_commands_a_terminal_or_turns_text_around_is_replaced() {
        let text = markdown(&everywhere("a\u{1b}[31m\u{202e}b\u{0}\u{7}"));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text:?}");
    }

    #[test]
    fn blanks_are_marked_and_can_be_searched_for() {
        let mut section = Section::new("a", Depth::Part, "Owner");
        section.text(Text::from("Owner: ").blank("owner of the model"));
        let document = Document { title: "T".into(), sections: vec![section] };
        assert!(markdown(&document).contains("Owner: **[to be filled in: owner of the model]**"));
        assert_eq!(document.blanks(), 1);
    }
}
