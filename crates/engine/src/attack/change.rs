//! What is told of an alert: how it stands, and the calls of it that are new or stand otherwise than they did.

use crate::features::Row;
use crate::judge::Points;
use crate::levels::Steps;
use crate::origin::{Cluster, Facts};
use crate::shadow::ShadowView;
use crate::tally::Metrics;

/// A call that an alert names.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertCall {
    /// SIP Call-ID.
    pub call_id: Box<str>,
    /// The calling number as people read it.
    pub a_number: Box<str>,
    /// Trunk.
    pub trunk: Box<str>,
    /// Instant of its begin.
    pub begun_at: i64,
    /// Instant of the answer.
    pub answered_at: Option<i64>,
    /// Instant of its end, `None` while it is up.
    pub ended_at: Option<i64>,
    /// Event time at which the alert named it; equal to `begun_at` just where that was as it began.
    pub named_at: i64,
    /// Highest probability of any cluster it was in.
    pub score: f64,
    /// Up to which thresholds it is suspect, and the event times since when; equal to `begun_at` as above.
    pub steps: Steps,
    /// An allow list exempts it.
    pub allowed: bool,
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is told for the first time.
    Opened,
    /// It goes on.
    Updated,
    /// It is over.
    Closed,
}

/// A cluster as it is shown: what its calls share, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterView {
    /// What its calls share, in numbers.
    pub facts: Facts,
    /// See [`Cluster::row`].
    pub row: Row,
    /// The shared trunk, source address, SDP origin and agent; empty where they differ.
    pub shared: [Box<str>; 4],
    /// See [`Cluster::probability`].
    pub probability: f64,
    /// What the probability is made of.
    pub points: Points,
}

/// An alert as it stands and what is new since its last change.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertChange {
    /// What happened.
    pub kind: ChangeKind,
    /// Deterministic from B-number, opening time and caller.
    pub alert_id: String,
    /// The called number.
    pub b_number: String,
    /// Event time of the change.
    pub at: i64,
    /// Instant at which the window came to the threshold.
    pub opened_at: i64,
    /// Begin of the newest call that it names.
    pub last_seen_at: i64,
    /// Instant at which it closed.
    pub closed_at: Option<i64>,
    /// Peak of the window.
    pub distinct_callers: u32,
    /// Distinct A-numbers named.
    pub total_callers: u64,
    /// Calls named.
    pub total_calls: u64,
    /// Highest probability of its clusters so far.
    pub probability: f64,
    /// Calls that are new, or whose score or state changed.
    pub calls: Vec<AlertCall>,
    /// Calls told earlier that belong to a later alert, as only time could tell.
    pub left: Vec<Box<str>>,
    /// Origin clusters of its newest calls,
    pub clusters: Vec<ClusterView>,
    /// and who scored them: `scorecard`, or a model's version.
    pub method: Box<str>,
    /// Statistics of the B-number.
    pub metrics: Metrics,
    /// The B-number is on the allow list.
    pub allowed: bool,
    /// What a second judge makes of it.
    pub shadow: Option<ShadowView>,
}

impl ClusterView {
    /// A cluster whose calls share these texts.
    pub(super) fn new(cluster: &Cluster, shared: [Box<str>; 4]) -> Self {
        Self {
            facts: cluster.facts.clone(),
            row: cluster.row,
            shared,
            probability: cluster.probability,
            points: cluster.points.clone(),
        }
    }
}
