//! What did the breaches that hospitals reported from 2019 to 2024 probably cost?
//!
//! `cargo run --release --example breach-costs` reads `configs/data/hhs_ocr_breaches_trim.csv` and writes
//! `configs/data/hhs_breach_costs.csv`, the data of the built-in case `hhs-breaches`.
//!
//! Cost from records by the regression of Jacobs 2014, `ln cost = 7.68 + 0.76 ln records`, residual standard deviation 0.523,
//! in the dollars of its time: no inflation is applied. Each breach gets one residual. The residuals are the normal
//! quantiles of a Weyl sequence in the order of the file (multiples of the golden ratio), which covers the normal law evenly
//! and needs no seed. 500 and 501 records are what reporters enter when they do not know: those breaches are dropped.

use std::error::Error;
use std::path::Path;
use tailcost::numerics::Probability;
use tailcost::numerics::elementary::{exp, ln};
use tailcost::numerics::special::normal_quantile;

const INTERCEPT: f64 = 7.68;
const SLOPE: f64 = 0.76;
const RESIDUAL_SD: f64 = 0.523;
const YEARS: std::ops::RangeInclusive<u32> = 2019..=2024;
const PLACEHOLDERS: [u64; 2] = [500, 501];
/// 2^64 divided by the golden ratio: the multiples of no other number spread more evenly.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/data");
    let mut reader = csv::Reader::from_path(folder.join("hhs_ocr_breaches_trim.csv"))?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name).ok_or(format!("no column {name}"));
    let (date, affected) = (column("date")?, column("affected")?);
    let mut costs = String::from("cost_usd\n");
    let mut drawn: u64 = 0;
    for record in reader.records() {
        let record = record?;
        let year: u32 = record[date].get(..4).ok_or("a date is shorter than its year")?.parse()?;
        let records: u64 = record[affected].parse()?;
        if !YEARS.contains(&year) || PLACEHOLDERS.contains(&records) || records == 0 {
            continue;
        }
        drawn += 1;
        let residual = normal_quantile(Probability::from_bits(drawn.wrapping_mul(GOLDEN)));
        let cost = exp(INTERCEPT + SLOPE * ln(records as f64) + RESIDUAL_SD * residual);
        costs.push_str(&format!("{cost:.0}\n"));
    }
    std::fs::write(folder.join("hhs_breach_costs.csv"), costs)?;
    println!("{drawn} breaches");
    Ok(())
}
