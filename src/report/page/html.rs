//! How is a page written so that no text of a config can ever become markup?
//!
//! Tags and names of attributes are words of the program; everything else is escaped on its way in. There is no way to put markup on a
//! page from a text, and no attribute that runs, fetches or styles.

use crate::report::charts::{Part, Picture, base64};
use crate::report::format::harmless;
use std::fmt::{Display, Write};

/// Markup that this file wrote.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn add(&mut self, part: impl Into<Html>) -> &mut Self {
        self.0.push_str(&part.into().0);
        self
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A chart: the markup of a drawn one is made in `charts`, with every text escaped there; a painted one is told by its title and notes.
    pub(super) fn chart(part: &Part) -> Self {
        match &part.picture {
            Picture::Svg(sheets) => Self(sheets.concat()),
            Picture::Png(bytes, (width, height)) => {
                let words = format!("{}. {}", part.title, part.notes.join(" "));
                el("img").with("width", width).with("height", height).with("alt", words).png(bytes).into()
            }
        }
    }

    /// A script or style of the program's own, or JSON that [`json`] has made harmless.
    pub(super) fn embedded(tag: Embedded<'_>) -> Self {
        Self(match tag {
            Embedded::Style(text) => format!("<style>{text}</style>\n"),
            Embedded::Script(text) => format!("<script>{text}</script>\n"),
            Embedded::Data(id, value) => {
                format!("<script type=\"application/json\" id=\"{id}\">{}</script>\n", json(value))
            }
        })
    }
}

/// What is not markup inside a page.
pub(super) enum Embedded<'a> {
    Style(&'a str),
    /// Of the program's own files, never made from a result.
    Script(&'static str),
    Data(&'static str, &'a serde_json::Value),
}

/// JSON in which nothing ends its element or begins another.
fn json(value: &serde_json::Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            other => out.push(other),
        }
    }
    out
}

/// An element under construction.
#[derive(Debug, Clone)]
pub(super) struct Element {
    tag: &'static str,
    attributes: String,
    inner: Html,
}

/// Elements that have no end.
const VOID: [&str; 5] = ["br", "input", "meta", "col", "img"];

/// Attributes that can carry a text without running, fetching or styling anything; `data-` and `aria-` come on top.
const HARMLESS: [&str; 21] = [
    "id",
    "class",
    "lang",
    "for",
    "type",
    "scope",
    "colspan",
    "role",
    "title",
    "name",
    "content",
    "charset",
    "min",
    "max",
    "step",
    "value",
    "tabindex",
    "inputmode",
    "alt",
    "width",
    "height",
];

/// An element of this tag.
pub(super) fn el(tag: &'static str) -> Element {
    Element { tag, attributes: String::new(), inner: Html::default() }
}

impl Element {
    pub(super) fn class(self, class: &str) -> Self {
        self.with("class", class)
    }

    /// An attribute; its value is escaped.
    ///
    /// # Panics
    /// If the attribute is none of the harmless ones, which is a mistake of the program.
    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        let harmless = HARMLESS.contains(&name) || name.starts_with("data-") || name.starts_with("aria-");
        assert!(harmless, "no attribute of a page is called {name}");
        let _ = write!(self.attributes, " {name}=\"{}\"", escaped(&value.to_string()));
        self
    }

    /// Not shown until the script shows it.
    pub(super) fn hidden(mut self) -> Self {
        self.attributes.push_str(" hidden");
        self
    }

    /// What the browser is told of where things may come from; a policy of the program's own.
    pub(super) fn policy(mut self, policy: &str) -> Self {
        let _ =
            write!(self.attributes, " http-equiv=\"Content-Security-Policy\" content=\"{}\"", policy.replace('"', ""));
        self
    }

    /// The bytes of a PNG as what an image shows: nothing is fetched.
    fn png(mut self, bytes: &[u8]) -> Self {
        let _ = write!(self.attributes, " src=\"data:image/png;base64,{}\"", base64(bytes));
        self
    }

    /// A link within the page.
    pub(super) fn to(mut self, fragment: &str) -> Self {
        let _ = write!(self.attributes, " href=\"#{}\"", escaped(fragment));
        self
    }

    /// A link to a file below the page's own folder.
    ///
    /// # Panics
    /// If the path could be anything else, as an address or a step upwards, which is a mistake of the program.
    pub(super) fn beside(mut self, path: &str) -> Self {
        let plain = |step: &str| {
            !step.is_empty()
                && !step.starts_with('.')
                && step.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        assert!(path.split('/').all(plain), "no file below a page is called {path}");
        let _ = write!(self.attributes, " href=\"{path}\"");
        self
    }

    pub(super) fn add(mut self, part: impl Into<Html>) -> Self {
        self.inner.add(part);
        self
    }

    pub(super) fn all<T: Into<Html>>(mut self, parts: impl IntoIterator<Item = T>) -> Self {
        for part in parts {
            self.inner.add(part);
        }
        self
    }
}

impl From<Element> for Html {
    fn from(element: Element) -> Self {
        let Element { tag, attributes, inner } = element;
        if VOID.contains(&tag) {
            return Html(format!("<{tag}{attributes}>"));
        }
        // A line for each block keeps the page readable in an editor.
        let end =
            if matches!(tag, "span" | "strong" | "em" | "a" | "code" | "button" | "td" | "th") { "" } else { "\n" };
        Html(format!("<{tag}{attributes}>{}</{tag}>{end}", inner.0))
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Html(escaped(text))
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Html(escaped(&text))
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        Html(escaped(text))
    }
}

/// A text as it may stand between tags and in a quoted attribute. Characters that command a terminal or turn the direction of the
/// text around are shown as replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '\n' | '\t' => out.push(c),
            c => out.push(harmless(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text_wherever_it_stands() {
        let hostile = "</p><script>alert(\"1\")</script>' onload='x`\u{202e}\u{1b}";
        let html: Html = el("p").with("title", hostile).add(hostile).into();
        let text = html.text();
        assert_eq!(text.matches('<').count(), 2, "{text}");
        assert_eq!(text.matches('"').count(), 2, "{text}");
        assert!(!text.contains('\'') && !text.contains('`') && !text.contains('\u{1b}') && !text.contains('\u{202e}'));
        let data = Html::embedded(Embedded::Data("data", &serde_json::json!({ hostile: hostile })));
        assert_eq!(data.text().matches('<').count(), 2);
        let inner = data.text().split_once('>').unwrap().1.split_once('<').unwrap().0;
        let back: serde_json::Value = serde_json::from_str(inner).unwrap();
        assert_eq!(back[hostile], hostile, "nothing is lost on the way");
    }

    #[test]
    #[should_panic(expected = "no attribute of a page")]
    fn an_attribute_that_runs_is_refused() {
        let _ = el("p").with("onclick", "1");
    }

    #[test]
    fn links_lead_below_the_page_alone() {
        let html: Html = el("a").beside("members/a-1/x_y/report.html").into();
        assert_eq!(html.text(), "<a href=\"members/a-1/x_y/report.html\"></a>");
        for path in ["", "/etc", "../a", "a/../b", "a//b", "javascript:1", "http://a", "a?b", "a#b", "a\"b", "a b"] {
            let made = std::panic::catch_unwind(|| el("a").beside(path));
            assert!(made.is_err(), "{path}");
        }
    }
}
