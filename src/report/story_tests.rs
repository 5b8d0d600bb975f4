//! Are stories told in plain and true sentences, whatever happened and whatever things are called?

use super::fixtures;
use super::story::{stories_text, story_text};
use super::story_words::{chosen_words, ordinal, percentile, sentences};
use crate::outcome::*;

fn line(component: Component, amount: f64, mean: f64, excess: f64) -> ComponentOfYear {
    let share_of_excess = (excess != 0.0).then(|| (amount - mean) / excess);
    ComponentOfYear { component, amount, mean, excluded: false, share_of_excess }
}

fn driver(path: &str, value: f64, percentile: f64, usual: f64) -> DriverOfYear {
    let (path, unit) = (path.to_owned(), "ratio".to_owned());
    DriverOfYear { path, unit, value, percentile, usual, usual_is: Usual::Mean, bore: true }
}

fn count(what: &str, count: u64, expected: f64) -> CountOfYear {
    CountOfYear { what: what.into(), count, expected, percentile: 0.97, amounts: None }
}

/// A year in which everything happens, of an option and a workforce of these names.
pub(super) fn storm(option: &str, workforce: &str) -> Story {
    use Component as C;
    let amounts = [
        (C::Labour, 1.1e6, 1e6),
        (C::Breach, 30.65e6, 0.3e6),
        (C::Penalties, 2e6, 0.05e6),
        (C::CaseMix, 9e6, 1e6),
        (C::DenialWriteOff, 2e6, 2.1e6),
    ];
    let (total, mean) = amounts.iter().fold((0.0, 0.0), |sum, (_, amount, mean)| (sum.0 + amount, sum.1 + mean));
    let components = C::ALL.into_iter().map(|component| {
        let known = amounts.iter().find(|(known, ..)| *known == component);
        known.map_or(line(component, 0.0, 0.0, total - mean), |(_, amount, usual)| {
            line(component, *amount, *usual, total - mean)
        })
    });
    let of = |key: &str| format!("workforce.{workforce}.{key}");
    let breach = |gross: f64| BreachOfYear {
        severity: gross,
        percentile: Some(0.9998),
        gross,
        recovered: 0.1 * gross,
        kept: 0.9 * gross,
    };
    Story {
        option: option.into(),
        year: 123_456,
        chosen: vec![Chosen::ReturnPeriod { years: 1000.0, nearest: None }],
        total,
        mean,
        place: Some(1001),
        return_period: Some(1e6 / 1001.0),
        against: Some(Against { baseline: "Domestic".into(), total: 2.5e6, difference: total - 2.5e6 }),
        sentences: Vec::new(),
        components: components.collect(),
        drivers: vec![
            driver(&of("case_mix_drift"), -0.19, 0.002, -0.1),
            driver(&of("breach.recovered_share"), 0.1, 0.4, 0.12),
            driver("world.threat", 2.3, 0.985, 1.0),
            DriverOfYear { bore: false, ..driver(&of("regulation.months"), 11.0, 0.99, 6.0) },
        ],
        workforces: vec![WorkforceOfYear {
            name: workforce.into(),
            share: 0.4,
            switch: Some(SwitchOfYear {
                week: 9.2,
                found_in_week: Some(31.0),
                weeks_exposed: 21.8,
                share_of_year: 21.8 / 52.0,
            }),
            breaches: Some(BreachesOfYear {
                severity_level: 1.0,
                recovered_share: 0.1,
                each: vec![breach(40e6), breach(5e6)],
                kept: 40.5e6,
                fined: 1,
                provisions: vec![ProvisionOfYear { fines: vec![3e6], annual_cap: Some(2e6), due: 2e6 }],
                penalties: 2e6,
            }),
            compliance: None,
            regulation: None,
            counts: vec![count("departures", 3, 1.2), count("denials", 1500, 1200.0), count("breaches", 2, 0.03)],
            lost_hours: 700.0,
        }],
        policy: Some(PolicyOfYear { claimed: 40.5e6, retention: 5e5, limit: 1e7, paid: 1e7, premium: 1.5e5 }),
    }
}

#[test]
fn what_explains_most_is_told_first_with_its_cause() {
    assert_eq!(
        sentences(&storm("Offshore", "offshore")),
        [
            "The 1-in-1,000 year of Offshore costs 44.8 million USD, 40.3 million USD above its average year of 4.45 \
             million USD.",
            "Data breaches explain 75% of that: 30.6 million USD against 300 thousand USD on average.",
            "Offshore has two breaches of 40.0 million USD and 5.00 million USD, 10.0% recovered; the cyber policy pays \
             10.0 million USD, its limit; threat is 2.3 (percentile 98.5, usually 1).",
            "Case mix explains 20%: 9.00 million USD against 1.00 on average.",
            "Offshore's case mix drift is -0.19 (percentile 0.2, usually -0.1).",
            "At offshore coders are swapped for novices in week 9, found out in week 31: 41.9% of the year.",
            "In the same year Domestic costs 2.50 million USD, 42.2 million USD less.",
        ]
    );
}

#[test]
fn a_year_like_any_other_is_said_to_be_one() {
    let mut story = storm("A", "a");
    (story.mean, story.against, story.chosen) = (story.total, None, vec![Chosen::Asked]);
    story.workforces.clear();
    assert_eq!(sentences(&story), ["Year 123,456 of A costs 44.8 million USD, about as much as its average year."]);
    let mut cheap = storm("A", "a");
    (cheap.mean, cheap.chosen) = (100e6, vec![Chosen::Worst { place: 2 }]);
    (cheap.place, cheap.return_period) = (Some(2), Some(500_000.0));
    for line in &mut cheap.components {
        line.share_of_excess = Some(if line.component == Component::CaseMix { 1.4 } else { -0.1 });
    }
    cheap.components[Component::CaseMix as usize].mean = 86e6;
    let told = sentences(&cheap);
    assert!(told[0].starts_with("The 2nd worst year in 1,000,000 of A costs 44.8 million USD, 55.2 million USD below"));
    assert!(told[1].starts_with("Case mix is 77.0 million USD below average, more than all of that: 9.00 million USD"));
}

#[test]
fn figures_read_as_people_say_them() {
    let places = [1, 2, 3, 4, 11, 12, 13, 21, 102, 1011];
    assert_eq!(places.map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,011th"]);
    assert_eq!([0.5, 0.973, 0.99996, 0.0004].map(percentile), ["50.0", "97.3", "99.996", "0.04"]);
    assert!([0.0, 1.0].map(percentile).iter().all(|text| text != "0" && text != "100"));
    let nearest = Some(Nearest { scanned: 65_536, amount: 1.5e8 });
    assert_eq!(
        chosen_words(&Chosen::ReturnPeriod { years: 100.0, nearest }),
        "1-in-100 year: of the first 65,536 years the nearest to 150 million USD"
    );
}

#[test]
fn a_story_keeps_to_its_columns_and_comes_back_from_json() {
    let long = "a vendor with a rather long name & a branch in several cities of a country <b>";
    for (option, workforce) in [("Offshore", "offshore"), (long, long), ("Ünïcode 海外", "海外")] {
        let mut story = storm(option, workforce);
        story.sentences = sentences(&story);
        let text = stories_text(&fixtures::article(), &[story.clone(), story.clone()]);
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
        assert!(story_text(&story).contains("1-in-1,000 year; place 1,001 of 1,000,000 from the worst"));
        assert!(!text.contains("regulation.months"), "what did not bear on the year is not listed");
        let back: Story = serde_json::from_str(&serde_json::to_string(&story).unwrap()).unwrap();
        assert_eq!(back, story);
    }
    let wrong = serde_json::to_string(&storm("A", "a")).unwrap().replace("\"case_mix\"", "\"case_mixx\"");
    assert!(serde_json::from_str::<Story>(&wrong).unwrap_err().to_string().contains("case_mixx"));
}
