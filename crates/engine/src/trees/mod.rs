//! A trained model: read from its file, held to the engine's features, evaluated on rows of them.
//!
//! The file is one JSON object: format, version, feature names, calibration, and either XGBoost's own JSON (`booster`)
//! or a linear model (`linear`). Whatever a file holds, reading it ends in a model or in a [`ModelFault`], within
//! bounded time and memory, and no row can make a model panic or answer anything but a probability.

mod booster;
mod bounded;
mod fault;
mod features;
mod forest;
mod linear;
#[cfg(test)]
mod tests;
mod tree;

use serde::Deserialize;

pub use fault::ModelFault;

use crate::ndjson::{MAX_DEPTH, is_deep};
use booster::Booster;
use bounded::Bounded;
use fault::quoted;
use features::MAX_FEATURES;
use forest::Forest;
use linear::{Linear, LinearFile};

/// Most bytes of a model file.
pub const MAX_FILE: usize = 16 << 20;
const FORMAT: &str = "ringfence-masking-model";
const FORMAT_VERSION: u64 = 1;
/// Most bytes of a model's version.
const MAX_VERSION: usize = 100;
/// Beyond it a number is no log-odds of anything, and sums of such numbers could overflow.
const LARGEST: f64 = 1e6;

/// Whether a leaf, weight or offset is a number to reckon with.
fn is_sane(number: f64) -> bool {
    number.abs() <= LARGEST
}

/// What tells a model file from another.
#[derive(Deserialize)]
struct Head {
    format: String,
    format_version: u64,
}

#[derive(Deserialize)]
struct File {
    version: String,
    features: Bounded<String, MAX_FEATURES>,
    calibration: Calibration,
    booster: Option<Booster>,
    linear: Option<LinearFile>,
}

/// Turns a margin into the log-odds that probabilities are told from.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Calibration {
    slope: f64,
    intercept: f64,
}

#[derive(Debug)]
enum Scorer {
    Forest(Forest),
    Linear(Linear),
}

/// A model that scores rows of features.
#[derive(Debug)]
pub struct Model {
    version: String,
    features: Vec<String>,
    calibration: Calibration,
    scorer: Scorer,
}

impl Model {
    /// Reads a model file for an engine that computes these features.
    ///
    /// # Errors
    ///
    /// The file is too large, can't be read, is of a kind that is not evaluated, or knows other features.
    pub fn read(json: &[u8], features: &[&str]) -> Result<Self, ModelFault> {
        hold_safe(json)?;
        hold_format(&sonic_rs::from_slice(json).map_err(|error| ModelFault::unreadable(&error))?)?;
        let file: File = sonic_rs::from_slice(json).map_err(|error| ModelFault::unreadable(&error))?;
        if file.version.is_empty() || file.version.len() > MAX_VERSION {
            return Err(ModelFault::invalid(format!("the model's version has 1 to {MAX_VERSION} bytes")));
        }
        let calibration = file.calibration;
        if !(calibration.slope > 0.0 && is_sane(calibration.slope) && is_sane(calibration.intercept)) {
            return Err(ModelFault::invalid(
                "the calibration's slope is not over 0, or a number is out of range",
            ));
        }
        features::hold_equal(&file.features.0, features)?;
        let scorer = match (file.booster, file.linear) {
            (Some(booster), None) => Scorer::Forest(booster.forest(&file.features.0)?),
            (None, Some(linear)) => Scorer::Linear(Linear::read(&linear, features.len())?),
            _ => return Err(ModelFault::invalid("a model has either a booster or a linear part")),
        };
        Ok(Self { version: file.version, features: file.features.0, calibration, scorer })
    }

    /// The name that its file gives it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Names of its columns, in their order.
    #[must_use]
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// The score as it was trained, before calibration. A missing value is NaN.
    ///
    /// # Panics
    ///
    /// Where the row has not a value for each feature.
    #[must_use]
    pub fn margin(&self, row: &[f32]) -> f32 {
        assert_eq!(row.len(), self.features.len(), "a row has a value for each feature");
        match &self.scorer {
            Scorer::Forest(forest) => forest.margin(row),
            Scorer::Linear(linear) => linear.margin(row),
        }
    }

    /// The calibrated probability.
    ///
    /// # Panics
    ///
    /// As [`Self::margin`].
    #[must_use]
    pub fn probability(&self, row: &[f32]) -> f64 {
        let odds = self.calibration.slope * f64::from(self.margin(row)) + self.calibration.intercept;
        1.0 / (1.0 + (-odds).exp())
    }

    /// The calibrated log-odds to expect of a row of which nothing is known.
    #[must_use]
    pub fn base(&self) -> f64 {
        let base = match &self.scorer {
            Scorer::Forest(forest) => forest.base(),
            Scorer::Linear(linear) => linear.base(),
        };
        self.calibration.slope * base + self.calibration.intercept
    }

    /// Gives what moves the row's calibrated log-odds away from [`Self::base`]: a feature and by how much.
    ///
    /// A feature is given once for every split of it that the row passes; the receiver adds up. Base and all of them
    /// together are the calibrated log-odds.
    ///
    /// # Panics
    ///
    /// As [`Self::margin`].
    pub fn contributions(&self, row: &[f32], mut give: impl FnMut(usize, f32)) {
        assert_eq!(row.len(), self.features.len(), "a row has a value for each feature");
        let give = |feature, part: f64| give(feature, (part * self.calibration.slope) as f32);
        match &self.scorer {
            Scorer::Forest(forest) => forest.contributions(row, give),
            Scorer::Linear(linear) => linear.contributions(row, give),
        }
    }
}

/// Refuses what is too large or nested too deep for the parser, which recurses.
fn hold_safe(json: &[u8]) -> Result<(), ModelFault> {
    if json.len() > MAX_FILE {
        let detail = format!("the file has {} bytes; a model has at most {MAX_FILE}", json.len());
        return Err(ModelFault { code: "model_too_large", detail });
    }
    if is_deep(json) {
        return Err(ModelFault::invalid(format!("the file is nested over {MAX_DEPTH} levels deep")));
    }
    Ok(())
}

fn hold_format(head: &Head) -> Result<(), ModelFault> {
    if head.format != FORMAT {
        let detail = format!("the file's format is {}, not \"{FORMAT}\"", quoted(&head.format));
        return Err(ModelFault::invalid(detail));
    }
    if head.format_version != FORMAT_VERSION {
        let version = head.format_version;
        let detail = format!("the file has format version {version}; this engine reads {FORMAT_VERSION}");
        return Err(ModelFault::unsupported(detail));
    }
    Ok(())
}
