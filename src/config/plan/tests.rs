//! Are plans read as they are written, and are rows that cannot be members told from those that can?

use super::{Plan, load_plan};
use crate::config::{ErrorKind, Source, Value, load};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A plan beside a table, in a folder of its own.
fn plan(table: &[u8], members: &str) -> (tempfile::TempDir, Plan) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("table.csv"), table).unwrap();
    let text = format!(
        "schema = 1\ntitle = \"Test\"\n[members]\nfile = \"table.csv\"\nid = \"id\"\n{members}\n[scenarios]\narticle = \"article\"\n[batch]\nyears = 100\n"
    );
    let path = folder.path().join("plan.toml");
    fs::write(&path, text).unwrap();
    let plan = load_plan(&Source::Path(path), &[]).unwrap_or_else(|error| panic!("{error}"));
    (folder, plan)
}

const VALUES: &str =
    "[members.values]\ninpatient_encounters = \"discharges\"\nreference_hours = \"discharges / per_hour\"";

fn book(overrides: &[&str]) -> Plan {
    let overrides: Vec<String> = overrides.iter().map(|&argument| argument.to_owned()).collect();
    load_plan(&Source::Builtin("book-2018".into()), &overrides).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_reference_book_has_every_hospital() {
    let plan = book(&[]);
    assert_eq!((plan.years, plan.seed, plan.scenarios.len()), (100_000, 2026, 2));
    assert_eq!(
        plan.mapped,
        ["hospital.inpatient_encounters", "hospital.reference_hours", "hospital.payment_per_encounter"]
    );
    let roll = plan.roll().unwrap();
    assert_eq!((roll.members.len(), roll.faults.len()), (3182, 0), "{:?}", roll.faults.first());
    // The first line of the file: 24139 discharges, case-mix index 1.9631.
    let first = &roll.members[0];
    assert_eq!((first.id.as_str(), first.row, first.line), ("330154", 1, Some(2)));
    assert_eq!(first.values, [24_139.0, 24_139.0 / 2.5, 8432.0 * 1.9631]);
    let case = plan.scenario_of(&plan.scenarios[1], first);
    let encounters = case.driver(case.find("hospital.inpatient_encounters").unwrap()).unwrap();
    assert!(matches!(encounters.value, Value::Point(24_139.0)));
}

#[test]
fn a_resolved_plan_resolves_to_itself() {
    let plan = book(&["batch.years=1e3", "members.where=beds>=25,state=NY"]);
    let source = Source::Text { name: "again".into(), text: plan.resolved_toml.clone() };
    let again = load_plan(&source, &[]).unwrap_or_else(|error| panic!("{error}\n{}", plan.resolved_toml));
    assert_eq!(again.resolved_toml, plan.resolved_toml);
    assert_eq!(again.hash, plan.hash);
    assert_eq!(again.roll().unwrap(), plan.roll().unwrap());
    assert!(plan.roll().unwrap().members.len() < 200);
}

#[test]
fn whatever_decides_a_result_is_in_the_hash() {
    let plan = book(&[]);
    assert_eq!(plan.hash, book(&["batch.years=1_00_000"]).hash, "the same plan written otherwise");
    for other in [
        "batch.years=1000",
        "batch.seed=7",
        "batch.shared=[]",
        "members.where=beds>1",
        "members.values.payment_per_encounter=8433 * cmi",
        "scenarios.evidence={ config = \"evidence\", set = [\"simulation.levels=[0.9]\"] }",
    ] {
        assert_ne!(plan.hash, book(&[other]).hash, "{other}");
    }
    let table = "id,discharges,per_hour\na,100,2\n";
    let (_folder, one) = plan_of(table);
    let (_other, two) = plan_of(&table.replace("100", "101"));
    let differing: Vec<String> =
        one.parts().into_iter().zip(two.parts()).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(differing, ["table of members"]);
    assert_ne!(one.hash, two.hash);
}

fn plan_of(table: &str) -> (tempfile::TempDir, Plan) {
    plan(table.as_bytes(), VALUES)
}

/// A member can be run alone: its overrides give the case that the batch runs.
#[test]
fn overrides_make_the_config_the_members_case() {
    let set = "scenarios.article={ config = \"article\", set = [\"simulation.exclude=[\\\"case_mix\\\"]\"] }";
    let plan = book(&[
        set,
        "batch.seed=5",
        "members.values.option.\"Blended 60/40\".transition_cost=-1 * beds / 3",
        "members.values.workforce.offshore.denial_dispersion=beds",
        "members.values.workforce.domestic.breach.penalty.provisions=3",
    ]);
    assert_eq!(plan.mapped.len(), 6, "{:?}", plan.mapped);
    let roll = plan.roll().unwrap();
    for (scenario, member) in plan.scenarios.iter().zip([&roll.members[0], &roll.members[3181]]) {
        let arguments = plan.overrides_of(scenario, member);
        let alone = load(&scenario.source, &arguments).unwrap_or_else(|error| panic!("{error}")).scenario;
        let case = plan.scenario_of(scenario, member);
        assert_eq!(alone.hospital_name, case.hospital_name);
        assert_eq!((alone.simulation.years, alone.simulation.seed), (100_000, 5));
        assert_eq!(alone.simulation.exclude, case.simulation.exclude);
        for id in case.driver_ids() {
            let of = |case: &crate::config::Scenario| case.driver(id).map(|driver| format!("{:?}", driver.value));
            assert_eq!(of(&alone), of(&case), "{}", case.path(id));
        }
    }
}

/// One kind of bad row: what stands in it after `id,`, and what the report must say.
const KINDS: [(&str, &str); 20] = [
    (",2,n", "discharges has nothing"),
    ("12,,n", "per_hour has nothing"),
    ("-5,2,n", "inpatient_encounters = discharges is -5 where discharges is -5, expected a number of 0 or more"),
    ("many,2,n", "discharges has \"many\", expected a finite number"),
    ("\"1,200\",2,n", "discharges has \"1,200\""),
    ("NaN,2,n", "discharges has \"NaN\", expected a finite number"),
    ("inf,2,n", "discharges has \"inf\", expected a finite number"),
    ("1e999,2,n", "discharges has \"1e999\""),
    ("12,2", "the row has 3 cells, expected 4"),
    ("12", "the row has 2 cells, expected 4"),
    ("12,2,n,5", "the row has 5 cells, expected 4"),
    ("12,2,n,", "the row has 5 cells, expected 4"),
    (
        "1e8,2,n",
        "inpatient_encounters = discharges is 100000000 where discharges is 100000000, expected at most 10000000",
    ),
    ("1e6,1e-3,n", "reference_hours = discharges / per_hour is 1000000000 where"),
    (
        "12,0,n",
        "reference_hours = discharges / per_hour is inf where discharges is 12, per_hour is 0, expected a finite number",
    ),
    ("0,0,n", "reference_hours = discharges / per_hour is no number"),
    ("12,\"2,n", "the row has a quote that is not closed"),
    ("12,\"2\"x,n", "characters between a closing quote and the next cell"),
    ("12;2;n", "the row has 2 cells, expected 4"),
    ("1 2,2,n", "discharges has \"1 2\""),
];

#[test]
fn two_hundred_bad_rows_are_each_reported_and_the_rest_kept() {
    let mut table: Vec<u8> = b"\xef\xbb\xbfid,discharges,per_hour,name\n".to_vec();
    // (row, id, what must be said)
    let mut bad: Vec<(u64, String, String)> = Vec::new();
    let mut good = Vec::new();
    let mut row = 0;
    let mut add = |line: &[u8]| {
        table.extend_from_slice(line);
        table.push(b'\n');
        row += 1;
        row
    };
    for round in 0..9 {
        for (kind, (cells, told)) in KINDS.iter().enumerate() {
            let id = format!("bad-{round}-{kind}");
            bad.push((add(format!("{id},{cells}").as_bytes()), id, (*told).to_owned()));
            let id = format!("good-{round}-{kind}");
            let line = match kind % 4 {
                0 => format!("{id},100,2.5,"),
                1 => format!(" {id} , 1e2 ,\"2.5\",\"Saint \"\"M\"\", {kind}\""),
                2 => format!("{id},100,2.5,n\r"),
                _ => format!("{id},1_00,2.5,n").replace('_', ""),
            };
            good.push((add(line.as_bytes()), id));
        }
    }
    let long = "x".repeat(121);
    let twice = ("good-0-0", "column id has \"good-0-0\", which row 2 has too, expected an id of its own");
    for (line, id, told) in [
        (&b",100,2.5,n"[..], "", "column id has nothing, expected an id"),
        (b"   ,100,2.5,n", "", "column id has nothing"),
        (b"\"\",100,2.5,n", "", "column id has nothing"),
        (b"caf\xe9,100,2.5,n", "caf\u{fffd}", "column id has the byte 0xe9, which is no UTF-8"),
        (b"latin,1\xa00,2.5,n", "latin", "column discharges has the byte 0xa0"),
        (b"bell\x07,100,2.5,n", "bell?", "a name of one line without control characters"),
        (b"zero,1\x000,2.5,n", "zero", "column discharges has"),
        (b"zero\x00,100,2.5,n", "zero?", "without control characters"),
        (b"named,100,2.5,a\x1b[31mb", "named", "column name has"),
        (b"good-0-0,100,2.5,n", twice.0, twice.1),
        (b"good-0-0,7,1,other", twice.0, twice.1),
        (b"two,-1,,n", "two", "per_hour has nothing"),
        (b"both,x,y,n", "both", "column discharges has \"x\", expected a finite number; column per_hour has \"y\""),
        (b"\xff\xfe\x00\x01", "\u{fffd}\u{fffd}?\u{1}", "the row has 1 cell, expected 4"),
        (b"#N/A,#N/A,#N/A,#N/A", "#N/A", "column discharges has \"#N/A\""),
        (b"0x10,0x10,2,n", "0x10", "column discharges has \"0x10\""),
        (b"dollar,$100,2,n", "dollar", "column discharges has \"$100\""),
        (b"dash,-,2,n", "dash", "column discharges has \"-\""),
        (b"\"quote,100,2,n", "", "a quote that is not closed"),
    ] {
        let id = id.replace('\u{1}', "?");
        bad.push((add(line), id, told.to_owned()));
    }
    bad.push((
        add(format!("{long},100,2.5,n").as_bytes()),
        format!("{}...", "x".repeat(80)),
        "at most 120 characters".into(),
    ));
    assert_eq!(bad.len(), 200);
    good.push((add(b"last,100,2.5,n"), "last".into()));

    let (folder, plan) = plan(&table, &format!("name = \"name\"\n{VALUES}"));
    let roll = plan.roll().unwrap();
    let members: Vec<(u64, &str)> = roll.members.iter().map(|member| (member.row, member.id.as_str())).collect();
    let expected: Vec<(u64, &str)> = good.iter().map(|(row, id)| (*row, id.as_str())).collect();
    assert_eq!(members, expected);
    assert!(roll.members.iter().all(|member| member.values == [100.0, 40.0]));
    assert_eq!(roll.members[1].name.as_deref(), Some("Saint \"M\", 1"));
    assert_eq!(roll.members[0].name, None);
    assert_eq!(roll.faults.len(), bad.len());
    let file = folder.path().join("table.csv");
    for (fault, (row, id, told)) in roll.faults.iter().zip(&bad) {
        let sentence = fault.in_file(&file.display().to_string());
        assert_eq!((fault.row, &fault.id, fault.line), (*row, id, Some(row + 1)), "{sentence}");
        assert!(fault.message.contains(told), "{sentence}: lacks {told}");
        assert!(sentence.contains(&format!("table.csv: row {row} (line {})", row + 1)), "{sentence}");
        assert!(!sentence.contains('\u{1b}') && !sentence.contains('\0'), "{sentence:?}");
    }
}

#[test]
fn a_filter_leaves_rows_out_and_says_where_it_cannot_compare() {
    let table = "id,discharges,per_hour,beds\na,100,2,30\nb,100,2,few\nc,100,2,10\nd,100,2,\ne,x,2,5\nf,x,2,50\n";
    let (_folder, plan) = plan(table.as_bytes(), &format!("where = [\"beds>=25\", \"discharges!=''\"]\n{VALUES}"));
    let roll = plan.roll().unwrap();
    assert_eq!(roll.members.iter().map(|member| member.id.as_str()).collect::<Vec<_>>(), ["a"]);
    let faults: Vec<(&str, u64)> = roll.faults.iter().map(|fault| (fault.id.as_str(), fault.row)).collect();
    assert_eq!(faults, [("b", 2), ("f", 6)], "what the filter drops is no fault");
    assert!(roll.faults[0].message.contains("column beds has \"few\", expected a finite number to compare with 25"));
}

#[test]
fn a_table_as_a_whole_can_be_wrong() {
    let refused = |table: &str, members: &str| {
        let (_folder, plan) = plan(table.as_bytes(), members);
        plan.roll().expect_err("this table is wrong")
    };
    let none = refused("id,discharges,per_hour\n", VALUES);
    assert!(none.to_string().contains("has column names and no rows") && none.kind() == ErrorKind::Config, "{none}");
    let none = refused("id,discharges,per_hour\na,1,2\n", &format!("where = \"discharges>5\"\n{VALUES}"));
    assert!(none.to_string().contains("keeps none of its 1 rows") && none.kind() == ErrorKind::Config, "{none}");
    let (folder, plan) = plan_of("id,discharges,per_hour\na,1,2\n");
    fs::write(folder.path().join("table.csv"), "id,discharges,per_hour\na,1,3\n").unwrap();
    let changed = plan.roll().unwrap_err();
    assert!(changed.to_string().contains("changed while"), "{changed}");
    fs::remove_file(folder.path().join("table.csv")).unwrap();
    assert!(plan.roll().is_err());
}

/// Where every row is at fault, there are no members, and that is for the batch to say.
#[test]
fn a_table_of_faults_alone_is_a_roll() {
    let (_folder, plan) = plan_of("id,discharges,per_hour\na,x,2\n");
    let roll = plan.roll().unwrap();
    assert_eq!((roll.members.len(), roll.faults.len()), (0, 1));
}

#[test]
fn parquet_is_read_as_well() {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    let schema = "message t { optional binary id (UTF8); optional double discharges; required double per_hour; }";
    let schema = std::sync::Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, schema, std::sync::Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let ids: Vec<ByteArray> = [&b"a"[..], b"b", b"\xff", b"d"].iter().map(|id| ByteArray::from(id.to_vec())).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&ids, Some(&[1, 1, 1, 0, 1]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[100.0, 7.0, 7.0, f64::NAN], Some(&[1, 0, 1, 1, 1]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[2.0; 5], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let (_folder, plan) = plan(&bytes, VALUES);
    let roll = plan.roll().unwrap();
    assert_eq!(roll.members.len(), 1);
    let mut told = String::new();
    for fault in &roll.faults {
        let _ = writeln!(told, "{}", fault.in_file("t"));
    }
    for line in [
        "row 2, member \"b\": column discharges has nothing",
        "row 3: column id has the byte 0xff",
        "row 4: column id has nothing",
        "row 5, member \"d\": column discharges has \"NaN\"",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn what_is_shared_can_be_refused_where_it_stands() {
    let plan = book(&[]);
    let error = plan.shared_refused(1, "no workforce has this table", Some("workforce.offshore.regulation"));
    let (message, position) = error.messages().remove(0);
    assert!(message.contains("batch.shared[2] is \"workforce.offshore.regulation\": no workforce"), "{message}");
    let position = position.unwrap();
    let text = crate::config::plan_text_of("book-2018").unwrap();
    let line = text.lines().nth(position.line - 1).unwrap();
    assert!(line[position.column - 1..].starts_with("\"workforce.offshore.regulation\""), "{line}");
    assert!(error.to_string().contains("1 error in the plan"));
}

/// Plans that were damaged at random: a refusal or a plan, and never a panic.
#[test]
fn damaged_plans_do_not_panic() {
    let text = crate::config::plan_text_of("book-2018").unwrap().replace("data/cms", "configs/data/cms");
    let mut state = 20_261_208u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit.max(1)
    };
    let scraps = ["\"absent\"", "nan", "-inf", "{", "]", "=", "[batch]", "\"", "é", "1e400", "(", ".", "\n", "'", "*"];
    let mut accepted = 0;
    for _ in 0..300 {
        let mut text = text.clone();
        for _ in 0..1 + below(3) {
            let boundaries: Vec<usize> = text.char_indices().map(|(index, _)| index).collect();
            let start = below(boundaries.len());
            let end = (start + below(8)).min(boundaries.len() - 1);
            let scrap = if below(2) == 0 { scraps[below(scraps.len())] } else { "" };
            text.replace_range(boundaries[start.min(end)]..boundaries[end], scrap);
        }
        match load_plan(&Source::Text { name: "damaged".into(), text }, &[]) {
            Ok(_) => accepted += 1,
            Err(errors) => assert!(errors.count() > 0 && !errors.to_string().is_empty()),
        }
    }
    assert!(accepted > 10, "damage to texts alone is harmless: {accepted}");
    assert!(Path::new("configs/data/cms_hospital_profiles_2018.csv").exists());
}
