//! XGBoost's own JSON, as `Booster.save_raw("json")` of XGBoost 2 and 3 writes it, made into a [`Forest`].

use serde::Deserialize;

use super::bounded::Bounded;
use super::fault::{ModelFault, quoted};
use super::features::MAX_FEATURES;
use super::forest::Forest;
use super::is_sane;
use super::tree::{Tree, plant};

/// Most trees of a model.
pub(super) const MAX_TREES: usize = 10_000;
/// Oldest and newest version of XGBoost whose files are known.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;

/// The member `booster` of a model file.
#[derive(Debug, Deserialize)]
pub(super) struct Booster {
    version: Bounded<u32, 3>,
    learner: Learner,
}

#[derive(Debug, Deserialize)]
struct Learner {
    #[serde(default)]
    feature_names: Option<Bounded<String, MAX_FEATURES>>,
    gradient_booster: GradientBooster,
    learner_model_param: LearnerParam,
    objective: Named,
}

#[derive(Debug, Deserialize)]
struct GradientBooster {
    name: String,
    /// Other boosters keep theirs elsewhere.
    model: Option<TreeModel>,
}

#[derive(Debug, Deserialize)]
struct TreeModel {
    gbtree_model_param: Option<TreeCount>,
    trees: Option<Bounded<Tree, MAX_TREES>>,
}

#[derive(Debug, Deserialize)]
struct TreeCount {
    num_trees: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

/// Numbers as texts, as XGBoost writes its parameters.
#[derive(Debug, Deserialize)]
struct LearnerParam {
    base_score: String,
    num_class: String,
    num_feature: String,
    #[serde(default)]
    num_target: Option<String>,
}

impl Booster {
    /// The trees of a model of these features.
    pub(super) fn forest(&self, features: &[String]) -> Result<Forest, ModelFault> {
        self.hold_kind()?;
        self.hold_features(features)?;
        let base = margin_of(&self.learner.learner_model_param.base_score)?;
        let trees = self.trees()?;
        let mut forest = Forest::new(base, features.len());
        for (number, tree) in trees.iter().enumerate() {
            plant(tree, &mut forest).map_err(|fault| ModelFault {
                detail: format!("tree {number} of the booster: {}", fault.detail),
                ..fault
            })?;
        }
        Ok(forest)
    }

    /// Refuses what is no sum of trees for the log-odds of one outcome.
    fn hold_kind(&self) -> Result<(), ModelFault> {
        let major = self.version.0.first().copied().unwrap_or(0);
        if !VERSIONS.contains(&major) {
            let told = format!("the booster is of XGBoost {major}; versions 2 and 3 are read");
            return Err(ModelFault::unsupported(told));
        }
        let learner = &self.learner;
        let (booster, objective) = (&learner.gradient_booster.name, &learner.objective.name);
        if booster != "gbtree" {
            let told = format!("the booster is {}; only gbtree is evaluated", quoted(booster));
            return Err(ModelFault::unsupported(told));
        }
        if objective != "binary:logistic" {
            let told = format!("the objective is {}; only binary:logistic is evaluated", quoted(objective));
            return Err(ModelFault::unsupported(told));
        }
        let param = &learner.learner_model_param;
        let targets = param.num_target.as_deref().map_or(Ok(1), |text| count(text, "num_target"))?;
        if count(&param.num_class, "num_class")? > 1 || targets > 1 {
            return Err(ModelFault::unsupported("the booster has several outputs; one is evaluated"));
        }
        Ok(())
    }

    fn hold_features(&self, features: &[String]) -> Result<(), ModelFault> {
        let wanted = features.len();
        let told = count(&self.learner.learner_model_param.num_feature, "num_feature")?;
        if told != wanted {
            let detail = format!("the booster has {told} features and the model's list has {wanted}");
            return Err(ModelFault::invalid(detail));
        }
        match &self.learner.feature_names {
            Some(Bounded(names)) if !names.is_empty() && *names != features => {
                let place = names.iter().zip(features).take_while(|(ours, theirs)| ours == theirs).count();
                let [ours, theirs] = [names.get(place), features.get(place)]
                    .map(|name| name.map_or_else(|| "none".to_owned(), |name| quoted(name)));
                let detail = format!("the booster names {ours} where the model's list has {theirs}");
                Err(ModelFault::invalid(detail))
            }
            _ => Ok(()),
        }
    }

    fn trees(&self) -> Result<&[Tree], ModelFault> {
        let model = self.learner.gradient_booster.model.as_ref();
        let param = model.and_then(|model| model.gbtree_model_param.as_ref());
        let trees = model.and_then(|model| model.trees.as_ref());
        let (Some(param), Some(Bounded(trees))) = (param, trees) else {
            return Err(ModelFault::invalid("the booster holds no trees"));
        };
        let told = count(&param.num_trees, "num_trees")?;
        if told != trees.len() {
            let detail = format!("the booster tells of {told} trees and holds {}", trees.len());
            return Err(ModelFault::invalid(detail));
        }
        Ok(trees)
    }
}

/// A count that XGBoost writes as text.
pub(super) fn count(text: &str, name: &str) -> Result<usize, ModelFault> {
    let fault = || ModelFault::invalid(format!("{name} is {}, which is no count", quoted(text)));
    text.parse().map_err(|_| fault())
}

/// The margin that a base score stands for. XGBoost 3.1 and later write a list of one.
fn margin_of(base_score: &str) -> Result<f32, ModelFault> {
    let text = base_score.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(base_score);
    let score: f32 = text.parse().unwrap_or(f32::NAN);
    let margin = -(1.0 / score - 1.0).ln();
    if is_sane(f64::from(margin)) {
        return Ok(margin);
    }
    let told = format!("base_score is {}, which is no probability between 0 and 1", quoted(base_score));
    Err(ModelFault::invalid(told))
}
