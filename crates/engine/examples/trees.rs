//! Nanoseconds per row of a model file: `cargo run --release --example trees MODEL`.

use std::hint::black_box;
use std::time::Instant;

use ringfence_core::trees::Model;

const ROWS: usize = 100_000;

#[derive(serde::Deserialize)]
struct Names {
    features: Vec<String>,
}

fn main() {
    let Some(file) = std::env::args().nth(1) else { return eprintln!("usage: trees MODEL") };
    match std::fs::read(&file).map_err(|error| error.to_string()).and_then(|json| run(&json)) {
        Ok(()) => {}
        Err(error) => eprintln!("{file}: {error}"),
    }
}

fn run(json: &[u8]) -> Result<(), String> {
    let names: Names = sonic_rs::from_slice(json).map_err(|error| error.to_string())?;
    let features: Vec<&str> = names.features.iter().map(String::as_str).collect();
    let start = Instant::now();
    let model = Model::read(json, &features).map_err(|fault| fault.detail)?;
    println!("{}: read in {:.1} ms", model.version(), start.elapsed().as_secs_f64() * 1e3);
    let rows = rows(features.len());
    for _ in 0..3 {
        let probability = each(&rows, |row| {
            black_box(model.probability(row));
        });
        let contributions = each(&rows, |row| {
            model.contributions(row, |feature, part| {
                black_box((feature, part));
            });
        });
        println!("probability {probability:.0} ns, contributions {contributions:.0} ns a row");
    }
    Ok(())
}

/// Values from -2 to 2, one in ten missing.
fn rows(columns: usize) -> Vec<Vec<f32>> {
    let mut state = 1_u64;
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = (state >> 40) as f32 / (1 << 24) as f32;
        if drawn < 0.1 { f32::NAN } else { (drawn - 0.1) / 0.9 * 4.0 - 2.0 }
    };
    (0..ROWS).map(|_| (0..columns).map(|_| value()).collect()).collect()
}

fn each(rows: &[Vec<f32>], mut work: impl FnMut(&[f32])) -> f64 {
    let start = Instant::now();
    rows.iter().for_each(|row| work(row));
    start.elapsed().as_nanos() as f64 / rows.len() as f64
}
