//! How the groups of an alert stand, as people are told: the suspect ones and all others, each with what speaks for it.

use super::Crowd;
use super::facts::usual;
use crate::calls::CallId;
use crate::habits::Habits;
use crate::origin::{Cluster, Facts, Mark, Surroundings};

impl Crowd {
    /// The groups that were found, the most suspect of the others, and the rest; the most suspect first.
    #[must_use]
    pub fn clusters(&self, around: &Surroundings, habits: &Habits) -> Vec<Cluster> {
        let shown: Vec<Mark> = self.found.iter().chain(&self.lead).map(|(mark, _)| *mark).collect();
        let mut clusters: Vec<Cluster> =
            shown.iter().filter_map(|&mark| self.cluster(mark, around, habits)).collect();
        if !shown.contains(&Mark::Rest)
            && let Some(rest) = self.rest(around, habits)
        {
            clusters.push(rest);
        }
        clusters.sort_by(|x, y| y.probability.total_cmp(&x.probability).then(x.mark.cmp(&y.mark)));
        clusters
    }

    /// Marks of the groups that calls are known to belong to, and what they score, the most suspect first.
    #[must_use]
    pub fn scores(&self) -> Vec<(Mark, f64)> {
        let mut scores: Vec<_> = self.found.iter().chain(&self.lead).copied().collect();
        scores.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        scores
    }

    fn cluster(&self, mark: Mark, around: &Surroundings, habits: &Habits) -> Option<Cluster> {
        let facts = self.facts(mark, around, habits)?;
        Some(self.told(mark, self.stretches.sums(mark)?.call, facts, around))
    }

    fn told(&self, mark: Mark, call: CallId, facts: Facts, around: &Surroundings) -> Cluster {
        let (row, probability, points) = self.judge.explained(&facts, around);
        Cluster { mark, call, facts, row, probability, points }
    }

    /// All callers that are in none of the groups shown.
    fn rest(&self, around: &Surroundings, habits: &Habits) -> Option<Cluster> {
        let mut rest =
            self.stretches.sums(Mark::Rest).filter(|rest| rest.calls() > 0 && rest.callers() > 0)?;
        if let Some(lead) = self.lead.and_then(|(mark, _)| self.stretches.sums(mark)) {
            rest = rest.without(&lead)?;
        }
        let mut facts = rest.facts();
        facts.few = self.is_few(&facts);
        let all = self.stretches.sums(Mark::Rest).map_or(0, |all| all.callers());
        facts.share_of_crowd = facts.callers as f32 / all.max(facts.callers) as f32;
        rest.tell_picked(&mut facts);
        rest.tell_alike(&mut facts);
        facts.grouping = Mark::Rest.width();
        facts.usual = usual(None, habits, around.b);
        Some(self.told(Mark::Rest, rest.call, facts, around))
    }
}
