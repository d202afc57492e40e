//! Reads lines `region<TAB>number` and writes `normal form<TAB>validity` for each.
//!
//! `printf 'IN\t09876543210\n' | cargo run --release --example normalise`

use ringfence_core::numbers::{Normaliser, Region};
use std::io::{self, BufRead, BufWriter, Write};

fn main() -> io::Result<()> {
    let mut normaliser = Normaliser::new(0);
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let read = line.split_once('\t').and_then(|(region, raw)| Some((Region::parse(region)?, raw)));
        let Some((region, raw)) = read else {
            writeln!(out, "no region and number in this line\t-")?;
            continue;
        };
        let normal = normaliser.normalise(raw, region);
        let text = normal.text.as_deref().unwrap_or_default();
        let validity = normaliser.validity(normal.number).as_str();
        writeln!(out, "{}\t{validity}", normal.number.display(text))?;
    }
    out.flush()
}
