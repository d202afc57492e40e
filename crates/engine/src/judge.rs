//! Who scores a group of calls: a trained model, or the scorecard where none is loaded.

use std::sync::Arc;

use crate::features::{self, NAMES, Row};
use crate::origin::{Facts, Surroundings};
use crate::scorecard;
use crate::trees::Model;

/// What a probability is made of: (fact, points), the heaviest first. Points are log-odds and add up.
pub type Points = Vec<(&'static str, f32)>;

/// Points that are too few to tell.
const NOTHING: f32 = 0.005;

/// Scores groups of calls.
#[derive(Clone, Default)]
pub enum Judge {
    /// Points for facts, by judgement.
    #[default]
    Scorecard,
    /// What was learnt.
    Model(Arc<Model>),
}

impl Judge {
    /// Name under which answers show who scored.
    #[must_use]
    pub fn method(&self) -> &str {
        match self {
            Self::Scorecard => scorecard::METHOD,
            Self::Model(model) => model.version(),
        }
    }

    /// Probability that one origin rotates the A-numbers of a group.
    #[must_use]
    pub fn probability(&self, facts: &Facts, around: &Surroundings) -> f64 {
        match self {
            Self::Scorecard => scorecard::probability(facts, around),
            Self::Model(model) => model.probability(&features::row(facts, around)),
        }
    }

    /// The row of a group, the probability and what that is made of; `base` is what there is before anything is known.
    #[must_use]
    pub fn explained(&self, facts: &Facts, around: &Surroundings) -> (Row, f64, Points) {
        let row = features::row(facts, around);
        let (probability, mut points) = match self {
            Self::Scorecard => (scorecard::probability(facts, around), scorecard::points(facts, around)),
            Self::Model(model) => (model.probability(&row), contributions(model, &row)),
        };
        points.retain(|(_, points)| points.abs() >= NOTHING);
        points.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()));
        (row, probability, points)
    }
}

fn contributions(model: &Model, row: &Row) -> Points {
    let mut parts = [0.0; features::COUNT];
    model.contributions(row, |feature, part| parts[feature] += part);
    let told = NAMES.into_iter().zip(parts);
    std::iter::once(("base", model.base() as f32)).chain(told).collect()
}
