//! The engine behind a lock: batches are decoded and judged without the interpreter's lock, in slices.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ringfence_core::batch::{self, Intake, Refusal, Trunk};
use ringfence_core::engine::{self as core, Config, Outcome, Receipt};
use ringfence_core::judge::Judge;
use ringfence_core::ndjson;
use ringfence_core::numbers::{ListName, Region};
use ringfence_core::shadow::Understudy;
use ringfence_core::snapshot::{File, Writer};

use crate::model::Model;
use crate::views::{AlertChange, Batch, Decision, Example, Hit, Metrics, Usual, changes};

/// Bytes of a batch judged under one hold of the lock, so that a single event never waits long.
const SLICE: usize = 64 << 10;

/// Bytes of the memory that are handed over at a time.
const PIECE: usize = 256 << 10;

/// Longest window, hold, lateness and metrics window.
const MAX_DURATION: i64 = 7 * 86_400 * core::SECOND;
/// Most records that the indexes hold.
const MAX_RECORDS: usize = 1 << 28;

#[pyclass(frozen, module = "ringfence_engine")]
pub struct Engine(Mutex<core::Engine>);

#[pyclass(frozen, module = "ringfence_engine")]
pub struct EventBatch(batch::EventBatch);

#[pymethods]
impl EventBatch {
    fn __len__(&self) -> usize {
        self.0.events().len()
    }
}

/// Of a trunk: region, whether its network's word is believed, addresses of its peers, whether its calls come from
/// other countries.
type TrunkFacts = (Option<String>, bool, Vec<String>, bool);

fn refused(refusal: &Refusal) -> PyErr {
    PyValueError::new_err((refusal.code, refusal.detail.clone()))
}

fn region(code: &str) -> PyResult<Region> {
    let detail = || format!("'{code}' is no two-letter region with a numbering plan");
    Region::parse(code).ok_or_else(|| PyValueError::new_err(("region_invalid", detail())))
}

impl Engine {
    /// The engine; a panic while it was held has left whole records, so that it goes on.
    pub fn lock(&self) -> MutexGuard<'_, core::Engine> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn ingest_slices(&self, lines: &[u8], now: i64) -> Outcome {
        let mut total = Outcome::default();
        let mut rest = lines;
        let mut batch = batch::EventBatch::default();
        while !rest.is_empty() {
            let end = slice_end(rest);
            let (slice, after) = rest.split_at(end);
            rest = after;
            let mut engine = self.lock();
            ndjson::read_lines(slice, &mut engine.intake, &mut batch);
            batch.seal();
            let outcome = engine.judge(&batch, Receipt::At(now));
            drop(engine);
            total.accepted += outcome.accepted;
            total.late += outcome.late;
            total.refuse(std::mem::take(&mut batch.refused), batch.rejected());
            total.refuse(outcome.refused, outcome.rejected);
            batch.clear();
            total.hits.extend(outcome.hits);
        }
        total.changes = self.lock().take_changes();
        total
    }
}

#[pyfunction]
pub fn read_all_plans(py: Python<'_>) {
    py.detach(ringfence_core::numbers::read_all_plans);
}

/// End of the last whole line within a slice, or of the first line.
fn slice_end(rest: &[u8]) -> usize {
    if rest.len() <= SLICE {
        return rest.len();
    }
    match rest[..SLICE].iter().rposition(|byte| *byte == b'\n') {
        Some(end) => end + 1,
        None => {
            rest[SLICE..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| SLICE + end + 1)
        }
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, window=5_000_000_000, threshold=5, hold=60_000_000_000, lateness=2_000_000_000,
        metrics_window=300_000_000_000, features=true, max_keys=1_048_576, max_calls=4_194_304,
        suspect=0.7, region="IN", trunks=None, record=false, mobile_cli=false))]
    #[allow(
        clippy::too_many_arguments,
        clippy::type_complexity,
        reason = "keyword arguments of a Python constructor"
    )]
    fn new(
        window: i64,
        threshold: u32,
        hold: i64,
        lateness: i64,
        metrics_window: i64,
        features: bool,
        max_keys: usize,
        max_calls: usize,
        suspect: f64,
        region: &str,
        trunks: Option<HashMap<String, TrunkFacts>>,
        record: bool,
        mobile_cli: bool,
    ) -> PyResult<Self> {
        if window <= 0 || threshold == 0 || hold < 0 || lateness < 0 || metrics_window <= 0 || max_keys == 0 {
            let detail = "window, threshold, metrics_window and max_keys must be positive";
            return Err(PyValueError::new_err(("config_invalid", detail)));
        }
        let longest = window.max(hold).max(lateness).max(metrics_window);
        if longest > MAX_DURATION || max_keys > MAX_RECORDS || max_calls > MAX_RECORDS {
            let detail = "durations reach at most 7 days; max_keys and max_calls 2^28";
            return Err(PyValueError::new_err(("config_invalid", detail)));
        }
        let config = Config {
            window,
            threshold,
            hold,
            lateness,
            metrics_window,
            features,
            max_keys,
            max_calls: max_calls.max(1),
            suspect,
            record,
            mobile_cli,
        };
        let trunks = trunks
            .unwrap_or_default()
            .into_iter()
            .map(|(name, (code, trusted, addresses, international))| {
                let region = code.map(|code| self::region(&code)).transpose()?;
                Ok((name, Trunk { region, trusted, international, addresses }))
            })
            .collect::<PyResult<Vec<_>>>()?;
        let intake = Intake::new(self::region(region)?, trunks);
        Ok(Self(Mutex::new(core::Engine::new(config, intake))))
    }

    fn ingest(&self, py: Python<'_>, lines: &[u8], now: i64) -> PyResult<Batch> {
        let outcome = py.detach(|| self.ingest_slices(lines, now));
        Batch::of(py, outcome)
    }

    fn ingest_one(&self, py: Python<'_>, body: &[u8], now: i64) -> PyResult<Decision> {
        let mut engine = self.lock();
        let mut batch = batch::EventBatch::default();
        ndjson::read_event(body, &mut engine.intake, &mut batch).map_err(|refusal| refused(&refusal))?;
        let [seen] = batch.events() else {
            return Err(PyValueError::new_err(("json_invalid", "one event was expected")));
        };
        let (outcome, call) = engine.judge_one(&batch, seen, now);
        if let Some((_, refusal)) = outcome.refused.first() {
            return Err(refused(refusal));
        }
        let standing = match call {
            Some(call) => engine.standing(call, now),
            None => engine.standing_of(&batch, seen, now),
        };
        drop(engine);
        let hits = outcome.hits.into_iter().map(|hit| Py::new(py, Hit::of(hit))).collect::<PyResult<_>>()?;
        Ok(Decision::of(standing, outcome.late > 0, changes(py, outcome.changes)?, hits))
    }

    fn decode(&self, py: Python<'_>, lines: &[u8]) -> EventBatch {
        py.detach(|| {
            let mut batch = batch::EventBatch::default();
            ndjson::read_lines(lines, &mut self.lock().intake, &mut batch);
            batch.seal();
            EventBatch(batch)
        })
    }

    fn process(&self, py: Python<'_>, batch: &EventBatch, now: i64) -> PyResult<Batch> {
        let outcome = py.detach(|| {
            let mut engine = self.lock();
            let mut outcome = engine.judge(&batch.0, Receipt::At(now));
            outcome.refuse(batch.0.refused.iter().cloned(), batch.0.rejected());
            outcome.changes = engine.take_changes();
            outcome
        });
        Batch::of(py, outcome)
    }

    #[pyo3(signature = (a_number, b_number, *, trunk="", now))]
    fn judge(&self, a_number: &str, b_number: &str, trunk: &str, now: i64) -> Decision {
        let standing = self.lock().judge_call(a_number, b_number, trunk, now);
        Decision::of(standing, false, Vec::new(), Vec::new())
    }

    fn advance(&self, py: Python<'_>, now: i64) -> PyResult<Vec<Py<AlertChange>>> {
        let changed = py.detach(|| self.lock().advance(now));
        changes(py, changed)
    }

    fn metrics(&self, py: Python<'_>, b_number: &str, now: i64) -> Metrics {
        let (shown, metrics) = py.detach(|| self.lock().metrics(b_number, now));
        Metrics::of(shown, &metrics)
    }

    fn reset(&self, b_number: &str) -> bool {
        self.lock().reset(b_number)
    }

    #[pyo3(signature = (number, trunk=""))]
    fn normalise(&self, number: &str, trunk: &str) -> String {
        let mut engine = self.lock();
        let normal = engine.intake.number(number, trunk);
        normal.number.display(normal.text.as_deref().unwrap_or(""))
    }

    #[pyo3(signature = (number, trunk=""))]
    fn number_validity(&self, number: &str, trunk: &str) -> &'static str {
        let mut engine = self.lock();
        let number = engine.intake.number(number, trunk).number;
        engine.intake.validity(number).as_str()
    }

    fn set_list(&self, name: &str, value: &str) -> PyResult<()> {
        let list = list(name)?;
        let mut engine = self.lock();
        let core::Engine { intake, lists, .. } = &mut *engine;
        intake
            .list(lists, list, value)
            .map_err(|error| PyValueError::new_err(("list_entry_invalid", error.to_string())))
    }

    fn unset_list(&self, name: &str, value: &str) -> PyResult<bool> {
        let list = list(name)?;
        let mut engine = self.lock();
        let core::Engine { intake, lists, .. } = &mut *engine;
        Ok(intake.unlist(lists, list, value))
    }

    #[pyo3(signature = (model))]
    fn set_model(&self, model: Option<&Model>) {
        self.lock().use_judge(judge(model));
    }

    #[pyo3(signature = (model, *, suspect))]
    fn set_shadow(&self, model: Option<&Model>, suspect: f64) {
        self.lock().use_understudy(Understudy { judge: judge(model), suspect });
    }

    fn set_thresholds(&self, thresholds: Vec<f64>) {
        self.lock().use_thresholds(thresholds);
    }

    fn take_examples(&self, py: Python<'_>) -> PyResult<Vec<Py<Example>>> {
        let examples = self.lock().take_examples();
        examples.into_iter().map(|example| Py::new(py, Example::of(example))).collect()
    }

    fn usual(&self, b_number: &str) -> Option<Usual> {
        self.lock().usual(b_number).map(Usual::of)
    }

    fn memory<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyBytes>> {
        let file = py.detach(|| {
            let (mut file, mut writer) = (File::default(), Writer::default());
            // Calls go on between the parts, each of which takes well under a millisecond.
            let parts = self.lock().memory_parts();
            for part in parts {
                self.lock().write_part(part, &mut writer);
                file.append(&writer);
                writer.clear();
            }
            file.finish()
        });
        let piece = |bytes| {
            let piece = PyBytes::new(py, bytes);
            // Whoever waits for the interpreter goes first.
            py.detach(std::thread::yield_now);
            piece
        };
        file.chunks(PIECE).map(piece).collect()
    }

    fn restore(&self, py: Python<'_>, file: &[u8]) -> PyResult<()> {
        let restored = py.detach(|| self.lock().restore(file));
        restored.map_err(|fault| PyValueError::new_err((fault.code, fault.detail)))
    }

    fn counters(&self) -> HashMap<&'static str, u64> {
        self.lock().counters().into_iter().collect()
    }
}

fn judge(model: Option<&Model>) -> Judge {
    model.map_or(Judge::Scorecard, |model| Judge::Model(Arc::clone(&model.0)))
}

fn list(name: &str) -> PyResult<ListName> {
    let detail = || format!("'{name}' is none of allow_b, allow_trunk, allow_a, deny_a, watch_a");
    ListName::parse(name).ok_or_else(|| PyValueError::new_err(("list_unknown", detail())))
}
