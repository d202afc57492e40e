//! What the engine is told to watch for, and the words in which it answers.

use crate::attack::AlertChange;
use crate::batch::Refusal;
use crate::numbers::{Line, ListName};

/// A second in nanoseconds.
pub const SECOND: i64 = 1_000_000_000;
/// Refused lines that are told one by one.
pub const MOST_REFUSED: usize = 100;
/// What the engine watches for; durations in nanoseconds.
#[derive(Clone, Debug)]
pub struct Config {
    /// W: how far back the window reaches.
    pub window: i64,
    /// N: distinct A-numbers in the window that open an alert.
    pub threshold: u32,
    /// How long an alert stays open after the window fell below N; no less than `lateness`, since a late call could
    /// otherwise put an alert before one that has been told.
    pub hold: i64,
    /// How late an event may come and still count.
    pub lateness: i64,
    /// How far back call statistics reach.
    pub metrics_window: i64,
    /// Whether origin clusters and call statistics are kept.
    pub features: bool,
    /// Most B-numbers held.
    pub max_keys: usize,
    /// Most calls remembered.
    pub max_calls: usize,
    /// Probability from which a group of calls is taken for one origin.
    pub suspect: f64,
    /// Whether every group that is judged is taken down, for a model to learn from.
    pub record: bool,
    /// Whether international calls with mobile numbers of the home country are told, too.
    pub mobile_cli: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            window: 5 * SECOND,
            threshold: 5,
            hold: 60 * SECOND,
            lateness: 2 * SECOND,
            metrics_window: 300 * SECOND,
            features: true,
            max_keys: 1 << 20,
            max_calls: 1 << 22,
            suspect: 0.7,
            record: false,
            mobile_cli: false,
        }
    }
}

impl Config {
    /// How long the calls of a B-number stay linked to it.
    pub(super) fn reach(&self) -> i64 {
        let window = self.window.saturating_add(self.lateness);
        if self.features { window.max(self.metrics_window) } else { window }
    }

    /// Callers and called numbers that are remembered.
    pub(super) fn callers(&self) -> usize {
        if self.features { self.max_keys } else { 0 }
    }

    /// B-numbers of which it is known what is usual.
    pub(super) fn baselines(&self) -> usize {
        self.callers() / 8
    }
}

/// Running counts since the engine was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events judged.
    pub accepted: u64,
    /// Events beyond the bound on lateness.
    pub late: u64,
    /// Calls whose CDR fed the statistics but came too late for the window.
    pub past_window: u64,
    /// Events refused for their timestamp.
    pub refused: u64,
    /// Calls begun.
    pub calls: u64,
    /// INVITEs of a call that was known.
    pub duplicates: u64,
    /// Events of calls whose begin was not seen.
    pub unmatched: u64,
    /// Alerts opened.
    pub alerts: u64,
    /// Alerts dropped at a cap while they were open.
    pub shed_alerts: u64,
    /// International calls with fixed-line numbers of the home country.
    pub local_cli: u64,
    /// International calls with other numbers of the home country, as roamers have.
    pub local_mobile_cli: u64,
}

/// What one call by itself can give away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Its A-number is on the deny or the watch list.
    Listed(ListName),
    /// It came over an international trunk with a number of the home country, of such a line.
    LocalCli(Line),
}

impl Rule {
    /// As the Python side names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed(list) => list.as_str(),
            Self::LocalCli(Line::Fixed) => "local_cli",
            Self::LocalCli(Line::Mobile) => "local_mobile_cli",
        }
    }
}

/// A call that meets a rule by itself and that no allow list exempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule.
    pub rule: Rule,
    /// The entry, where it is listed.
    pub value: String,
    /// SIP Call-ID.
    pub call_id: String,
    /// The calling number.
    pub a_number: String,
    /// The called number.
    pub b_number: String,
    /// Trunk.
    pub trunk: String,
    /// Event time.
    pub at: i64,
    /// Instant of the call's end, where a CDR told it.
    pub ended_at: Option<i64>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Events judged.
    pub accepted: u64,
    /// Events too late to count.
    pub late: u64,
    /// Lines refused, as far as they are told one by one, with their numbers.
    pub refused: Vec<(u64, Refusal)>,
    /// Lines refused.
    pub rejected: u64,
    /// Alerts that changed, each once.
    pub changes: Vec<AlertChange>,
    /// Calls that meet a rule by themselves.
    pub hits: Vec<Hit>,
}

impl Outcome {
    /// Adds refused lines: some of them as told, and how many they are in all.
    pub fn refuse(&mut self, refused: impl IntoIterator<Item = (u64, Refusal)>, rejected: u64) {
        self.rejected += rejected;
        self.refused.extend(refused);
        if self.refused.len() > MOST_REFUSED {
            self.refused.sort_by_key(|(line, _)| *line);
            self.refused.truncate(MOST_REFUSED);
        }
    }
}

/// By what clock a batch is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// All of it was received at this instant.
    At(i64),
    /// Each event is received as the stream reaches it; none is over a minute ahead of this instant.
    Stream(i64),
}
