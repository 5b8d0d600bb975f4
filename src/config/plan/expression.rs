//! Which number does a written formula give for a row of the table?
//!
//! `8432 * cmi`, `clamp(discharges / 2.5, 1, 1e6)`: numbers, columns, `+ - * /`, parentheses, `min`, `max` and `clamp`. An expression is kept as
//! the steps of a stack machine, so that neither its length nor its depth costs stack. Arithmetic is that of doubles in the written order;
//! what has no value (0/0, a range of `clamp` that is empty) is no number, and what is computed from it is none either.

use std::ops::Range;

/// A formula that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    /// As it was written.
    pub text: String,
    /// Each column once, in the order of its first place.
    pub columns: Vec<Column>,
    steps: Vec<Step>,
}

/// A column that an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub name: String,
    /// Its first place in the text, its quotes included.
    pub bytes: Range<usize>,
}

/// What cannot be read, and where in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub bytes: Range<usize>,
    pub found: String,
    pub expected: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Number(f64),
    /// Index into [`Expression::columns`].
    Column(usize),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Of so many values.
    Least(usize),
    Most(usize),
    Clamp,
}

/// Parentheses, functions and signs that stand inside of each other at most.
const DEEPEST: usize = 64;
const OPERAND: &str = "a number, a column, a function or a parenthesis";
const FUNCTIONS: [&str; 3] = ["min", "max", "clamp"];

impl Expression {
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut reader = Reader { text, at: 0, depth: 0, columns: Vec::new(), steps: Vec::new() };
        reader.sum()?;
        match reader.peek() {
            None => Ok(Self { text: text.trim().to_owned(), columns: reader.columns, steps: reader.steps }),
            Some(')') => Err(reader.refused("an opening parenthesis before it")),
            Some(_) => Err(reader.refused("one of + - * / or the end")),
        }
    }

    /// A number that is always the same.
    pub fn constant(value: f64, written: &str) -> Self {
        Self { text: written.to_owned(), columns: Vec::new(), steps: vec![Step::Number(value)] }
    }

    /// The value where the columns, in their order, have these.
    pub fn value(&self, columns: &[f64]) -> f64 {
        let mut stack = Vec::with_capacity(8);
        for step in &self.steps {
            let value = match *step {
                Step::Number(value) => value,
                Step::Column(index) => columns[index],
                Step::Negate => -pop(&mut stack),
                Step::Add => binary(&mut stack, |a, b| a + b),
                Step::Subtract => binary(&mut stack, |a, b| a - b),
                Step::Multiply => binary(&mut stack, |a, b| a * b),
                Step::Divide => binary(&mut stack, |a, b| a / b),
                Step::Least(count) => fold(&mut stack, count, |a, b| if b < a { b } else { a }),
                Step::Most(count) => fold(&mut stack, count, |a, b| if b > a { b } else { a }),
                Step::Clamp => {
                    let (high, low) = (pop(&mut stack), pop(&mut stack));
                    clamp(pop(&mut stack), low, high)
                }
            };
            stack.push(value);
        }
        pop(&mut stack)
    }
}

fn pop(stack: &mut Vec<f64>) -> f64 {
    stack.pop().expect("the reader pushes what a step takes")
}

fn binary(stack: &mut Vec<f64>, of: impl Fn(f64, f64) -> f64) -> f64 {
    let second = pop(stack);
    of(pop(stack), second)
}

/// The chosen one of the last `count` values; no number where one of them is none.
fn fold(stack: &mut Vec<f64>, count: usize, chosen: impl Fn(f64, f64) -> f64) -> f64 {
    let values = stack.split_off(stack.len() - count);
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    values.into_iter().reduce(chosen).unwrap_or(f64::NAN)
}

fn clamp(value: f64, low: f64, high: f64) -> f64 {
    if value.is_nan() || low.is_nan() || high.is_nan() || low > high {
        return f64::NAN;
    }
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    columns: Vec<Column>,
    steps: Vec<Step>,
}

impl Reader<'_> {
    fn sum(&mut self) -> Result<(), Unreadable> {
        self.product()?;
        while let Some(sign) = self.peek().filter(|c| matches!(c, '+' | '-')) {
            self.at += 1;
            self.product()?;
            self.steps.push(if sign == '+' { Step::Add } else { Step::Subtract });
        }
        Ok(())
    }

    fn product(&mut self) -> Result<(), Unreadable> {
        self.signed()?;
        while let Some(sign) = self.peek().filter(|c| matches!(c, '*' | '/')) {
            self.at += 1;
            self.signed()?;
            self.steps.push(if sign == '*' { Step::Multiply } else { Step::Divide });
        }
        Ok(())
    }

    fn signed(&mut self) -> Result<(), Unreadable> {
        if self.peek() == Some('-') {
            self.deeper()?;
            self.at += 1;
            self.signed()?;
            self.steps.push(Step::Negate);
            self.depth -= 1;
            return Ok(());
        }
        self.operand()
    }

    fn operand(&mut self) -> Result<(), Unreadable> {
        match self.peek() {
            Some('(') => {
                self.deeper()?;
                self.at += 1;
                self.sum()?;
                self.closed()?;
                self.depth -= 1;
                Ok(())
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.word(),
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            _ => Err(self.refused(OPERAND)),
        }
    }

    fn closed(&mut self) -> Result<(), Unreadable> {
        if self.peek() != Some(')') {
            return Err(self.refused("one of + - * / or the closing parenthesis"));
        }
        self.at += 1;
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refused(&format!("at most {DEEPEST} parentheses and signs inside of each other")));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        let mut previous = ' ';
        while let Some(c) = self.text[self.at..].chars().next() {
            let is_sign_of_exponent = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
            if !(c.is_alphanumeric() || matches!(c, '.' | '_') || is_sign_of_exponent) {
                break;
            }
            previous = c;
            self.at += c.len_utf8();
        }
        let written = &self.text[start..self.at];
        let digits = written.as_bytes();
        let between = |(at, byte): (usize, &u8)| {
            let is_digit = |at: Option<usize>| at.and_then(|at| digits.get(at)).is_some_and(u8::is_ascii_digit);
            *byte != b'_' || (is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
        };
        let value = digits.iter().enumerate().all(between).then(|| written.replace('_', "").parse::<f64>());
        match value {
            Some(Ok(value)) if value.is_finite() => {
                self.steps.push(Step::Number(value));
                Ok(())
            }
            _ => Err(refusal(start..self.at, written, "a finite number such as 8432, 2.5, 1_000 or 1e5")),
        }
    }

    /// A column, or a function where a parenthesis follows.
    fn word(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += length;
        let word = &rest[..length];
        if self.peek() != Some('(') {
            self.column(word.to_owned(), start..start + length);
            return Ok(());
        }
        let bytes = start..start + length;
        if !FUNCTIONS.contains(&word) {
            return Err(refusal(bytes, word, &format!("one of the functions {}", FUNCTIONS.join(", "))));
        }
        self.deeper()?;
        self.at += 1;
        let mut count = 1;
        self.sum()?;
        while self.peek() == Some(',') {
            self.at += 1;
            self.sum()?;
            count += 1;
        }
        if self.peek() != Some(')') {
            return Err(self.refused("one of + - * / , or the closing parenthesis"));
        }
        self.at += 1;
        self.depth -= 1;
        let of = |count: usize| format!("{word} of {count} {}", if count == 1 { "value" } else { "values" });
        let step = match (word, count) {
            ("min", 2..) => Step::Least(count),
            ("max", 2..) => Step::Most(count),
            ("clamp", 3) => Step::Clamp,
            ("clamp", _) => {
                let expected = "a value, the least and the most that it may be, as in clamp(beds, 1, 500)";
                return Err(Unreadable { bytes, found: of(count), expected: expected.into() });
            }
            _ => {
                let expected = format!("two values or more, as in {word}(beds, 500)");
                return Err(Unreadable { bytes, found: of(count), expected });
            }
        };
        self.steps.push(step);
        Ok(())
    }

    /// A column's name in quotes, the quotes' own character doubled inside.
    fn quoted(&mut self, quote: char) -> Result<(), Unreadable> {
        let start = self.at;
        let mut name = String::new();
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(quote) else {
                return Err(refusal(start..self.text.len(), &self.text[start..], &format!("a closing {quote}")));
            };
            name.push_str(&rest[..end]);
            self.at += end + 1;
            if !self.text[self.at..].starts_with(quote) {
                break;
            }
            name.push(quote);
            self.at += 1;
        }
        let bytes = start..self.at;
        if name.trim().is_empty() {
            return Err(refusal(bytes.clone(), &self.text[bytes], "the name of a column"));
        }
        self.column(name.trim().to_owned(), bytes);
        Ok(())
    }

    fn column(&mut self, name: String, bytes: Range<usize>) {
        let known = self.columns.iter().position(|column| column.name == name);
        let index = known.unwrap_or_else(|| {
            self.columns.push(Column { name, bytes });
            self.columns.len() - 1
        });
        self.steps.push(Step::Column(index));
    }

    /// The next character that is no blank; the reader stands before it.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        rest.trim_start().chars().next()
    }

    /// What stands here is not what was expected.
    fn refused(&mut self, expected: &str) -> Unreadable {
        let next = self.peek();
        let rest = &self.text[self.at..];
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = match next {
            None => 0,
            Some(c) if is_of_word(c) => rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len()),
            Some(c) => c.len_utf8(),
        };
        refusal(self.at..self.at + length, &rest[..length], expected)
    }
}

fn refusal(bytes: Range<usize>, found: &str, expected: &str) -> Unreadable {
    let found =
        if found.is_empty() { "nothing".into() } else { format!("{:?}", crate::config::tree::shortened(found)) };
    Unreadable { bytes, found, expected: expected.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str, columns: &[(&str, f64)]) -> f64 {
        let expression = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let of = |column: &Column| columns.iter().find(|(name, _)| *name == column.name).expect("the column").1;
        expression.value(&expression.columns.iter().map(of).collect::<Vec<_>>())
    }

    #[test]
    fn formulas_have_the_values_of_arithmetic() {
        for (text, expected) in [
            ("8432 * 2", 16_864.0),
            ("1 - 2 - 3", -4.0),
            ("24 / 4 / 2", 3.0),
            ("2 + 3 * 4", 14.0),
            ("(2 + 3) * 4", 20.0),
            ("-2 * -3", 6.0),
            ("--2", 2.0),
            ("2 - -2", 4.0),
            ("1_000 + 1e3 + .5 + 5. + 1.5e-1", 2_005.65),
            ("min(3, 1, 2)", 1.0),
            ("max(3, 1, 2) + 1", 4.0),
            ("clamp(7, 1, 5) + clamp(-7, 1, 5) + clamp(2, 1, 5)", 8.0),
            ("min (1,2)", 1.0),
        ] {
            assert_eq!(value(text, &[]), expected, "{text}");
        }
        let columns = [("beds", 3.0), ("min", 5.0), ("net revenue", 7.0), ("Zahl_ß", 2.0), ("a\"b", 1.0)];
        assert_eq!(value("beds*min - 'net revenue' * Zahl_ß + \"a\"\"b\"", &columns), 2.0);
        let twice = Expression::parse("beds * beds + cmi").unwrap();
        assert_eq!(twice.columns.len(), 2, "each column once");
        assert_eq!(twice.columns[1].bytes, 14..17);
    }

    #[test]
    fn what_has_no_value_stays_without() {
        for text in ["0/0", "min(1, 0/0)", "max(0/0, 1)", "clamp(1, 5, 2)", "clamp(0/0, 1, 2)", "1/0 - 1/0"] {
            assert!(value(text, &[]).is_nan(), "{text}");
        }
        assert_eq!(value("1 / 0", &[]), f64::INFINITY);
    }

    #[test]
    fn what_cannot_be_read_is_shown_where_it_stands() {
        for (text, marked, found, expected) in [
            ("", "", "nothing", "a number, a column"),
            ("8432 *", "", "nothing", "a number, a column"),
            ("8432 * / 2", "/", "\"/\"", "a number, a column"),
            ("2 beds", "beds", "\"beds\"", "one of + - * / or the end"),
            ("2beds", "2beds", "\"2beds\"", "a finite number"),
            ("1__0", "1__0", "\"1__0\"", "a finite number"),
            ("1e999", "1e999", "\"1e999\"", "a finite number"),
            ("1.2.3", "1.2.3", "\"1.2.3\"", "a finite number"),
            ("(beds", "", "nothing", "closing parenthesis"),
            ("beds)", ")", "\")\"", "an opening parenthesis"),
            ("beds ** 2", "*", "\"*\"", "a number, a column"),
            ("beds ^ 2", "^", "\"^\"", "one of + - * /"),
            ("sqrt(beds)", "sqrt", "\"sqrt\"", "min, max, clamp"),
            ("min(beds)", "min", "min of 1 value", "two values or more"),
            ("clamp(beds, 1)", "clamp", "clamp of 2 values", "the least and the most"),
            ("min(beds; 2)", ";", "\";\"", ", or the closing parenthesis"),
            ("min()", ")", "\")\"", "a number, a column"),
            ("'beds", "'beds", "\"'beds\"", "a closing '"),
            ("'' + 1", "''", "\"''\"", "the name of a column"),
            ("éß & 1", "&", "\"&\"", "one of + - * /"),
        ] {
            let error = Expression::parse(text).expect_err(text);
            assert_eq!(&text[error.bytes.clone()], marked, "{text}: {error:?}");
            assert!(error.found == found && error.expected.contains(expected), "{text}: {error:?}");
        }
    }

    #[test]
    fn neither_depth_nor_length_breaks_the_reader() {
        for text in ["(".repeat(100_000), "-".repeat(100_000), "min(".repeat(100_000)] {
            assert!(Expression::parse(&text).unwrap_err().expected.contains("at most 64"));
        }
        assert_eq!(value(&format!("0{}", " + 1".repeat(100_000)), &[]), 100_000.0);
        assert_eq!(value(&format!("{}1{}", "(".repeat(64), ")".repeat(64)), &[]), 1.0);
    }

    /// The same formula as a tree, written out and worked out the plain way.
    #[derive(Debug, Clone)]
    enum Plain {
        Number(f64),
        Column(usize),
        Negate(Box<Plain>),
        Pair(char, Box<Plain>, Box<Plain>),
        Function(&'static str, Vec<Plain>),
    }

    const COLUMNS: [&str; 3] = ["beds", "case mix", "_x1"];

    impl Plain {
        fn written(&self, blank: &str) -> String {
            match self {
                Plain::Number(value) => format!("{value:?}"),
                Plain::Column(1) => "\"case mix\"".into(),
                Plain::Column(index) => COLUMNS[*index].into(),
                Plain::Negate(inner) => format!("-{blank}({})", inner.written(blank)),
                Plain::Pair(sign, a, b) => {
                    // As few parentheses as the rules allow, so that the rules are what is tested.
                    let rank = |plain: &Plain| match plain {
                        Plain::Pair('+' | '-', ..) => 0,
                        Plain::Pair(..) => 1,
                        _ => 2,
                    };
                    let own = rank(self);
                    let side = |plain: &Plain, least| match rank(plain) >= least {
                        true => plain.written(blank),
                        false => format!("({blank}{}{blank})", plain.written(blank)),
                    };
                    format!("{}{blank}{sign}{blank}{}", side(a, own), side(b, own + 1))
                }
                Plain::Function(name, of) => {
                    let of: Vec<String> = of.iter().map(|plain| plain.written(blank)).collect();
                    format!("{name}{blank}({})", of.join(&format!("{blank},{blank}")))
                }
            }
        }

        fn value(&self, columns: &[f64; 3]) -> f64 {
            match self {
                Plain::Number(value) => *value,
                Plain::Column(index) => columns[*index],
                Plain::Negate(inner) => -inner.value(columns),
                Plain::Pair(sign, a, b) => {
                    let (a, b) = (a.value(columns), b.value(columns));
                    match sign {
                        '+' => a + b,
                        '-' => a - b,
                        '*' => a * b,
                        _ => a / b,
                    }
                }
                Plain::Function(name, of) => {
                    let of: Vec<f64> = of.iter().map(|plain| plain.value(columns)).collect();
                    if of.iter().any(|value| value.is_nan()) {
                        return f64::NAN;
                    }
                    match *name {
                        "min" => of.iter().copied().fold(f64::INFINITY, f64::min),
                        "max" => of.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                        _ if of[1] > of[2] => f64::NAN,
                        _ => of[0].clamp(of[1], of[2]),
                    }
                }
            }
        }
    }

    fn plain() -> impl Strategy<Value = Plain> {
        let number = prop_oneof![Just(0.0), Just(1e300), 0.0..1e3_f64, (0..100u32).prop_map(f64::from)];
        let leaf = prop_oneof![number.prop_map(Plain::Number), (0..3usize).prop_map(Plain::Column)];
        leaf.prop_recursive(5, 40, 4, |inner| {
            let sign = prop_oneof![Just('+'), Just('-'), Just('*'), Just('/')];
            let pair = (sign, inner.clone(), inner.clone());
            prop_oneof![
                inner.clone().prop_map(|plain| Plain::Negate(Box::new(plain))),
                pair.prop_map(|(sign, a, b)| Plain::Pair(sign, Box::new(a), Box::new(b))),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|of| Plain::Function("min", of)),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|of| Plain::Function("max", of)),
                prop::collection::vec(inner, 3).prop_map(|of| Plain::Function("clamp", of)),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_formula_has_the_value_of_its_tree(plain in plain(), columns in prop::array::uniform3(-1e3..1e3_f64), wide in any::<bool>()) {
            let text = plain.written(if wide { "  " } else { "" });
            let expression = Expression::parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let place = |column: &Column| COLUMNS.iter().position(|name| *name == column.name).expect("known");
            let given: Vec<f64> = expression.columns.iter().map(|column| columns[place(column)]).collect();
            let (found, expected) = (expression.value(&given), plain.value(&columns));
            // The sign of a zero that min and max choose is theirs.
            prop_assert!(found == expected || (found.is_nan() && expected.is_nan()) , "{}: {} {}", text, found, expected);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[a-c0-9 .,+*/()'\"eé_-]{0,40}") {
            match Expression::parse(&text) {
                Ok(expression) => {
                    let _ = expression.value(&vec![1.0; expression.columns.len()]);
                    for column in &expression.columns {
                        prop_assert!(text.get(column.bytes.clone()).is_some());
                    }
                }
                Err(error) => prop_assert!(text.get(error.bytes).is_some()),
            }
        }
    }
}
