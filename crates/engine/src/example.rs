//! What a model learns from: every group of calls as it was judged, and whose calls they were.
//!
//! The rows are those that the score is given, taken down while it is; nothing is worked out a second time.

use crate::features::Row;

/// Callers up to which a group is taken down at each new one; beyond, eight times while they double.
const EACH: u32 = 10;

/// A group of calls as it was judged at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The alert.
    pub alert_id: String,
    /// The called number.
    pub b_number: String,
    /// Begin of the call that it was judged for.
    pub at: i64,
    /// What the score was given.
    pub row: Row,
    /// Call-IDs of the group's calls, in order of begin.
    pub calls: Vec<Box<str>>,
}

/// Whether a group of so many callers is taken down: with every new caller would be much of the same.
#[must_use]
pub fn is_worth_keeping(callers: u32) -> bool {
    callers <= EACH || callers.is_multiple_of(callers / 8)
}
