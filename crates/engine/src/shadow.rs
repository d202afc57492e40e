//! A second judge beside the live one: what it makes of an alert's calls. Nothing follows from it.
//!
//! It groups the calls by itself. A group that the live judge takes out of the others would leave it with groups that
//! it never meets once it is the live one.

use crate::crowd::Crowd;
use crate::judge::Judge;

/// Who judges in the shadow, and from which probability on a group is found.
#[derive(Clone)]
pub struct Understudy {
    /// Who scores.
    pub judge: Judge,
    /// As [`crate::engine::Config::suspect`].
    pub suspect: f64,
}

/// One alert as the second judge sees it.
pub struct Shadow {
    /// Its groups of the alert's calls.
    pub crowd: Crowd,
    /// Highest probability of any of them so far.
    pub probability: f64,
    /// Hashes of the Call-IDs whose score or level has risen since that was last told.
    pub risen: Vec<u64>,
}

/// What is new of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShadowView {
    /// Who scored: `scorecard`, or a model's version.
    pub method: Box<str>,
    /// Highest probability of its clusters so far.
    pub probability: f64,
    /// Call-IDs whose score rose, and up to which threshold they are suspect, as [`crate::levels`] has it.
    pub scores: Vec<(Box<str>, f64)>,
}

impl Shadow {
    /// Nobody yet.
    #[must_use]
    pub fn new(crowd: Crowd) -> Self {
        Self { crowd, probability: 0.0, risen: Vec::new() }
    }
}
