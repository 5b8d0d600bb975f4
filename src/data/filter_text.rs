//! What does a typed filter mean, and where in it does it mean nothing?

use super::date::{Date, looks_like_a_date};
use super::filter::{Comparison, Filter, Operand, Operator};
use std::fmt;

/// A filter that cannot be read, shown with a mark below the character at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    pub expression: String,
    /// From 1.
    pub character: usize,
    pub found: String,
    pub expected: String,
}

impl Filter {
    /// Reads an expression; an empty one keeps every row.
    pub fn parse(expression: &str) -> Result<Self, FilterError> {
        let mut reader = Reader { characters: expression.chars().collect(), at: 0 };
        let mut comparisons = Vec::new();
        reader.skip_blanks();
        while reader.at < reader.characters.len() {
            comparisons.push(reader.comparison()?);
            reader.skip_blanks();
            match reader.peek() {
                None => break,
                Some(',') => reader.at += 1,
                Some(_) => return Err(reader.error("a comma before the next comparison")),
            }
            reader.skip_blanks();
            if reader.peek().is_none() {
                return Err(reader.error("a comparison after the comma"));
            }
        }
        Ok(Self { text: expression.trim().to_owned(), comparisons })
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expression, character, found, expected } = self;
        write!(
            f,
            "the filter has {found} at character {character}, expected {expected}\n  {expression}\n  {:>character$}",
            '^'
        )
    }
}

impl std::error::Error for FilterError {}

struct Reader {
    characters: Vec<char>,
    at: usize,
}

impl Reader {
    fn comparison(&mut self) -> Result<Comparison, FilterError> {
        let start = self.at;
        let column = match self.quoted()? {
            Some(name) => name,
            None => self.until(|c| c == ',' || "=!<>'\"".contains(c)),
        };
        if column.is_empty() {
            return Err(self.error("the name of a column"));
        }
        self.skip_blanks();
        let operator = self.operator(&column, start)?;
        self.skip_blanks();
        let value_at = self.at;
        let operand = match self.quoted()? {
            Some(text) => Operand::Text(text),
            None => {
                let text = self.until(|c| c == ',');
                if text.is_empty() || text.starts_with(['=', '!', '<', '>']) {
                    self.at = value_at;
                    return Err(self.error("a number, a date as in 2019-01-31, or a text"));
                }
                operand(&text).map_err(|expected| self.error_over(value_at, &text, expected))?
            }
        };
        if let Operand::Text(text) = &operand
            && operator.orders()
        {
            return Err(self.error_over(
                value_at,
                text,
                "a number or a date as in 2019-01-31: texts compare by = and != alone",
            ));
        }
        Ok(Comparison { column, operator, operand, character: start + 1 })
    }

    fn operator(&mut self, column: &str, start: usize) -> Result<Operator, FilterError> {
        for (written, operator) in Operator::ALL {
            if written.chars().enumerate().all(|(i, c)| self.characters.get(self.at + i) == Some(&c)) {
                let next = self.characters.get(self.at + written.len());
                if (written, next) == ("=", Some(&'>')) || (written, next) == ("=", Some(&'<')) {
                    return Err(self.error(">= or <="));
                }
                if (written, next) == ("<", Some(&'>')) {
                    return Err(self.error("!= for different from"));
                }
                self.at += written.len();
                return Ok(operator);
            }
        }
        if self.peek().is_none_or(|c| c == ',') && column.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.error_over(
                start,
                column,
                "a comparison; numbers are written without thousands separators",
            ));
        }
        Err(self.error(format!("one of = != < <= > >= after {column}")))
    }

    /// A text in quotes, the quotes' own character doubled inside; none where no quote begins.
    fn quoted(&mut self) -> Result<Option<String>, FilterError> {
        let Some(quote) = self.peek().filter(|c| *c == '\'' || *c == '"') else { return Ok(None) };
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(self.error(format!("the closing {quote}"))),
                Some(c) if c == quote && self.characters.get(self.at + 1) == Some(&quote) => {
                    text.push(quote);
                    self.at += 2;
                }
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(Some(text));
                }
                Some(c) => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| !stop(c)) {
            self.at += 1;
        }
        self.characters[start..self.at].iter().collect::<String>().trim().to_owned()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn error(&self, expected: impl Into<String>) -> FilterError {
        let rest: String = self.characters[self.at..].iter().collect();
        let found = if rest.is_empty() { "nothing".to_owned() } else { format!("{rest:?}") };
        self.error_at(self.at, found, expected.into())
    }

    fn error_over(&self, start: usize, found: &str, expected: impl Into<String>) -> FilterError {
        self.error_at(start, format!("{found:?}"), expected.into())
    }

    fn error_at(&self, at: usize, found: String, expected: String) -> FilterError {
        // Tabs and line ends would move the mark away from what it marks.
        let shown = self.characters.iter().map(|c| if c.is_control() { ' ' } else { *c }).collect();
        FilterError { expression: shown, character: at + 1, found, expected }
    }
}

/// What an unquoted constant is.
fn operand(text: &str) -> Result<Operand, &'static str> {
    if looks_like_a_date(text) {
        return Date::parse(text).map(Operand::Day).ok_or("a day that the calendar has");
    }
    let plain = if text.starts_with(|c: char| c.is_ascii_digit()) { text.replace('_', "") } else { text.to_owned() };
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Operand::Number(value)),
        Ok(_) if text.contains(|c: char| c.is_ascii_digit()) => Err("a number that a double can hold"),
        Ok(_) => Err("a finite number; in quotes for the text itself"),
        Err(_) => Ok(Operand::Text(text.to_owned())),
    }
}
