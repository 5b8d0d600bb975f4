//! Which pages does the browser look at?

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Years of a case: enough for every section.
const YEARS: &str = "50_000";

/// Pages in a folder below `target`, made anew once for all tests.
pub struct Pages {
    folder: PathBuf,
}

/// What other verbs find; each is attached to its run.
const WHOLE: [&[&str]; 6] = [
    &["sensitivity", "--of", "mean difference of Offshore", "--years", "4_096"],
    &["breakeven", "--vary", "workforce.offshore.rate", "--until", "mean difference = 0", "--years", "4_096"],
    &["breakeven", "--vary", "workforce.offshore.case_mix_drift", "--until", "mean difference = 0", "--years", "4_096"],
    &["voi", "--years", "16_384"],
    &["uncertainty", "--outer", "40", "--years", "2_000", "--quiet"],
    &["stress", "--return-period", "200", "--years", "20_000"],
];

/// The same of the hostile case.
const HOSTILE: [&[&str]; 5] = [
    &["sensitivity", "--years", "2_000"],
    &["breakeven", "--vary", HOSTILE_DRIVER, "--until", "mean difference = 0", "--years", "2_000"],
    &["voi", "--years", "2_000"],
    &["uncertainty", "--outer", "30", "--guesses", "0.25", "--years", "2_000", "--quiet"],
    &["stress", "--return-period", "100", "--years", "2_000"],
];
const HOSTILE_DRIVER: &str = "workforce.staff<script>window.owned=1</script><img src=x onerror=window.owned=2>.rate";

/// Limits that are kept, broken and, with so few years, in doubt.
const APPETITE: &str = r#"
[appetite]
lines = [
  { measure = "tvar@0.99", of = "Offshore", limit = 120_000_000, name = "Board tolerance" },
  { measure = "var@0.99", limit = 15_000_000, name = "Stop-loss" },
  { measure = "mean", of = "Domestic", limit = 2_528_000, name = "Budget" },
  { measure = "costs more", of = "Offshore", limit = 0.2, name = "Savings promise" },
]
"#;

/// What runs if any text of a config is taken for markup.
const PAYLOAD: &str =
    "</title></script><script>window.owned=1</script><img src=x onerror=window.owned=2>'`<svg onload=window.owned=3>";

/// Every text that a config can hold, hostile. Names are at most 120 characters long.
fn hostile() -> String {
    let text = |prefix: &str| format!("{:?}", format!("{prefix}{PAYLOAD}"));
    let name = |prefix: &str| {
        format!("{:?}", format!("{prefix}<script>window.owned=1</script><img src=x onerror=window.owned=2>"))
    };
    format!(
        "schema = 1\ntitle = {title}\nanalysis = {analysis}\n[hospital]\nname = {hospital}\ninpatient_encounters = 1000\n\
         reference_hours = 400\nhours_per_coder = {{ value = 1920, source = {source} }}\n[workforce.{workforce}]\n\
         rate = {{ dist = \"normal\", mean = {{ dist = \"normal\", mean = 60, sd = 1, source = {source} }}, sd = 2, source = {source}, biography = {{ method = {source}, experts = [{source}] }} }}\n\
         [workforce.other]\nrate = {{ dist = \"normal\", mean = 58, sd = 6, source = \"guess\" }}\n\
         [[option]]\nname = {first}\nmix = {{ {workforce} = 1.0 }}\n[[option]]\nname = {second}\nmix = {{ other = 1.0 }}\n\
         [appetite]\nlines = [{{ measure = \"mean\", limit = 24_000, name = {limit} }}]\n\
         [stress.{stress}]\ndescription = {what}\nworkforce.other.rate = 90\n",
        title = name("title"),
        analysis = text("analysis"),
        hospital = name("hospital"),
        source = text("guess "),
        workforce = name("staff"),
        first = name("a"),
        second = name("b"),
        limit = name("limit"),
        stress = name("dear"),
        what = text("what if "),
    )
}

impl Pages {
    pub fn made() -> &'static Self {
        static PAGES: OnceLock<Pages> = OnceLock::new();
        PAGES.get_or_init(Self::render)
    }

    fn render() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let pages = Self { folder };
        pages.write("article.toml", &format!("schema = 1\nextends = \"article\"\n{APPETITE}"));
        let stress = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/stress.toml");
        pages.write("whole.toml", &format!("schema = 1\nextends = {:?}\n{APPETITE}", stress.display().to_string()));
        pages.write("hostile.toml", &hostile());
        for (name, config) in [
            ("article", "article.toml"),
            ("evidence", "evidence"),
            ("hfma", "hfma-2018"),
            ("whole", "whole.toml"),
            ("hostile", "hostile.toml"),
        ] {
            pages.tailcost(&[
                "run",
                config,
                "--years",
                YEARS,
                "--out",
                name,
                "--report",
                "--no-charts",
                "--keep",
                "none",
                "--quiet",
            ]);
        }
        pages.attach("whole", &WHOLE);
        pages.attach("hostile", &HOSTILE);
        let page = std::fs::read_to_string(pages.path("hostile")).expect("a page");
        let (before, rest) = page.split_once("<meta http-equiv").expect("a policy");
        let (_, after) = rest.split_once('>').expect("an end");
        std::fs::create_dir(pages.folder.join("hostile-without-policy")).expect("a folder");
        pages.write("hostile-without-policy/report.html", &format!("{before}{after}"));
        pages
    }

    /// Asks, joins the answers and the stories of bad years to the run, and renders its page again.
    fn attach(&self, name: &str, questions: &[&[&str]]) {
        let config = format!("{name}.toml");
        for question in questions {
            self.tailcost(&[&[question[0], config.as_str()], &question[1..], &["--attach", name]].concat());
        }
        self.tailcost(&["explain", name, "--return-period", "1000", "--attach"]);
        self.tailcost(&["report", name]);
    }

    fn tailcost(&self, arguments: &[&str]) {
        let output = Command::new(env!("CARGO_BIN_EXE_tailcost"))
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .expect("the program");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("writing below a temporary folder");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name).join("report.html")
    }

    /// Every page by its name.
    pub fn all(&self) -> [(&'static str, PathBuf); 5] {
        ["article", "evidence", "hfma", "whole", "hostile"].map(|name| (name, self.path(name)))
    }
}
