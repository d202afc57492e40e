//! The calls of one alert in every group they may belong to, summed up as they come.
//!
//! A call costs a handful of sums, however many are in the window, so that an attack is found in a burst of any size.
//! The sums are kept for two stretches of time, each at least as long as the window: what lies further back is
//! forgotten. The group that looks like one origin is taken out of the others, so that honest callers beside it are
//! judged without it.

use crate::group::{News, Sums};
use crate::habits::{Habits, Trait};
use crate::origin::{Cluster, Facts, Mark, Member, Outcome, Surroundings, marks};
use crate::scorecard;
use crate::stretch::Stretch;

/// Distinct A-numbers that a group must hold to be judged.
const LEAST_CALLERS: u32 = 3;
/// Groups taken out of one alert at a time.
const MOST_FOUND: usize = 8;
/// A group that was found stays so until its probability is this far below the one that made it found.
const SLACK: f64 = 0.1;
/// Shortest stretch of time that is summed up.
const LEAST_STRETCH: i64 = 5_000_000_000;
/// Groups of one stretch; then the next begins.
const MOST_GROUPS: usize = 16_384;
/// Part of the numbers in use that a plan of some age does not know yet.
const STALE: f32 = 0.02;
/// Deviations by which a group's share of its trunk's calls may be chance: few calls say little of it.
const DOUBT: f32 = 1.5;

/// What became of a call as it was added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Probability of the most suspect group it belongs to.
    pub score: f64,
    /// The group that this call made suspect: its earlier calls are to be taken out of the others.
    pub found: Option<Mark>,
}

/// A group that a call may belong to.
#[derive(Clone, Copy)]
struct Judged {
    mark: Mark,
    score: f64,
    /// It was grouped by an origin that is not its trunk's.
    foreign: bool,
}

/// The groups of one alert's calls.
pub struct Crowd {
    window: i64,
    threshold: u32,
    suspect: f64,
    began: i64,
    now: Stretch,
    before: Stretch,
    found: Vec<(Mark, f64)>,
    /// The most suspect group of those that are not.
    lead: Option<(Mark, f64)>,
    /// Whether all calls together were found to be one origin in this stretch.
    all_found: bool,
}

impl Crowd {
    /// Nobody yet; a group is found from the probability `suspect` on.
    #[must_use]
    pub fn new(window: i64, threshold: u32, suspect: f64) -> Self {
        Self {
            window,
            threshold,
            suspect,
            began: i64::MIN,
            now: Stretch::default(),
            before: Stretch::default(),
            found: Vec::new(),
            lead: None,
            all_found: false,
        }
    }

    /// Whether no call was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.began == i64::MIN
    }

    /// Whether a call belongs to a group. Of those who share all but the last four digits of numbers that are dialled
    /// in a row, only numbers near the row do.
    #[must_use]
    pub fn holds(&self, mark: Mark, call: &Member) -> bool {
        mark.matches(call) && !self.is_aside(mark, call)
    }

    fn is_aside(&self, mark: Mark, call: &Member) -> bool {
        matches!(mark, Mark::Neighbourhood(_))
            && self.merged(mark).is_some_and(|sums| sums.is_row_without(call.a.e164_value()))
    }

    /// Whether a group is kept as one origin. The rest never is: nothing would tell who belongs to it.
    fn is_found(&self, mark: Mark) -> bool {
        self.found.iter().any(|(found, _)| *found == mark)
    }

    /// The one that a call belongs to: of two suspect groups the one with an endpoint of its own, else the narrower;
    /// of others the more suspect.
    fn better(&self, narrow: Judged, wide: Judged) -> Judged {
        let both = narrow.score >= self.suspect && wide.score >= self.suspect;
        let take_wide = if both { wide.foreign && !narrow.foreign } else { wide.score > narrow.score };
        if take_wide { wide } else { narrow }
    }

    /// Counts a call into its groups and judges them.
    pub fn add(&mut self, call: &Member, around: &Surroundings, habits: &Habits) -> Verdict {
        self.turn(call.at);
        let news = self.meet(call);
        if let Some(place) = self.found.iter().position(|(mark, _)| self.holds(*mark, call)) {
            let mark = self.found[place].0;
            self.sum(mark, call, news);
            // A number that comes around again says nothing new about who rotates it.
            let score =
                if news.fresh { self.judge_found(place, around, habits) } else { self.found[place].1 };
            return Verdict { score, found: None };
        }
        let open: Vec<Mark> =
            marks(call).filter(|&mark| !self.is_found(mark) && !self.is_aside(mark, call)).collect();
        for &mark in &open {
            self.sum(mark, call, news);
        }
        let mut best: Option<Judged> = None;
        for mark in open {
            let Some(facts) = self.facts(mark, around, habits) else { continue };
            let foreign = facts.foreign && mark.is_of_trunk();
            let one = Judged { mark, score: scorecard::probability(&facts), foreign };
            best = Some(best.map_or(one, |best| self.better(best, one)));
        }
        let Some(Judged { mark, score, .. }) = best else { return Verdict { score: 0.0, found: None } };
        if score < self.suspect || self.found.len() >= MOST_FOUND || self.all_found && mark == Mark::Rest {
            self.follow(mark, score);
            return Verdict { score, found: None };
        }
        if mark == Mark::Rest {
            self.all_found = true;
            self.follow(mark, score);
        } else {
            self.found.push((mark, score));
            self.lead = None;
        }
        Verdict { score, found: Some(mark) }
    }

    /// Takes a call out of all groups but the one that was found to be its origin; of none where that is all of them.
    pub fn take_out(&mut self, call: &Member, origin: Mark) {
        if origin == Mark::Rest {
            return;
        }
        let stretch = self.stretch_of(call.at);
        let Some(call) = stretch.call(call.id) else { return };
        for mark in marks(&call).filter(|mark| *mark != origin) {
            if let Some(sums) = stretch.get_mut(mark) {
                sums.take(&call);
            }
        }
    }

    /// Takes note that a call was answered.
    pub fn hear_answer(&mut self, id: u64) {
        self.hear(id, |outcome| Outcome { answered: true, ..outcome });
    }

    /// Takes note that a call was given up by its caller at once.
    pub fn hear_giving_up(&mut self, id: u64) {
        self.hear(id, |outcome| Outcome { gave_up: true, ..outcome });
    }

    fn hear(&mut self, id: u64, outcome: impl Fn(Outcome) -> Outcome) {
        let Some(call) = self.now.call(id).or_else(|| self.before.call(id)) else { return };
        let found = self.found.iter().map(|(mark, _)| *mark).find(|mark| self.holds(*mark, &call));
        for stretch in [&mut self.now, &mut self.before] {
            let Some((call, before)) = stretch.hear(id, &outcome) else { continue };
            for mark in marks(&call).filter(|mark| found.is_none_or(|found| found == *mark)) {
                if let Some(sums) = stretch.get_mut(mark) {
                    sums.hear(before, call.outcome);
                }
            }
        }
    }

    /// The groups that were found, the most suspect of the others, and the rest; the most suspect first.
    #[must_use]
    pub fn clusters(&mut self, around: &Surroundings, habits: &Habits) -> Vec<Cluster> {
        let shown: Vec<Mark> = self.found.iter().chain(&self.lead).map(|(mark, _)| *mark).collect();
        let mut clusters: Vec<Cluster> =
            shown.iter().filter_map(|&mark| self.cluster(mark, around, habits)).collect();
        if !shown.contains(&Mark::Rest)
            && let Some(rest) = self.rest(around)
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

    fn cluster(&mut self, mark: Mark, around: &Surroundings, habits: &Habits) -> Option<Cluster> {
        let facts = self.facts(mark, around, habits)?;
        let (probability, points) = scorecard::score(&facts);
        Some(Cluster { mark, call: self.merged(mark)?.call, facts, probability, points })
    }

    /// All callers that are in none of the groups shown.
    fn rest(&self, around: &Surroundings) -> Option<Cluster> {
        let mut rest = self.merged(Mark::Rest).filter(|rest| rest.calls() > 0)?;
        if let Some(lead) = self.lead.and_then(|(mark, _)| self.merged(mark)) {
            rest = rest.without(&lead)?;
        }
        let facts = self.place(rest.facts(), around);
        let (probability, points) = scorecard::score(&facts);
        Some(Cluster { mark: Mark::Rest, call: rest.call, facts, probability, points })
    }

    /// A stretch of time ends as it has lasted the longer of the window and five seconds, or holds too many groups.
    fn turn(&mut self, at: i64) {
        let length = self.window.max(LEAST_STRETCH);
        if self.is_empty() {
            self.began = at;
        }
        let over = at.saturating_sub(self.began) >= length || self.now.len() >= MOST_GROUPS;
        if !over {
            return;
        }
        let silent = at.saturating_sub(self.began) >= 2 * length;
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
        if silent {
            self.before.clear();
        }
        self.began = at;
        self.all_found = false;
        let before = &self.before;
        self.found.retain(|(mark, _)| before.has(*mark));
        self.lead = self.lead.filter(|(mark, _)| before.has(*mark));
    }

    fn stretch_of(&mut self, at: i64) -> &mut Stretch {
        if at >= self.began { &mut self.now } else { &mut self.before }
    }

    fn meet(&mut self, call: &Member) -> News {
        let earlier = call.at >= self.began && self.before.knows(call.a);
        let news = self.stretch_of(call.at).meet(call);
        News { fresh: news.fresh && !earlier, ..news }
    }

    fn sum(&mut self, mark: Mark, call: &Member, news: News) {
        if call.at >= self.began {
            self.now.sum(mark, call, news, self.before.get(mark));
        } else {
            self.before.sum(mark, call, news, None);
        }
    }

    fn merged(&self, mark: Mark) -> Option<Sums> {
        match (self.before.get(mark), self.now.get(mark)) {
            (Some(before), Some(now)) => Some(before.and(now)),
            (one, other) => one.or(other).copied(),
        }
    }

    /// What is known of a group that is large enough to be judged.
    fn facts(&mut self, mark: Mark, around: &Surroundings, habits: &Habits) -> Option<Facts> {
        let sums = self.merged(mark)?;
        if sums.callers() < LEAST_CALLERS {
            return None;
        }
        let mut facts = self.place(sums.facts(), around);
        let crowd = match mark {
            Mark::Impossible => self.merged(Mark::Rest),
            Mark::ImpossibleOn(trunk) => self.merged(Mark::Trunk(trunk)),
            _ => None,
        };
        if let Some(crowd) = crowd {
            let stale = STALE * crowd.callers().saturating_sub(facts.callers) as f32;
            facts.stale = stale + stale.sqrt();
        }
        facts.foreign = self.is_foreign(mark, &sums, &facts, around, habits);
        if mark.is_of_trunk() && !facts.foreign {
            let all = self.merged(Mark::Rest).map_or(0, |rest| rest.callers()).max(facts.callers);
            facts.beside = 1.0 - facts.callers as f32 / all as f32;
        }
        Some(facts)
    }

    /// Adds what is known of the B-number.
    fn place(&self, mut facts: Facts, around: &Surroundings) -> Facts {
        let pace = self.window / i64::from(self.threshold.saturating_sub(1).max(1));
        let slow = facts.span > pace * i64::from(facts.callers.saturating_sub(1));
        facts.few = facts.callers < self.threshold || slow;
        facts.history = around.history;
        facts.answered_share = around.answered_share;
        facts
    }

    /// Whether what the group shares is foreign to its trunk. Compared anew as it has grown by half.
    fn is_foreign(
        &mut self,
        mark: Mark,
        sums: &Sums,
        facts: &Facts,
        around: &Surroundings,
        habits: &Habits,
    ) -> bool {
        if !(facts.same_sdp || facts.same_source || facts.same_agent) {
            return false;
        }
        if sums.compared > 0 && facts.callers < sums.compared + sums.compared.div_ceil(2) {
            return sums.foreign;
        }
        let foreign = self.compare(mark, sums, facts, around, habits);
        for stretch in [&mut self.now, &mut self.before] {
            if let Some(sums) = stretch.get_mut(mark) {
                (sums.compared, sums.foreign) = (facts.callers, foreign);
            }
        }
        foreign
    }

    fn compare(
        &self,
        mark: Mark,
        sums: &Sums,
        facts: &Facts,
        around: &Surroundings,
        habits: &Habits,
    ) -> bool {
        let origin = sums.origin();
        let trunk = if origin.trunk == 0 { Mark::Rest } else { Mark::Trunk(origin.trunk) };
        let beside = self.merged(trunk);
        let taken_out = self.found.iter().any(|(found, _)| *found == mark);
        let others = beside.map_or(0, |all| all.calls()) + if taken_out { sums.calls() } else { 0 };
        let calls = sums.calls() as f32;
        let share = (calls - DOUBT * calls.sqrt()).max(0.0) / others.max(sums.calls()) as f32;
        let traits = [
            (facts.same_sdp, Trait::Sdp(origin.sdp)),
            (facts.same_source, Trait::Source(origin.source)),
            (facts.same_agent, Trait::Agent(origin.agent)),
        ];
        let unusual = |of| habits.is_foreign(origin.trunk, of, share, around.b);
        traits.iter().any(|&(shared, of)| shared && unusual(of))
    }

    /// Judges a found group anew; it is let go where it does not look like one origin any more.
    fn judge_found(&mut self, place: usize, around: &Surroundings, habits: &Habits) -> f64 {
        let mark = self.found[place].0;
        let score = self.facts(mark, around, habits).map_or(0.0, |facts| scorecard::probability(&facts));
        if score < self.suspect - SLACK {
            self.found.remove(place);
            self.follow(mark, score);
        } else {
            self.found[place].1 = score;
        }
        score
    }

    fn follow(&mut self, mark: Mark, score: f64) {
        if self.found.iter().any(|(found, _)| *found == mark) {
            return;
        }
        if self.lead.is_none_or(|(lead, best)| lead == mark || score > best) {
            self.lead = Some((mark, score));
        }
    }
}

#[cfg(test)]
mod tests;
