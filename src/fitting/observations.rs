//! What was seen of each row: a value, or bounds on it, and the window within which it could be seen at all?

/// A sample of amounts as it was observed.
///
/// Each row is an exact value or an interval `(low, high]` that holds it (`high` infinite: right-censored; `low` infinite:
/// left-censored), and has a window `[from, to]` outside which the row would not be in the data at all (truncation). Censoring says
/// that a value is not known exactly, truncation that rows are missing: both are needed.
///
/// ```
/// use tailcost::fitting::{Bound, Columns, Observations};
/// // Payments over a deductible of 10 with a limit of 100: the third hit the limit, so its loss is 100 or more.
/// let seen = Observations::from_payments(&[2.0, 31.0, 90.0], Bound::Constant(10.0), Some(Bound::Constant(100.0))).unwrap();
/// assert_eq!(seen.exact(), [12.0, 41.0]);
/// assert_eq!(seen.right_censored(), 1);
/// assert_eq!(seen.truncation(), "left-truncated at 10");
/// let plain = Observations::new(&Columns::of(&[3.0, 1.0])).unwrap();
/// assert_eq!((plain.exact(), plain.len()), (&[1.0, 3.0][..], 2));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Observations {
    /// Ascending.
    exact: Vec<f64>,
    /// Index of each exact row's window, where the rows have different ones.
    exact_window: Vec<u32>,
    censored: Vec<Censored>,
    /// Distinct windows with the number of rows that have it; the whole line is left out unless rows differ.
    windows: Vec<Window>,
}

/// Rows known to lie between two bounds, within one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Censored {
    pub low: f64,
    pub high: f64,
    pub window: u32,
    pub count: f64,
}

/// Rows that could be seen only between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub from: f64,
    pub to: f64,
    pub count: f64,
}

impl Window {
    pub const ALL: Self = Self { from: f64::NEG_INFINITY, to: f64::INFINITY, count: 0.0 };

    pub fn is_all(&self) -> bool {
        self.from == f64::NEG_INFINITY && self.to == f64::INFINITY
    }
}

/// One number for all rows or one for each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound<'a> {
    Constant(f64),
    Column(&'a [f64]),
}

impl Bound<'_> {
    fn at(&self, row: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Column(values) => values.get(row).copied().unwrap_or(f64::NAN),
        }
    }
}

/// How the columns of a table are read as observations. Bounds that are absent are infinite.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    pub values: &'a [f64],
    /// Rows below it are not in the data.
    pub truncated_below: Option<Bound<'a>>,
    /// Rows above it are not in the data.
    pub truncated_above: Option<Bound<'a>>,
    /// A value at or above it means no more than that it is as large as this.
    pub censored_above: Option<Bound<'a>>,
    /// A value at or below it means no more than that it is as small as this.
    pub censored_below: Option<Bound<'a>>,
    /// Where `values` is the lower end of an interval: its upper end, infinite for "or more", equal to the value for an exact row.
    pub upper: Option<&'a [f64]>,
    /// Rows that are right-censored at their value.
    pub is_censored: Option<&'a [bool]>,
}

impl<'a> Columns<'a> {
    /// Exact values, all of them seen.
    pub fn of(values: &'a [f64]) -> Self {
        Self {
            values,
            truncated_below: None,
            truncated_above: None,
            censored_above: None,
            censored_below: None,
            upper: None,
            is_censored: None,
        }
    }
}

/// Why columns cannot be read as observations; `row` counts the rows given, from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ObservationError {
    #[error("there are no rows, expected at least one")]
    NoRows,
    #[error("{what} is {found}, expected {expected}")]
    Row { row: usize, what: &'static str, found: f64, expected: String },
    #[error("{what} has {found} rows, expected {expected}, one for each value")]
    Lengths { what: &'static str, found: usize, expected: usize },
}

impl ObservationError {
    /// The row at fault, from 0, where it is one.
    pub fn row(&self) -> Option<usize> {
        if let Self::Row { row, .. } = self { Some(*row) } else { None }
    }
}

/// A row before the rows are put together.
#[derive(Debug, Clone, Copy)]
struct Row {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Observations {
    /// # Errors
    /// Without rows; where a value is not finite, a bound is NaN, or a value lies outside its window.
    pub fn new(columns: &Columns<'_>) -> Result<Self, ObservationError> {
        let n = columns.values.len();
        let lengths = [
            ("the upper end", columns.upper.map(<[f64]>::len)),
            ("the mark of censored rows", columns.is_censored.map(<[bool]>::len)),
            ("the lower truncation", bound_length(columns.truncated_below)),
            ("the upper truncation", bound_length(columns.truncated_above)),
            ("the upper censoring", bound_length(columns.censored_above)),
            ("the lower censoring", bound_length(columns.censored_below)),
        ];
        for (what, found) in lengths {
            if let Some(found) = found.filter(|found| *found != n) {
                return Err(ObservationError::Lengths { what, found, expected: n });
            }
        }
        let mut rows = Vec::with_capacity(n);
        for row in 0..n {
            rows.push(read_row(columns, row)?);
        }
        Self::gather(rows)
    }

    /// From what was paid: `min(loss, limit) - deductible`, of losses above the deductible alone. A payment of `limit - deductible`
    /// (or more) says that the loss was the limit or more.
    ///
    /// # Errors
    /// As [`Observations::new`]; a payment that is not positive.
    pub fn from_payments(
        paid: &[f64],
        deductible: Bound<'_>,
        limit: Option<Bound<'_>>,
    ) -> Result<Self, ObservationError> {
        let mut rows = Vec::with_capacity(paid.len());
        for (row, &payment) in paid.iter().enumerate() {
            let wrong = |what, found, expected: &str| {
                Err(ObservationError::Row { row, what, found, expected: expected.to_owned() })
            };
            if !(payment > 0.0 && payment.is_finite()) {
                return wrong("the payment", payment, "a positive number");
            }
            let least = deductible.at(row);
            if !(least >= 0.0 && least.is_finite()) {
                return wrong("the deductible", least, "a number from 0");
            }
            let most = limit.map_or(f64::INFINITY, |limit| limit.at(row));
            if !(most > least) {
                return wrong("the limit", most, "a number above the deductible");
            }
            // A limit that binds is met but for the rounding of the difference.
            let at_limit = payment >= (most - least) * (1.0 - 1e-12);
            let loss = payment + least;
            let (low, high) = if at_limit { (most, f64::INFINITY) } else { (loss, loss) };
            rows.push(Row { low, high, from: least, to: f64::INFINITY });
        }
        Self::gather(rows)
    }

    fn gather(mut rows: Vec<Row>) -> Result<Self, ObservationError> {
        if rows.is_empty() {
            return Err(ObservationError::NoRows);
        }
        // By value for the exact ones; the order of equal rows does not matter.
        let key = |row: &Row| (row.low != row.high, row.low, row.high, row.from, row.to);
        rows.sort_unstable_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0)
                .then(a.1.total_cmp(&b.1))
                .then(a.2.total_cmp(&b.2))
                .then(a.3.total_cmp(&b.3))
                .then(a.4.total_cmp(&b.4))
        });
        let mut distinct: Vec<(f64, f64)> = rows.iter().map(|row| (row.from, row.to)).collect();
        distinct.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        distinct.dedup();
        let mut windows: Vec<Window> = distinct.iter().map(|&(from, to)| Window { from, to, count: 0.0 }).collect();
        let place = |row: &Row| {
            distinct.partition_point(|w| w.0.total_cmp(&row.from).then(w.1.total_cmp(&row.to)).is_lt()) as u32
        };
        let (mut exact, mut exact_window, mut censored) = (Vec::new(), Vec::new(), Vec::<Censored>::new());
        for row in &rows {
            let window = if windows.len() == 1 { 0 } else { place(row) };
            windows[window as usize].count += 1.0;
            if row.low == row.high {
                exact.push(row.low);
                if distinct.len() > 1 {
                    exact_window.push(window);
                }
                continue;
            }
            match censored.last_mut() {
                Some(last) if last.low == row.low && last.high == row.high && last.window == window => {
                    last.count += 1.0;
                }
                _ => censored.push(Censored { low: row.low, high: row.high, window, count: 1.0 }),
            }
        }
        Ok(Self { exact, exact_window, censored, windows })
    }

    /// From exact rows that ascend already and right-censored ones, all in one window.
    pub(super) fn ascending(exact: Vec<f64>, mut censored: Vec<Censored>, window: Window) -> Option<Self> {
        censored.sort_unstable_by(|a, b| a.low.total_cmp(&b.low));
        censored.dedup_by(|later, earlier| {
            let same = later.low == earlier.low;
            if same {
                earlier.count += later.count;
            }
            same
        });
        let rows = exact.len() as f64 + censored.iter().map(|row| row.count).sum::<f64>();
        let windows = vec![Window { count: rows, ..window }];
        (rows > 0.0).then_some(Self { exact, exact_window: Vec::new(), censored, windows })
    }

    /// Evenly chosen rows, about `rows` of them; none where there are no more than twice as many, or where rows are censored or have
    /// windows of their own.
    pub(super) fn thinned(&self, rows: usize) -> Option<Self> {
        if self.exact.len() < 2 * rows || !self.censored.is_empty() {
            return None;
        }
        let step = self.exact.len() / rows;
        let exact = self.exact.iter().copied().skip(step / 2).step_by(step).collect();
        Self::ascending(exact, Vec::new(), self.common_window()?)
    }

    /// Values known exactly, ascending.
    pub fn exact(&self) -> &[f64] {
        &self.exact
    }

    /// The window of the exact value at an index.
    pub fn window_of(&self, index: usize) -> Window {
        self.windows[self.exact_window.get(index).map_or(0, |window| *window as usize)]
    }

    pub fn censored(&self) -> &[Censored] {
        &self.censored
    }

    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The window that all rows share, where they do.
    pub fn common_window(&self) -> Option<Window> {
        if let [window] = self.windows[..] { Some(window) } else { None }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.windows.iter().map(|window| window.count).sum::<f64>() as usize
    }

    /// Never: there is at least one row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_complete(&self) -> bool {
        self.censored.is_empty() && !self.is_truncated()
    }

    pub fn is_truncated(&self) -> bool {
        self.windows.iter().any(|window| !window.is_all())
    }

    pub fn right_censored(&self) -> u64 {
        self.count(|row| row.high == f64::INFINITY)
    }

    pub fn left_censored(&self) -> u64 {
        self.count(|row| row.low == f64::NEG_INFINITY && row.high < f64::INFINITY)
    }

    pub fn interval_censored(&self) -> u64 {
        self.count(|row| row.low > f64::NEG_INFINITY && row.high < f64::INFINITY)
    }

    fn count(&self, which: impl Fn(&Censored) -> bool) -> u64 {
        self.censored.iter().filter(|row| which(row)).map(|row| row.count).sum::<f64>() as u64
    }

    pub fn truncated_rows(&self) -> u64 {
        self.windows.iter().filter(|window| !window.is_all()).map(|window| window.count).sum::<f64>() as u64
    }

    /// In words: `left-truncated at 501`, empty where nothing is.
    pub fn truncation(&self) -> String {
        let ends = |end: fn(&Window) -> f64, word: &str| {
            let mut values: Vec<f64> = self.windows.iter().map(end).filter(|x| x.is_finite()).collect();
            values.sort_unstable_by(f64::total_cmp);
            values.dedup();
            match values[..] {
                [] => None,
                [one] if self.windows.iter().all(|w| end(w).is_finite()) => Some(format!("{word}-truncated at {one}")),
                [least, .., most] => Some(format!("{word}-truncated row by row, at {least} to {most}")),
                [one] => Some(format!("{word}-truncated at {one} in part of the rows")),
            }
        };
        let both: Vec<String> = [ends(|w| w.from, "left"), ends(|w| w.to, "right")].into_iter().flatten().collect();
        both.join(", ")
    }

    /// In words: `214 rows right-censored at 1000000`, empty where nothing is.
    pub fn censoring(&self) -> String {
        let mut parts = Vec::new();
        let places = |which: &dyn Fn(&Censored) -> Option<f64>| {
            let mut at: Vec<f64> = self.censored.iter().filter_map(which).collect();
            at.sort_unstable_by(f64::total_cmp);
            at.dedup();
            match at[..] {
                [one] => format!("at {one}"),
                [least, .., most] => format!("at {least} to {most}"),
                [] => String::new(),
            }
        };
        if self.right_censored() > 0 {
            let at = places(&|row| (row.high == f64::INFINITY).then_some(row.low));
            parts.push(format!("{} rows right-censored {at}", self.right_censored()));
        }
        if self.left_censored() > 0 {
            let at = places(&|row| (row.low == f64::NEG_INFINITY && row.high < f64::INFINITY).then_some(row.high));
            parts.push(format!("{} rows left-censored {at}", self.left_censored()));
        }
        if self.interval_censored() > 0 {
            parts.push(format!("{} rows known to an interval", self.interval_censored()));
        }
        parts.join(", ")
    }

    /// The rows whose value is above a threshold, seen above it: what a tail is fitted to. Intervals that reach below it are left out,
    /// and counted.
    pub fn above(&self, threshold: f64) -> (Option<Self>, u64) {
        let mut rows = Vec::new();
        let mut left_out = 0.0;
        for (index, &x) in self.exact.iter().enumerate().skip(self.exact.partition_point(|x| *x <= threshold)) {
            let window = self.window_of(index);
            rows.push(Row { low: x, high: x, from: window.from.max(threshold), to: window.to });
        }
        for row in &self.censored {
            let window = self.windows[row.window as usize];
            if row.low >= threshold {
                let cut = Row { low: row.low, high: row.high, from: window.from.max(threshold), to: window.to };
                rows.extend(std::iter::repeat_n(cut, row.count as usize));
            } else if row.high > threshold {
                left_out += row.count;
            }
        }
        (Self::gather(rows).ok(), left_out as u64)
    }

    /// Exact values and a stand-in for the others (the finite bound, the middle of an interval), with counts: for first guesses.
    pub(super) fn stand_ins(&self) -> Vec<(f64, f64)> {
        let rest = self.censored.iter().map(|row| {
            let x = match (row.low.is_finite(), row.high.is_finite()) {
                (true, true) => 0.5 * (row.low + row.high),
                (true, false) => row.low,
                (false, true) => row.high,
                (false, false) => 0.0,
            };
            (x, row.count)
        });
        self.exact.iter().map(|x| (*x, 1.0)).chain(rest).collect()
    }
}

fn bound_length(bound: Option<Bound<'_>>) -> Option<usize> {
    match bound {
        Some(Bound::Column(values)) => Some(values.len()),
        _ => None,
    }
}

fn read_row(columns: &Columns<'_>, row: usize) -> Result<Row, ObservationError> {
    let wrong = |what, found, expected: String| Err(ObservationError::Row { row, what, found, expected });
    let value = columns.values[row];
    let (mut low, mut high) = (value, columns.upper.map_or(value, |upper| upper[row]));
    let plain = columns.upper.is_none();
    if plain && !value.is_finite() {
        return wrong("the value", value, "a finite number".to_owned());
    }
    if !(low <= high) {
        return wrong("the upper end", high, format!("a number from the lower end {low} on"));
    }
    if low == f64::INFINITY || high == f64::NEG_INFINITY || (low == f64::NEG_INFINITY && high == f64::INFINITY) {
        return wrong("the value", low, "at least one finite bound".to_owned());
    }
    let bound = |bound: Option<Bound<'_>>, what, otherwise: f64| {
        let value = bound.map_or(otherwise, |bound| bound.at(row));
        if value.is_nan() {
            Err(ObservationError::Row { row, what, found: value, expected: "a number".to_owned() })
        } else {
            Ok(value)
        }
    };
    let from = bound(columns.truncated_below, "the lower truncation", f64::NEG_INFINITY)?;
    let to = bound(columns.truncated_above, "the upper truncation", f64::INFINITY)?;
    let most = bound(columns.censored_above, "the upper censoring", f64::INFINITY)?;
    let least = bound(columns.censored_below, "the lower censoring", f64::NEG_INFINITY)?;
    if columns.is_censored.is_some_and(|marks| marks[row]) {
        high = f64::INFINITY;
    }
    if low >= most {
        (low, high) = (most, f64::INFINITY);
    }
    if high <= least {
        (low, high) = (f64::NEG_INFINITY, least);
    }
    if !(from < to) {
        return wrong("the upper truncation", to, format!("a number above the lower truncation {from}"));
    }
    let inside = if low == high { low >= from && low <= to } else { high > from && low < to };
    if !inside {
        return wrong("the value", value, format!("a number within its window [{from}, {to}]"));
    }
    // What is known of a censored value includes its window.
    if low != high {
        (low, high) = (if low < from { from } else { low }, if high > to { to } else { high });
    }
    Ok(Row { low, high, from, to })
}
