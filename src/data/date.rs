//! Which day is it?

use std::fmt;

/// A day of the proleptic Gregorian calendar.
///
/// ```
/// use tailcost::data::Date;
/// let day = Date::parse("2019-01-01").unwrap();
/// assert_eq!(day.days(), 17_897);
/// assert_eq!(Date::of_days(17_897 + 31).to_string(), "2019-02-01");
/// assert_eq!(day.year_month_day(), (2019, 1, 1));
/// assert_eq!(Date::parse("2019-02-29"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    days: i32,
}

/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from the first of March of the year 0 to the first of January of 1970.
const TO_1970: i64 = 719_468;

impl Date {
    /// Reads `YYYY-MM-DD`, alone or before a time of day (`2019-01-01T08:30`, `2019-01-01 08:30`), which is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let day = text.get(..10)?;
        if !matches!(text.as_bytes().get(10), None | Some(b'T' | b' ')) {
            return None;
        }
        let (year, month, day) = parts(day)?;
        Self::of_year_month_day(year, month, day)
    }

    /// The day with that number counted from 0 on 1970-01-01.
    pub fn of_days(days: i32) -> Self {
        Self { days }
    }

    /// The number of the day, 0 on 1970-01-01.
    pub fn days(self) -> i32 {
        self.days
    }

    /// Year, month from 1, day from 1; absent where the calendar has no such day.
    pub fn of_year_month_day(year: i32, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=length).contains(&day) {
            return None;
        }
        // Years begin in March, so that the leap day is the last.
        let shifted = i64::from(year) - i64::from(month <= 2);
        let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
        let days = era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970;
        i32::try_from(days).ok().map(|days| Self { days })
    }

    /// Year, month from 1 and day from 1.
    pub fn year_month_day(self) -> (i32, u32, u32) {
        let days = i64::from(self.days) + TO_1970;
        let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        ((year + era * 400 + i64::from(month <= 2)) as i32, month as u32, day as u32)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Has the text the form of a date, whether or not there is such a day?
pub(super) fn looks_like_a_date(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(text: &str) -> Option<(i32, u32, u32)> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes[from..to].iter().all(u8::is_ascii_digit);
    let formed = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if !(formed && digits(0, 4) && digits(5, 7) && digits(8, 10)) {
        return None;
    }
    Some((text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let first = Date::parse("1599-12-31").unwrap();
        let mut previous = first.year_month_day();
        for days in first.days() + 1..first.days() + 800 * 365 {
            let now = Date::of_days(days).year_month_day();
            assert_eq!(Date::of_year_month_day(now.0, now.1, now.2), Some(Date::of_days(days)));
            let next_day = now.0 == previous.0 && now.1 == previous.1 && now.2 == previous.2 + 1;
            let next_month = now.2 == 1 && now.0 == previous.0 && now.1 == previous.1 + 1;
            let next_year = now == (previous.0 + 1, 1, 1);
            assert!(next_day || next_month || next_year, "{previous:?} {now:?}");
            previous = now;
        }
        assert_eq!(Date::of_days(0).to_string(), "1970-01-01");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "2019-13-01",
            "2019-00-10",
            "2019-04-31",
            "1900-02-29",
            "2019-1-1",
            "01/02/2019",
            "2019-01-011",
            "",
            "2019-01-0é",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::parse("2000-02-29T23:59"), Date::parse("2000-02-29"));
        assert!(looks_like_a_date("2019-13-01") && !looks_like_a_date("2019-13"));
    }
}
