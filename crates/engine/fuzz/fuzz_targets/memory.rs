#![no_main]
use ringfence_core::batch::{EventBatch, Intake};
use ringfence_core::engine::{Config, Engine, Receipt};
use ringfence_core::ndjson;
use ringfence_core::numbers::Region;
use ringfence_core::snapshot::{File, Writer};

const CALL: &[u8] = br#"{"event_type":"INVITE","timestamp":1768000000,"a_number":"+12025550101","b_number":"+12125550100","trunk":"north"}"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let intake = Intake::new(Region::parse("US").unwrap(), []);
    let mut engine = Engine::new(Config { max_keys: 1_024, ..Config::default() }, intake);
    let mut values = Writer::default();
    // Past the mark, the digest and the probe, which no chance would find.
    values.put(engine.intake.names().secret());
    values.put(engine.intake.names().probe());
    data.iter().for_each(|byte| values.put(*byte));
    let mut file = File::default();
    file.append(&values);
    if engine.restore(&file.finish()).is_ok() {
        let mut batch = EventBatch::default();
        ndjson::read_lines(CALL, &mut engine.intake, &mut batch);
        engine.judge(&batch, Receipt::At(1_768_000_000_000_000_000));
    }
    assert!(engine.restore(data).is_err());
});
