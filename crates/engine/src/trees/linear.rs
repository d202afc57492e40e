//! A linear model: the plain baseline that the trees are held against.

use serde::Deserialize;

use super::bounded::Bounded;
use super::fault::ModelFault;
use super::features::MAX_FEATURES;
use super::{LARGEST, is_sane};

/// Furthest from 0 that the value of a feature lies.
const WIDEST: f64 = f32::MAX as f64;

/// The member `linear` of a model file; each list has a value a feature.
#[derive(Debug, Deserialize)]
pub(super) struct LinearFile {
    intercept: f64,
    weights: Bounded<f64, MAX_FEATURES>,
    fill: Bounded<f64, MAX_FEATURES>,
    center: Bounded<f64, MAX_FEATURES>,
    scale: Bounded<f64, MAX_FEATURES>,
}

#[derive(Debug)]
struct Term {
    /// Weight over scale.
    factor: f64,
    center: f64,
    /// Stands in for a value that is missing.
    fill: f64,
}

impl Term {
    /// What the value adds to the margin, within bounds. A value that is not finite counts as missing.
    fn part(&self, value: f32) -> f64 {
        let value = if value.is_finite() { f64::from(value) } else { self.fill };
        (self.factor * (value - self.center)).clamp(-LARGEST, LARGEST)
    }
}

#[derive(Debug)]
pub(super) struct Linear {
    intercept: f64,
    terms: Vec<Term>,
}

impl Linear {
    pub(super) fn read(file: &LinearFile, columns: usize) -> Result<Self, ModelFault> {
        let lists = [&file.weights.0, &file.fill.0, &file.center.0, &file.scale.0];
        if lists.iter().any(|list| list.len() != columns) {
            let wanted = format!("weights, fill, center and scale must hold {columns} values, one a feature");
            return Err(ModelFault::invalid(wanted));
        }
        let terms: Vec<Term> = (0..columns)
            .map(|column| Term {
                factor: file.weights.0[column] / file.scale.0[column],
                center: file.center.0[column],
                fill: file.fill.0[column],
            })
            .collect();
        let is_sound = |term: &Term| {
            term.factor.is_finite() && [term.center, term.fill].iter().all(|at| at.abs() <= WIDEST)
        };
        if !(is_sane(file.intercept) && terms.iter().all(is_sound)) {
            return Err(ModelFault::invalid("a number of the linear model is out of range"));
        }
        Ok(Self { intercept: file.intercept, terms })
    }

    pub(super) fn margin(&self, row: &[f32]) -> f32 {
        let parts = self.terms.iter().zip(row).map(|(term, value)| term.part(*value));
        (self.intercept + parts.sum::<f64>()) as f32
    }

    /// The margin of a row whose every value is its feature's center.
    pub(super) fn base(&self) -> f64 {
        self.intercept
    }

    pub(super) fn contributions(&self, row: &[f32], mut give: impl FnMut(usize, f64)) {
        for (column, (term, value)) in self.terms.iter().zip(row).enumerate() {
            give(column, term.part(*value));
        }
    }
}
