//! Why a model file is refused.

use std::fmt;

use crate::entries::cut;

/// Bytes of a name that a sentence repeats.
const MAX_NAME: usize = 64;
/// Bytes of a parser's own words that a sentence repeats.
const MAX_WORDS: usize = 200;

/// Why a model file was refused: a stable code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFault {
    /// For programs: `model_too_large`, `model_invalid`, `model_unsupported` or `model_features`.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl ModelFault {
    /// The file contradicts itself or can't be read.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self { code: "model_invalid", detail: detail.into() }
    }

    /// The file is sound, and of a kind that the engine does not evaluate.
    pub(super) fn unsupported(detail: impl Into<String>) -> Self {
        Self { code: "model_unsupported", detail: detail.into() }
    }

    /// What the parser says, in one line.
    pub(super) fn unreadable(error: &sonic_rs::Error) -> Self {
        let text = error.to_string();
        let words = text.lines().next().unwrap_or("not JSON").replace(" at line 1 column ", " at column ");
        Self::invalid(format!("the file holds no masking model: {}", cut(&words, MAX_WORDS)))
    }
}

impl fmt::Display for ModelFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail)
    }
}

impl std::error::Error for ModelFault {}

/// A text of the file as a sentence may repeat it: quoted, cut, without control characters.
pub(super) fn quoted(name: &str) -> String {
    format!("{:?}", cut(name, MAX_NAME))
}
