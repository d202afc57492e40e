#![no_main]
use ringfence_core::trees::Model;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(model) = Model::read(data, &["callers", "span"]) else { return };
    for row in [[0.0, 1.0], [f32::NAN, f32::INFINITY]] {
        assert!((0.0..=1.0).contains(&model.probability(&row)));
        model.contributions(&row, |_, part| assert!(part.is_finite()));
    }
});
