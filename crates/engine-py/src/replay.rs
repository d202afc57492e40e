//! Files of bytes, and single SIP messages.

use std::collections::HashMap;
use std::sync::Mutex;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use ringfence_core::engine::{Counters, Outcome};
use ringfence_core::replay::{self as core, UnknownKind};
use ringfence_core::sip;

use crate::engine::Engine;
use crate::views::{Batch, SipSummary};

#[pyclass(frozen, module = "ringfence_engine")]
pub struct Replay {
    engine: Py<Engine>,
    inner: Mutex<core::Replay>,
    before: Counters,
}

impl Replay {
    fn run(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut core::Replay, &mut ringfence_core::engine::Engine) -> Result<Outcome, UnknownKind>
        + Send,
    ) -> PyResult<Batch> {
        let engine = self.engine.get();
        let outcome = py.detach(|| {
            let mut inner = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            work(&mut inner, &mut engine.lock())
        });
        let detail = "neither NDJSON events, nor a capture (pcap, pcapng), nor SIP messages as text";
        Batch::of(py, outcome.map_err(|UnknownKind| PyValueError::new_err(("unknown_kind", detail)))?)
    }
}

#[pymethods]
impl Replay {
    #[new]
    #[pyo3(signature = (engine, *, sort=false, now))]
    fn new(engine: Py<Engine>, sort: bool, now: i64) -> Self {
        let before = engine.get().lock().counts();
        Self { engine, inner: Mutex::new(core::Replay::new(sort, now)), before }
    }

    fn feed(&self, py: Python<'_>, data: &[u8]) -> PyResult<Batch> {
        self.run(py, |replay, engine| replay.feed(engine, data))
    }

    fn close(&self, py: Python<'_>) -> PyResult<Batch> {
        self.run(py, |replay, engine| replay.close(engine))
    }

    fn finish(&self, py: Python<'_>) -> PyResult<Batch> {
        self.run(py, |replay, engine| Ok(replay.finish(engine)))
    }

    fn summary(&self) -> SipSummary {
        let summary = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner).summary();
        let now = self.engine.get().lock().counts();
        SipSummary {
            messages: summary.messages,
            methods: summary.methods,
            resends: summary.resends,
            call_ids: summary.call_ids,
            events: summary.events,
            calls: now.calls - self.before.calls,
            late: now.late - self.before.late,
            past_window: now.past_window - self.before.past_window,
            malformed: summary.malformed,
        }
    }
}

#[pyfunction]
pub fn parse_sip(raw: &[u8]) -> HashMap<&'static str, Option<String>> {
    let summary = sip::summary(raw);
    HashMap::from([
        ("method", summary.method),
        ("call_id", summary.call_id),
        ("from_uri", summary.from_uri),
        ("to_uri", summary.to_uri),
        ("cli", summary.cli),
        ("p_asserted_identity", summary.p_asserted_identity),
        ("error", summary.error.map(str::to_owned)),
    ])
}
