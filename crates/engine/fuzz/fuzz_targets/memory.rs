#![no_main]
use std::fmt::Write as _;
use std::sync::LazyLock;

use ringfence_core::batch::{EventBatch, Intake};
use ringfence_core::engine::{Config, Engine, Receipt};
use ringfence_core::ndjson;
use ringfence_core::numbers::Region;
use ringfence_core::snapshot::{File, Writer};

const BEGUN: i64 = 1_768_000_000;
const SECOND: i64 = 1_000_000_000;

/// A burst over one trunk, judged by all that was learnt; its calls are far enough apart to be learnt from as well.
static BURST: LazyLock<String> = LazyLock::new(|| {
    (0..10).fold(String::new(), |mut lines, n| {
        let _ = writeln!(
            lines,
            r#"{{"event_type":"INVITE","timestamp":{}.{},"a_number":"+1202555010{n}","b_number":"+12125550100","trunk":"north","source_ip":"192.0.2.1"}}"#,
            BEGUN + n / 2,
            n % 2 * 5,
        );
        lines
    })
});

fn engine() -> Engine {
    let config = Config { max_keys: 1_024, max_calls: 1_024, ..Config::default() };
    Engine::new(config, Intake::new(Region::parse("US").expect("a region"), []))
}

fn file(values: &Writer) -> Vec<u8> {
    let mut file = File::default();
    file.append(values);
    file.finish()
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut restored = engine();
    let mut values = Writer::default();
    // Past the mark, the digest and the probe, which no chance would find.
    values.put(restored.intake.names().secret());
    values.put(restored.intake.names().probe());
    data.iter().for_each(|byte| values.put(*byte));
    if restored.restore(&file(&values)).is_ok() {
        let mut batch = EventBatch::default();
        ndjson::read_lines(BURST.as_bytes(), &mut restored.intake, &mut batch);
        restored.judge(&batch, Receipt::At((BEGUN + 5) * SECOND));
        restored.advance((BEGUN + 100) * SECOND);
        let mut kept = Writer::default();
        restored.memory_parts().into_iter().for_each(|part| restored.write_part(part, &mut kept));
        engine().restore(&file(&kept)).expect("what an engine writes, an engine reads");
    }
    assert!(restored.restore(data).is_err());
});
