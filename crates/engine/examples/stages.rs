//! Nanoseconds per event of each stage, over a file of NDJSON events: `cargo run --release --example stages FILE`.

use std::time::{Duration, Instant};

use ringfence_core::batch::{EventBatch, Intake};
use ringfence_core::engine::{Config, Engine, Receipt};
use ringfence_core::ndjson;
use ringfence_core::numbers::Region;

const SLICE: usize = 64 << 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(file) = arguments.first() else { return eprintln!("usage: stages FILE [plain]") };
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return eprintln!("{file}: {error}"),
    };
    for _ in 0..3 {
        run(&bytes, arguments.get(1).is_none());
    }
}

fn run(bytes: &[u8], features: bool) {
    let Some(region) = Region::parse("IN") else { return };
    let mut engine = Engine::new(Config { features, ..Config::default() }, Intake::new(region, []));
    let (mut decoding, mut judging, mut telling) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let (mut events, mut changes, mut rest) = (0, 0, bytes);
    let mut slices = 0;
    let mut batch = EventBatch::default();
    while !rest.is_empty() {
        let end = rest[..rest.len().min(SLICE)]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(rest.len(), |at| at + 1);
        let (slice, after) = rest.split_at(end);
        rest = after;
        let start = Instant::now();
        batch = EventBatch::default();
        ndjson::read_lines(slice, &mut engine.intake, &mut batch);
        batch.seal();
        let decoded = Instant::now();
        let now = batch.events().last().map_or(0, |seen| seen.at);
        engine.judge(&batch, Receipt::At(now));
        let judged = Instant::now();
        slices += 1;
        if slices % 16 == 0 {
            changes += engine.take_changes().len();
        }
        decoding += decoded - start;
        judging += judged - decoded;
        telling += judged.elapsed();
        events += batch.events().len();
    }
    let each = |time: Duration| time.as_nanos() as f64 / events as f64;
    println!(
        "{events} events, {changes} changes: decode {:.0} ns, judge {:.0} ns, tell {:.0} ns",
        each(decoding),
        each(judging),
        each(telling)
    );
    let _ = batch;
}
