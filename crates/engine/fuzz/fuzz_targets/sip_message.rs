#![no_main]
use ringfence_core::sip::{Message, calls::Context, stats::SipStats, summary};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = summary(data);
    let Ok(message) = Message::parse(data) else { return };
    SipStats::new().observe(&message, Some(([0; 4], 1).into()).zip(Some(([0; 4], 2).into())));
    let _ = Context::new().event(&message, 0, [127, 0, 0, 1].into());
});
