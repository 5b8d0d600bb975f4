//! How many rows fall into each year, quarter or month, and how much of it was watched?

use crate::data::Date;

/// Periods of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    Year,
    Quarter,
    Month,
}

/// Rows counted by period, without gaps: a period without rows counts 0.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedRows {
    pub counts: Vec<f64>,
    /// Years watched: 1 of a whole year, 1/4 of a whole quarter, a share of these where the watch begins or ends inside.
    pub exposures: Vec<f64>,
    /// As in `2019`, `2019 Q1`, `2019-01`.
    pub labels: Vec<String>,
}

impl Calendar {
    fn per_year(self) -> i32 {
        match self {
            Self::Year => 1,
            Self::Quarter => 4,
            Self::Month => 12,
        }
    }

    /// Periods are numbered through.
    fn number(self, day: Date) -> i32 {
        let (year, month, _) = day.year_month_day();
        year * self.per_year() + (month as i32 - 1) * self.per_year() / 12
    }

    fn first_day(self, number: i32) -> Option<i32> {
        let (year, part) = (number.div_euclid(self.per_year()), number.rem_euclid(self.per_year()));
        Date::of_year_month_day(year, (part * 12 / self.per_year() + 1) as u32, 1).map(Date::days)
    }

    fn label(self, number: i32) -> String {
        let (year, part) = (number.div_euclid(self.per_year()), number.rem_euclid(self.per_year()) + 1);
        match self {
            Self::Year => format!("{year}"),
            Self::Quarter => format!("{year} Q{part}"),
            Self::Month => format!("{year}-{part:02}"),
        }
    }

    /// Counts days by period. Where it is not known when the watch began or ended (`from` and `to`, both days of it), the first and the
    /// last period count as watched whole.
    ///
    /// ```
    /// use tailcost::data::Date;
    /// use tailcost::fitting::Calendar;
    /// let days: Vec<Date> = ["2019-03-01", "2021-01-01", "2021-06-30"].iter().filter_map(|day| Date::parse(day)).collect();
    /// let counted = Calendar::Year.count(&days, Date::parse("2019-01-01"), Date::parse("2021-07-01"));
    /// assert_eq!((counted.counts, counted.labels[2].as_str()), (vec![1.0, 0.0, 2.0], "2021"));
    /// assert_eq!(counted.exposures, [1.0, 1.0, 182.0 / 365.0]);
    /// ```
    pub fn count(self, days: &[Date], from: Option<Date>, to: Option<Date>) -> CountedRows {
        let mut counted = CountedRows { counts: Vec::new(), exposures: Vec::new(), labels: Vec::new() };
        let numbers = || days.iter().map(|day| self.number(*day));
        let (Some(least), Some(most)) = (numbers().min(), numbers().max()) else { return counted };
        let first = from.map_or(least, |day| self.number(day).min(least));
        let last = to.map_or(most, |day| self.number(day).max(most));
        counted.counts = vec![0.0; (last - first) as usize + 1];
        for number in numbers() {
            counted.counts[(number - first) as usize] += 1.0;
        }
        for number in first..=last {
            let whole = self.first_day(number).zip(self.first_day(number + 1));
            let watched = whole.map_or(1.0, |(start, end)| {
                let begin = from.map_or(start, |day| day.days().max(start));
                let finish = to.map_or(end, |day| (day.days() + 1).min(end));
                f64::from(finish - begin) / f64::from(end - start)
            });
            counted.exposures.push(watched / f64::from(self.per_year()));
            counted.labels.push(self.label(number));
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_quarters_have_no_gaps() {
        let days: Vec<Date> =
            ["2019-11-30", "2020-02-29", "2020-02-01"].iter().map(|day| Date::parse(day).unwrap()).collect();
        let months = Calendar::Month.count(&days, None, None);
        assert_eq!(months.labels, ["2019-11", "2019-12", "2020-01", "2020-02"]);
        assert_eq!(months.counts, [1.0, 0.0, 0.0, 2.0]);
        assert_eq!(months.exposures, [1.0 / 12.0; 4]);
        let quarters = Calendar::Quarter.count(&days, Date::parse("2019-07-01"), Date::parse("2020-02-29"));
        assert_eq!(quarters.labels, ["2019 Q3", "2019 Q4", "2020 Q1"]);
        assert_eq!(quarters.counts, [0.0, 1.0, 2.0]);
        assert_eq!(quarters.exposures, [0.25, 0.25, 0.25 * 60.0 / 91.0]);
    }
}
