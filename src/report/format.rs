//! How is a number written so that a reader sees what it supports and no more?

use crate::statistics::Estimate;

/// The unit an amount of money is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Dollar,
    Thousand,
    Million,
    Billion,
}

impl Unit {
    /// The unit in which `amount` has one to three digits before the point.
    ///
    /// ```
    /// use tailcost::report::format::Unit;
    /// assert_eq!(Unit::of(8_123_456.0), Unit::Million);
    /// assert_eq!(Unit::of(-999_600.0), Unit::Million, "1,000 thousand is a million");
    /// ```
    pub fn of(amount: f64) -> Self {
        match amount.abs() {
            a if a < 999.5 => Unit::Dollar,
            a if a < 999.5e3 => Unit::Thousand,
            a if a < 999.5e6 => Unit::Million,
            _ => Unit::Billion,
        }
    }

    pub fn dollars(self) -> f64 {
        match self {
            Unit::Dollar => 1.0,
            Unit::Thousand => 1e3,
            Unit::Million => 1e6,
            Unit::Billion => 1e9,
        }
    }

    /// As in `million USD`.
    pub fn label(self) -> &'static str {
        match self {
            Unit::Dollar => "USD",
            Unit::Thousand => "thousand USD",
            Unit::Million => "million USD",
            Unit::Billion => "billion USD",
        }
    }
}

/// `value` with `decimals` places and commas between thousands; a rounded zero carries no sign.
///
/// ```
/// use tailcost::report::format::grouped;
/// assert_eq!(grouped(-1_234_567.891, 1), "-1,234,567.9");
/// assert_eq!(grouped(-0.001, 2), "0.00");
/// ```
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len() + whole.len() / 3 + 1);
    if value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A whole number with commas between thousands.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Decimal places at which a figure of half-width `half` shows its uncertain digit: one digit of the half-width, two
/// where that begins with 1. At most `most`.
///
/// ```
/// use tailcost::report::format::decimals_for;
/// assert_eq!(decimals_for(0.05, 4), 2); // 13.42 +-0.05
/// assert_eq!(decimals_for(0.013, 4), 3); // 13.421 +-0.013
/// assert_eq!(decimals_for(3.0, 4), 0);
/// ```
pub fn decimals_for(half: f64, most: usize) -> usize {
    let half = half.abs();
    if half.is_nan() || half <= 0.0 {
        return most;
    }
    (-uncertain_place(half)).clamp(0, most as i32) as usize
}

/// The power of ten of the last digit that a figure of half-width `half` supports.
fn uncertain_place(half: f64) -> i32 {
    let leading = half.log10().floor() as i32;
    let first_digit = half / 10f64.powi(leading);
    if first_digit < 1.95 { leading - 1 } else { leading }
}

/// Half the width of the interval; nothing where it is withheld.
pub fn half_width(estimate: &Estimate) -> Option<f64> {
    Some((estimate.high? - estimate.low?) / 2.0)
}

/// An amount in words, with three significant digits or as many as its interval supports.
///
/// ```
/// use tailcost::report::format::money;
/// assert_eq!(money(8_123_456.0, None), "8.12 million USD");
/// assert_eq!(money(8_123_456.0, Some(60_000.0)), "8.12 million USD");
/// assert_eq!(money(8_123_456.0, Some(400_000.0)), "8.1 million USD");
/// assert_eq!(money(444_700.0, Some(61_000.0)), "440 thousand USD");
/// assert_eq!(money(63.1, None), "63.10 USD");
/// ```
pub fn money(amount: f64, half: Option<f64>) -> String {
    let unit = Unit::of(amount);
    let scaled = amount / unit.dollars();
    let decimals = match unit {
        Unit::Dollar if amount == 0.0 => 0,
        Unit::Dollar => 2,
        _ => significant_decimals(scaled, 3),
    };
    let decimals = match half {
        Some(half) if half > 0.0 => decimals.min(decimals_for(half / unit.dollars(), 4)),
        _ => decimals,
    };
    // Digits before the point that the interval does not support are rounded away too.
    let step = half.filter(|half| *half > 0.0).map_or(0, |half| uncertain_place(half / unit.dollars()));
    let scaled = if step > 0 { (scaled / 10f64.powi(step)).round() * 10f64.powi(step) } else { scaled };
    format!("{} {}", grouped(scaled, decimals), unit.label())
}

/// Decimal places that give `value` the asked number of significant digits.
pub fn significant_decimals(value: f64, digits: i32) -> usize {
    if !value.is_finite() || value == 0.0 {
        return 0;
    }
    (digits - 1 - value.abs().log10().floor() as i32).clamp(0, 12) as usize
}

/// A probability as a percentage that reads 0% or 100% only where it is exactly that.
///
/// ```
/// use tailcost::report::format::percent;
/// assert_eq!(percent(0.973, None), "97.3%");
/// assert_eq!(percent(0.99996, None), "99.996%");
/// assert_eq!(percent(1.0, None), "100%");
/// assert_eq!(percent(2e-7, None), "0.00002%");
/// ```
pub fn percent(probability: f64, half: Option<f64>) -> String {
    if probability == 0.0 || probability == 1.0 {
        return format!("{}%", (probability * 100.0) as i64);
    }
    format!("{}%", grouped(probability * 100.0, percent_decimals(probability, half)))
}

/// Decimal places of a percentage: one, more near 0 and 100 or where the interval is narrow and close to them.
fn percent_decimals(probability: f64, half: Option<f64>) -> usize {
    let nearest = probability.min(1.0 - probability) * 100.0;
    let needed = if nearest >= 1.0 { 1 } else { (-nearest.log10().floor()).clamp(1.0, 10.0) as usize };
    match half {
        Some(half) if half > 0.0 && nearest >= 1.0 => decimals_for(half * 100.0, 2).max(needed.min(1)),
        _ => needed,
    }
}

/// A percentage with its interval, as in `97.3% (97.2% to 97.4%)`; bare where exact, marked where withheld.
pub fn percent_with_interval(estimate: &Estimate) -> String {
    let (value, interval) = percent_and_interval(estimate);
    if interval.is_empty() { value } else { format!("{value} {interval}") }
}

/// A percentage and its interval in brackets, to the same number of decimals; no interval where the figure is exact.
pub fn percent_and_interval(estimate: &Estimate) -> (String, String) {
    let half = half_width(estimate);
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) if low < high => {
            let inside = [low, high, estimate.value].into_iter().filter(|p| *p > 0.0 && *p < 1.0);
            let decimals = inside.map(|p| percent_decimals(p, half)).max().unwrap_or(1).min(6);
            let write = |p: f64, decimals: usize| match p {
                0.0 | 1.0 => percent(p, None),
                p => format!("{}%", grouped(p * 100.0, decimals)),
            };
            // Two ends that read alike would look like no interval.
            let decimals = (decimals..6).find(|d| write(low, *d) != write(high, *d)).unwrap_or(decimals);
            let show = |p: f64| write(p, decimals);
            (show(estimate.value), format!("({} to {})", show(low), show(high)))
        }
        (Some(_), Some(_)) => (percent(estimate.value, half), String::new()),
        _ => (percent(estimate.value, half), "(interval withheld)".into()),
    }
}

/// How often, in years: `97 years of 100`, `3 years in 1,000`, `every simulated year`, `none of the simulated years`.
///
/// ```
/// use tailcost::report::format::years_of;
/// assert_eq!(years_of(0.97), "97 years of 100");
/// assert_eq!(years_of(0.01), "1 year of 100");
/// assert_eq!(years_of(0.9996), "all but 4 years of 10,000");
/// assert_eq!(years_of(0.003), "3 years of 1,000");
/// assert_eq!(years_of(1.0), "every simulated year");
/// ```
pub fn years_of(probability: f64) -> String {
    if probability <= 0.0 {
        return "none of the simulated years".into();
    }
    if probability >= 1.0 {
        return "every simulated year".into();
    }
    let upper = probability > 0.5;
    let nearest = if upper { 1.0 - probability } else { probability };
    let mut out_of = 100.0;
    while nearest * out_of < 0.95 && out_of < 1e12 {
        out_of *= 10.0;
    }
    let near = (nearest * out_of).round();
    let plural = |n: f64| if n == 1.0 { "year" } else { "years" };
    if out_of == 100.0 {
        let years = if upper { 100.0 - near } else { near };
        return format!("{years} {} of 100", plural(years));
    }
    let prefix = if upper { "all but " } else { "" };
    format!("{prefix}{near} {} of {}", plural(near), grouped(out_of, 0))
}

/// A return period, as in `1 in 1,000`.
pub fn one_in(return_period: f64) -> String {
    let decimals = if (return_period - return_period.round()).abs() < 1e-6 * return_period { 0 } else { 1 };
    format!("1 in {}", grouped(return_period, decimals))
}

/// A plain number with so many significant digits, commas between thousands, without zeros at the end of a fraction.
///
/// ```
/// use tailcost::report::format::figure;
/// assert_eq!([figure(12345.678, 4), figure(0.30004, 4), figure(-2.0, 4), figure(1e-7, 3)], ["12,346", "0.3", "-2", "1.00e-7"]);
/// ```
pub fn figure(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "undefined".into() } else { "infinite".into() };
    }
    let digits = digits.max(1);
    if value != 0.0 && !(1e-4..1e12).contains(&value.abs()) {
        return format!("{value:.*e}", (digits - 1) as usize);
    }
    let text = grouped(value, significant_decimals(value, digits));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// A level as its percentage without trailing zeros, as in `99.5`.
pub fn level(level: f64) -> String {
    let text = format!("{:.10}", level * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A span of time with two or three digits: `0.84 s`, `12.3 s`, `4 min 05 s`, `2 h 13 min`.
///
/// ```
/// use tailcost::report::format::duration;
/// assert_eq!(duration(245.2), "4 min 05 s");
/// assert_eq!(duration(0.0123), "12 ms");
/// ```
pub fn duration(seconds: f64) -> String {
    if seconds < 0.0995 {
        return format!("{:.0} ms", seconds * 1e3);
    }
    if seconds < 59.95 {
        let decimals = if seconds < 9.995 { 2 } else { 1 };
        return format!("{seconds:.decimals$} s");
    }
    let whole = seconds.round() as u64;
    if whole < 3600 {
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    let minutes = (seconds / 60.0).round() as u64;
    format!("{} h {:02} min", count(minutes / 60), minutes % 60)
}

/// A character as it may stand in a file that people open: what commands a terminal or turns the direction of the text around is replaced.
pub fn harmless(c: char) -> char {
    if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') { '\u{fffd}' } else { c }
}

/// Text from a config without control characters, which a terminal would obey and XML forbids.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_at_every_length() {
        for (value, text) in [(0.0, "0"), (12.0, "12"), (123.0, "123"), (1234.0, "1,234"), (-123_456.0, "-123,456")] {
            assert_eq!(grouped(value, 0), text);
        }
        assert_eq!(count(1_000_000_000), "1,000,000,000");
        assert_eq!(count(999), "999");
        assert_eq!(grouped(999.995, 2), "1,000.00");
    }

    #[test]
    fn percentages_never_round_to_certainty() {
        for p in [0.9999, 0.999_999_9, 1e-5, 0.0004] {
            let text = percent(p, Some(1e-5));
            assert!(text != "100%" && text != "0%" && !text.starts_with("100.0"), "{p}: {text}");
        }
        let estimate = Estimate { value: 0.973, low: Some(0.9726), high: Some(0.9734) };
        assert_eq!(percent_with_interval(&estimate), "97.30% (97.26% to 97.34%)");
        let certain = Estimate { value: 1.0, low: Some(0.999_997), high: Some(1.0) };
        assert_eq!(percent_with_interval(&certain), "100% (99.9997% to 100%)");
        let withheld = Estimate { value: 0.25, low: None, high: None };
        assert_eq!(percent_with_interval(&withheld), "25.0% (interval withheld)");
    }

    #[test]
    fn years_count_from_both_ends() {
        assert_eq!(years_of(0.0), "none of the simulated years");
        assert_eq!(years_of(0.5), "50 years of 100");
        assert_eq!(years_of(0.9949), "all but 5 years of 1,000");
        assert_eq!(years_of(0.99), "99 years of 100");
        assert_eq!(years_of(2e-6), "2 years of 1,000,000");
    }

    #[test]
    fn levels_and_periods_drop_noise() {
        assert_eq!(level(0.995), "99.5");
        assert_eq!(level(0.999), "99.9");
        assert_eq!(level(0.9), "90");
        assert_eq!(one_in(1000.0), "1 in 1,000");
        assert_eq!(one_in(1.0 / 0.3), "1 in 3.3");
    }

    #[test]
    fn durations_carry_into_the_next_unit() {
        assert_eq!(duration(59.97), "1 min 00 s");
        assert_eq!(duration(3599.7), "1 h 00 min");
        assert_eq!(duration(0.84), "0.84 s");
        assert_eq!(duration(12.34), "12.3 s");
    }
}
