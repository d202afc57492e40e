#![no_main]
use ringfence_core::batch::{EventBatch, Intake};
use ringfence_core::engine::{Config, Engine, Receipt};
use ringfence_core::{ndjson, numbers::Region};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let config = Config { max_keys: 64, max_calls: 256, ..Config::default() };
    let mut engine = Engine::new(config, Intake::new(Region::parse("IN").expect("a region"), []));
    let mut batch = EventBatch::default();
    ndjson::read_lines(data, &mut engine.intake, &mut batch);
    engine.judge(&batch, Receipt::Stream(i64::MAX / 2));
    engine.finish();
});
