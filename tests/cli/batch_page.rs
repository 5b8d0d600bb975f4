//! Does a batch leave a page for a risk department, and members results of their own?

use super::Sandbox;
use tailcost::outcome::Outcome;
use tailcost::outcome::book::Book;

/// Ids and names that are no folder and no markup.
const TABLE: &str = "id,name,discharges,cmi\n\
    a,Alpha,24000,1.9\nB/../x,<b>Beta</b>,18000,1.6\nc,Gamma,none,1.4\nd,Delta,30000,1.7\n";

fn plan(sandbox: &Sandbox) {
    sandbox.write("table.csv", TABLE);
    let text = "schema = 1\ntitle = \"Four\"\n[members]\nfile = \"table.csv\"\nid = \"id\"\nname = \"name\"\n[members.values]\n\
         inpatient_encounters = \"discharges\"\nreference_hours = \"discharges / 2.5\"\n\
         payment_per_encounter = \"8432 * cmi\"\n[scenarios]\narticle = \"article\"\nevidence = \"evidence\"\n[batch]\nyears = 3000\n\
         seed = 1\nshared = [\"workforce.offshore.breach\"]\n";
    sandbox.write("plan.toml", text);
}

/// The first figures of `headline.csv`: the mean of an option of a member, as it is written there.
fn mean_of(headline: &str, member: &str, scenario: &str, option: &str) -> f64 {
    let row = headline
        .lines()
        .map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect::<Vec<_>>())
        .find(|cells| cells[0] == member && cells[3] == scenario && cells[4] == option);
    row.unwrap_or_else(|| panic!("{member} {scenario} {option}: {headline}"))[5].parse().expect("a number")
}

#[test]
fn members_have_outcomes_with_the_figures_of_the_batch() {
    let sandbox = Sandbox::new();
    plan(&sandbox);
    let all = ["batch", "plan.toml", "--out", "o", "--quiet", "--reports", "1", "--outcomes", "a", "--outcomes", "c"];
    let output = sandbox.tailcost(&all).output().expect("it runs");
    let said = super::text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "row c is wrong: {said}");
    assert!(said.contains("--outcomes c: this member failed"), "{said}");
    let headline = sandbox.read("o/headline.csv");
    let book: Book = serde_json::from_str(&sandbox.read("o/batch.json")).expect("it reads back");
    for scenario in &book.scenarios {
        let outcome: Outcome =
            serde_json::from_str(&sandbox.read(&format!("o/members/a/{}/outcome.json", scenario.name)))
                .expect("a result");
        assert_eq!((outcome.years, outcome.seed), (3000, 1));
        for option in &outcome.options {
            let expected = mean_of(&headline, "a", &scenario.name, &option.name);
            assert_eq!(option.total.mean.value.to_bits(), expected.to_bits(), "{} {}", scenario.name, option.name);
        }
        assert!(outcome.provenance.config.contains("24000"), "the member's own config");
        let member = outcome.provenance.member.expect("whose it is");
        assert_eq!((member.id.as_str(), &member.plan_hash), ("a", &book.provenance.plan_hash));
        // Every link of the page leads to a file.
        let page = sandbox.read("o/index.html");
        let links: Vec<&str> = page.split(" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let files: Vec<&&str> = links.iter().filter(|link| !link.starts_with('#')).collect();
        assert!(files.iter().any(|link| **link == format!("members/a/{}/report.html", scenario.name)), "{files:?}");
        files.iter().for_each(|link| assert!(sandbox.path(&format!("o/{link}")).is_file(), "{link}"));
        let heaviest = &scenario.costliest().expect("an option").heaviest[0].member;
        assert_eq!(heaviest, "d");
        assert!(sandbox.path(&format!("o/members/d/{}/report.html", scenario.name)).is_file());
        assert!(!page.contains("<b>Beta") && page.contains("&lt;b&gt;Beta"));
    }
    // The years of a member are not those of a run.
    let refused = sandbox.tailcost(&["explain", "o/members/a/article"]).output().expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "{}", super::text(&refused.stderr));
}

#[test]
fn the_same_batch_leaves_the_same_page_and_outcomes() {
    let sandbox = Sandbox::new();
    plan(&sandbox);
    let id = "B/../x";
    let run = |out: &str, threads: &str| {
        let all =
            ["batch", "plan.toml", "--out", out, "--quiet", "--reports", "0", "--outcomes", id, "--threads", threads];
        assert_eq!(sandbox.tailcost(&all).output().expect("it runs").status.code(), Some(3));
    };
    run("one", "1");
    run("two", "1");
    run("three", "2");
    let page = sandbox.read("one/index.html");
    assert!(page == sandbox.read("two/index.html") && page == sandbox.read("three/index.html"));
    let link = page.split("href=\"members/").nth(1).expect("a link").split('"').next().unwrap();
    let outcome = |out: &str| sandbox.read(&format!("{out}/members/{}", link.replace("report.html", "outcome.json")));
    assert_eq!(outcome("one"), outcome("two"));
    assert_eq!(
        sandbox.path("one/members").read_dir().expect("a folder").count(),
        1,
        "no step of an id leads out of the folder"
    );
}

#[test]
fn an_id_that_no_row_has_is_refused_before_any_work() {
    let sandbox = Sandbox::new();
    plan(&sandbox);
    let output = sandbox.tailcost(&["batch", "plan.toml", "--out", "o", "--outcomes", "D"]).output().expect("it runs");
    let said = super::text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no member is called D") && said.contains("did you mean d?"), "{said}");
    assert!(!sandbox.path("o/index.html").exists());
}
