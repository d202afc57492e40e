#![no_main]
use ringfence_core::capture::{SipCapture, sniff};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(mut capture) = SipCapture::new(sniff(data)) else { return };
    data.chunks(97).for_each(|part| capture.feed(part, &mut |_| ()));
    capture.finish(&mut |_| ());
});
