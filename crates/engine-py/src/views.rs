//! What the engine tells, as read-only Python objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pyo3::prelude::*;
use ringfence_core::attack::{self, ChangeKind};
use ringfence_core::baseline::Baseline;
use ringfence_core::engine::{self, Outcome, Standing};
use ringfence_core::{example, shadow, tally};

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Metrics {
    b_number: String,
    seizures: u32,
    answered: u32,
    asr: f64,
    ner: f64,
    aloc: f64,
    overlap_ratio: f64,
    calls_in_progress: u32,
    distinct_callers: u32,
    calls_per_second: f64,
    short_call_ratio: f64,
    window_seconds: f64,
}

impl Metrics {
    pub fn of(b_number: String, metrics: &tally::Metrics) -> Self {
        Self {
            b_number,
            seizures: metrics.seizures,
            answered: metrics.answered,
            asr: metrics.asr,
            ner: metrics.ner,
            aloc: metrics.aloc,
            overlap_ratio: metrics.overlap_ratio,
            calls_in_progress: metrics.calls_in_progress,
            distinct_callers: metrics.distinct_callers,
            calls_per_second: metrics.calls_per_second,
            short_call_ratio: metrics.short_call_ratio,
            window_seconds: metrics.window_seconds,
        }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Usual {
    callers: f32,
    windows: u32,
    bursts: f32,
}

impl Usual {
    pub fn of(usual: Baseline) -> Self {
        let Baseline { callers, windows, bursts } = usual;
        Self { callers, windows, bursts }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct AlertCall {
    call_id: String,
    a_number: String,
    trunk: String,
    begun_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    named_at: i64,
    score: f64,
    steps: Vec<(f64, i64)>,
    allowed: bool,
}

impl AlertCall {
    fn of(call: &attack::AlertCall) -> Self {
        Self {
            call_id: call.call_id.to_string(),
            a_number: call.a_number.to_string(),
            trunk: call.trunk.to_string(),
            begun_at: call.begun_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            named_at: call.named_at,
            score: call.score,
            steps: call.steps.all().to_vec(),
            allowed: call.allowed,
        }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Cluster {
    callers: u32,
    calls: u32,
    span: i64,
    trunk: String,
    source_ip: String,
    sdp_origin: String,
    user_agent: String,
    foreign: bool,
    sequential: u32,
    neighbours: u32,
    invalid: u32,
    anonymous: u32,
    attested: u32,
    unattested: u32,
    answered: u32,
    gave_up: u32,
    evenness: f64,
    probability: f64,
    points: Vec<(String, f64)>,
    row: Vec<f32>,
}

impl Cluster {
    fn of(view: &attack::ClusterView) -> Self {
        let facts = &view.facts;
        let [trunk, source_ip, sdp_origin, user_agent] = view.shared.each_ref().map(ToString::to_string);
        Self {
            callers: facts.callers,
            calls: facts.calls,
            span: facts.span,
            trunk,
            source_ip,
            sdp_origin,
            user_agent,
            foreign: facts.foreign,
            sequential: facts.sequential,
            neighbours: facts.neighbours,
            invalid: facts.invalid,
            anonymous: facts.anonymous,
            attested: facts.attested,
            unattested: facts.unattested,
            answered: facts.answered,
            gave_up: facts.gave_up,
            evenness: f64::from(facts.evenness),
            probability: view.probability,
            points: view
                .points
                .iter()
                .map(|(fact, points)| ((*fact).to_owned(), f64::from(*points)))
                .collect(),
            row: view.row.to_vec(),
        }
    }
}

/// A group of calls as it was judged; the row as little-endian 32-bit floats.
#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Example {
    alert_id: String,
    b_number: String,
    at: i64,
    row: Cow<'static, [u8]>,
    calls: Vec<String>,
}

impl Example {
    pub fn of(example: example::Example) -> Self {
        Self {
            alert_id: example.alert_id,
            b_number: example.b_number,
            at: example.at,
            row: example.row.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into(),
            calls: example.calls.into_iter().map(String::from).collect(),
        }
    }
}

/// Wraps the engine's own change; lists become Python objects only where they are asked for.
#[pyclass(frozen, module = "ringfence_engine")]
pub struct AlertChange(pub attack::AlertChange);

#[pymethods]
impl AlertChange {
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0.kind {
            ChangeKind::Opened => "opened",
            ChangeKind::Updated => "updated",
            ChangeKind::Closed => "closed",
        }
    }
    #[getter]
    fn alert_id(&self) -> &str {
        &self.0.alert_id
    }
    #[getter]
    fn b_number(&self) -> &str {
        &self.0.b_number
    }
    #[getter]
    fn at(&self) -> i64 {
        self.0.at
    }
    #[getter]
    fn opened_at(&self) -> i64 {
        self.0.opened_at
    }
    #[getter]
    fn last_seen_at(&self) -> i64 {
        self.0.last_seen_at
    }
    #[getter]
    fn closed_at(&self) -> Option<i64> {
        self.0.closed_at
    }
    #[getter]
    fn distinct_callers(&self) -> u32 {
        self.0.distinct_callers
    }
    #[getter]
    fn total_callers(&self) -> u64 {
        self.0.total_callers
    }
    #[getter]
    fn total_calls(&self) -> u64 {
        self.0.total_calls
    }
    #[getter]
    fn probability(&self) -> f64 {
        self.0.probability
    }
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }
    #[getter]
    fn calls(&self) -> Vec<AlertCall> {
        self.0.calls.iter().map(AlertCall::of).collect()
    }
    #[getter]
    fn left(&self) -> Vec<String> {
        self.0.left.iter().map(ToString::to_string).collect()
    }
    #[getter]
    fn clusters(&self) -> Vec<Cluster> {
        self.0.clusters.iter().map(Cluster::of).collect()
    }
    #[getter]
    fn metrics(&self) -> Metrics {
        Metrics::of(self.0.b_number.clone(), &self.0.metrics)
    }
    #[getter]
    fn allowed(&self) -> bool {
        self.0.allowed
    }
    #[getter]
    fn shadow(&self) -> Option<Shadow> {
        self.0.shadow.as_ref().map(Shadow::of)
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Shadow {
    method: String,
    probability: f64,
    scores: Vec<(String, f64)>,
}

impl Shadow {
    fn of(view: &shadow::ShadowView) -> Self {
        Self {
            method: view.method.to_string(),
            probability: view.probability,
            scores: view.scores.iter().map(|(call_id, score)| (call_id.to_string(), *score)).collect(),
        }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
#[derive(Clone)]
pub struct Hit {
    rule: &'static str,
    value: String,
    call_id: String,
    a_number: String,
    b_number: String,
    trunk: String,
    at: i64,
    ended_at: Option<i64>,
}

impl Hit {
    pub fn of(hit: engine::Hit) -> Self {
        Self {
            rule: hit.rule.as_str(),
            value: hit.value,
            call_id: hit.call_id,
            a_number: hit.a_number,
            b_number: hit.b_number,
            trunk: hit.trunk,
            at: hit.at,
            ended_at: hit.ended_at,
        }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Batch {
    accepted: u64,
    rejected: u64,
    late: u64,
    errors: Vec<(u64, String, String)>,
    changes: Vec<Py<AlertChange>>,
    hits: Vec<Py<Hit>>,
}

impl Batch {
    pub fn of(py: Python<'_>, outcome: Outcome) -> PyResult<Self> {
        let rejected = outcome.rejected;
        let mut refused = outcome.refused;
        refused.sort_by_key(|(line, _)| *line);
        let errors = refused.into_iter();
        Ok(Self {
            accepted: outcome.accepted,
            late: outcome.late,
            rejected,
            errors: errors.map(|(line, refusal)| (line, refusal.code.to_owned(), refusal.detail)).collect(),
            changes: changes(py, outcome.changes)?,
            hits: outcome.hits.into_iter().map(|hit| Py::new(py, Hit::of(hit))).collect::<PyResult<_>>()?,
        })
    }
}

/// Changes as Python objects.
pub fn changes(py: Python<'_>, changes: Vec<attack::AlertChange>) -> PyResult<Vec<Py<AlertChange>>> {
    changes.into_iter().map(|change| Py::new(py, AlertChange(change))).collect()
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct Decision {
    status: &'static str,
    call_id: Option<String>,
    a_number: String,
    b_number: String,
    trunk: String,
    distinct_callers: u32,
    allowed: bool,
    member: bool,
    alert_id: Option<String>,
    probability: f64,
    score: f64,
    level: f64,
    changes: Vec<Py<AlertChange>>,
    hits: Vec<Py<Hit>>,
}

impl Decision {
    pub fn of(standing: Standing, late: bool, changes: Vec<Py<AlertChange>>, hits: Vec<Py<Hit>>) -> Self {
        Self {
            status: if late { "late" } else { "accepted" },
            call_id: standing.call_id,
            a_number: standing.a_number,
            b_number: standing.b_number,
            trunk: standing.trunk,
            distinct_callers: standing.distinct_callers,
            allowed: standing.allowed,
            member: standing.member,
            alert_id: standing.alert_id,
            probability: standing.probability,
            score: standing.score,
            level: standing.level,
            changes,
            hits,
        }
    }
}

#[pyclass(frozen, get_all, module = "ringfence_engine")]
pub struct SipSummary {
    pub messages: u64,
    pub methods: BTreeMap<String, u64>,
    pub resends: u64,
    pub call_ids: u64,
    pub events: u64,
    pub calls: u64,
    pub late: u64,
    pub past_window: u64,
    pub malformed: BTreeMap<String, u64>,
}
