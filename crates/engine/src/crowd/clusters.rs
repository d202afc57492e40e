//! How the groups of an alert stand, as people are told: the suspect ones and all others, each with what speaks for it.

use super::{Crowd, Judged};
use crate::calls::CallId;
use crate::features;
use crate::habits::Habits;
use crate::judge::Points;
use crate::origin::{Cluster, Facts, Mark, Surroundings};

impl Crowd {
    /// The groups that were found, the most suspect of the others, and the rest; the most suspect first.
    #[must_use]
    pub fn clusters(&self, around: &Surroundings, habits: &Habits) -> Vec<Cluster> {
        let shown = self.found.iter().chain(&self.lead);
        let mut clusters: Vec<Cluster> =
            shown.filter_map(|group| self.cluster(group, around, habits)).collect();
        if self.lead.as_ref().is_none_or(|lead| lead.mark != Mark::Rest)
            && let Some(rest) = self.rest()
        {
            clusters.push(rest);
        }
        clusters.sort_by(|x, y| y.probability.total_cmp(&x.probability).then(x.mark.cmp(&y.mark)));
        clusters
    }

    /// Marks of the groups that calls are known to belong to, and what they score, the most suspect first.
    #[must_use]
    pub fn scores(&self) -> Vec<(Mark, f64)> {
        let mut scores: Vec<_> =
            self.found.iter().chain(&self.lead).map(|group| (group.mark, group.score)).collect();
        scores.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        scores
    }

    fn cluster(&self, group: &Judged, around: &Surroundings, habits: &Habits) -> Option<Cluster> {
        let facts = self.facts(group.mark, around, habits)?;
        Some(self.told(group.mark, self.stretches.sums(group.mark)?.call, facts, Some(group)))
    }

    /// Calls as they stand now, and what was made of them as they were judged: nobody has judged what changed since.
    fn told(&self, mark: Mark, call: CallId, facts: Facts, judged: Option<&Judged>) -> Cluster {
        let (row, probability, points) = match judged {
            Some(judged) => self.judge.explained(&judged.facts, &judged.around),
            None => (features::UNKNOWN, 0.0, Points::new()),
        };
        Cluster { mark, call, facts, row, probability, points }
    }

    /// All callers that are in none of the groups shown. They were judged together with the lead's, if at all: without
    /// those they are no group that calls are counted into.
    fn rest(&self) -> Option<Cluster> {
        let mut rest =
            self.stretches.sums(Mark::Rest).filter(|rest| rest.calls() > 0 && rest.callers() > 0)?;
        if let Some(lead) = self.lead.as_ref().and_then(|lead| self.stretches.sums(lead.mark)) {
            rest = rest.without(&lead)?;
        }
        Some(self.told(Mark::Rest, rest.call, rest.facts(), self.rest.as_ref()))
    }
}
