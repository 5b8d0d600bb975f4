//! Does every example that `--help` shows of the verbs for data and judgement run?

use super::{PROGRAM, Sandbox};

/// A verb's examples as its help shows them, without the program's name, as words.
fn examples(help: &str) -> Vec<Vec<String>> {
    let lines =
        help.lines().skip_while(|line| line.trim() != "Examples:").skip(1).take_while(|line| !line.trim().is_empty());
    let (mut examples, mut open) = (Vec::new(), false);
    for line in lines {
        let (text, goes_on) = line.trim().strip_suffix('\\').map_or((line.trim(), false), |text| (text, true));
        match examples.last_mut() {
            Some(last) if open => *last = format!("{last} {text}"),
            _ => examples.push(text.to_owned()),
        }
        open = goes_on;
    }
    assert!(examples.iter().all(|example| example.starts_with("tailcost ")), "wrapped by the terminal: {examples:?}");
    examples.iter().map(|example| words(example).split_off(1)).collect()
}

/// Splits as a shell does that knows single and double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut is_open) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => word.push(c),
            (None, '\'' | '"') => (quote, is_open) = (Some(c), true),
            (None, ' ') => {
                if is_open {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            (None, _) => {
                word.push(c);
                is_open = true;
            }
        }
    }
    if is_open {
        words.push(word);
    }
    words
}

#[test]
fn every_example_runs() {
    const VERBS: [(&str, usize); 13] = [
        ("batch", 3),
        ("breakeven", 4),
        ("compare", 4),
        ("dependence", 3),
        ("document", 3),
        ("elicit", 3),
        ("explain", 5),
        ("fit", 4),
        ("merge", 4),
        ("sensitivity", 3),
        ("stress", 3),
        ("uncertainty", 3),
        ("voi", 3),
    ];
    for (verb, least) in VERBS {
        let sandbox = Sandbox::new();
        // Examples name files as they lie in the repository.
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
        #[cfg(unix)]
        std::os::unix::fs::symlink(data, sandbox.path("configs")).unwrap();
        // And results and a config as a user may have them.
        sandbox.write("my-hospital.toml", "extends = \"article\"\n[workforce.offshore]\nrate = 30\n");
        for (out, seed) in
            [("outputs/before", "1"), ("outputs/after", "1"), ("outputs/last-year", "3"), ("outputs/RUN", "4")]
        {
            sandbox.succeeds(&[
                "run",
                "article",
                "--years",
                "2000",
                "--seed",
                seed,
                "--out",
                out,
                "--no-charts",
                "--quiet",
            ]);
        }
        let help = sandbox.succeeds(&[verb, "--help"]);
        let examples = examples(&help);
        assert!(examples.len() >= least, "{verb}: {help}");
        for example in examples {
            let status =
                std::process::Command::new(PROGRAM).args(&example).current_dir(sandbox.folder.path()).output().unwrap();
            assert!(status.status.success(), "{example:?}: {}", String::from_utf8_lossy(&status.stderr));
        }
    }
}
