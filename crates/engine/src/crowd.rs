//! The groups that each call of one alert may belong to, judged as it comes: here one origin is found and taken apart.
//!
//! A call costs a handful of sums (`stretch`), however many are in the window, so that an attack is found in a burst of
//! any size. `facts` says what is known of a group, the judge scores that, and the group that looks like one origin is
//! taken out of the others, so that honest callers beside it are judged without it. `clusters` tells how it all stands.

mod clusters;
mod facts;

use crate::calls::CallId;
use crate::group::News;
use crate::habits::Habits;
use crate::judge::Judge;
use crate::levels::{HYSTERESIS, Levels, held};
use crate::origin::{Facts, Mark, Member, Outcome, Surroundings, marks};
use crate::stretch::Stretches;

/// Groups taken out of one alert at a time.
const MOST_FOUND: usize = 8;

/// What became of a call as it was added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Probability of the most suspect group it belongs to.
    pub score: f64,
    /// Up to this threshold it is suspect, since one of its groups stands so.
    pub level: f64,
    /// The group that this call made suspect: its earlier calls are to be taken out of the others.
    pub found: Option<Mark>,
    /// The group it belongs to and the level of that before, where this call may have raised it.
    pub origin: Option<(Mark, f64)>,
}

impl Verdict {
    const NOTHING: Self = Self { score: 0.0, level: 0.0, found: None, origin: None };
}

/// A group as it was judged last. What the judge was given is kept with it: the group is told by that, however its
/// sums and its surroundings have changed since.
#[derive(Clone)]
struct Judged {
    mark: Mark,
    score: f64,
    /// Its level before.
    before: f64,
    facts: Facts,
    around: Surroundings,
}

impl Judged {
    /// Whether it was grouped by an origin that is not its trunk's.
    fn is_foreign(&self) -> bool {
        self.facts.foreign && self.mark.is_of_trunk()
    }
}

/// The groups of one alert's calls.
pub struct Crowd {
    judge: Judge,
    window: i64,
    threshold: u32,
    suspect: f64,
    stretches: Stretches,
    found: Vec<Judged>,
    /// The most suspect group of those that are not.
    lead: Option<Judged>,
    /// All calls of no group that was found, those of the lead among them.
    rest: Option<Judged>,
    levels: Levels,
    /// Whether all calls together were found to be one origin in this stretch.
    all_found: bool,
}

impl Crowd {
    /// Nobody yet; a group is found from the probability `suspect` on.
    #[must_use]
    pub fn new(judge: Judge, window: i64, threshold: u32, suspect: f64) -> Self {
        Self {
            judge,
            window,
            threshold,
            suspect,
            stretches: Stretches::new(window),
            found: Vec::new(),
            lead: None,
            rest: None,
            levels: Levels::default(),
            all_found: false,
        }
    }

    /// Name of who scores its groups.
    #[must_use]
    pub fn method(&self) -> &str {
        self.judge.method()
    }

    /// Whether no call was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether a call belongs to a group. Of those who share all but the last four digits of numbers that are dialled
    /// in a row, only numbers near the row do.
    #[must_use]
    pub fn holds(&self, mark: Mark, call: &Member) -> bool {
        mark.matches(call) && !self.is_aside(mark, call)
    }

    /// Whether a call belongs to a group and to none that was found beside it.
    #[must_use]
    pub fn is_of(&self, mark: Mark, call: &Member) -> bool {
        let origin = self.found.iter().map(|found| found.mark).find(|&found| self.holds(found, call));
        origin.map_or_else(|| self.holds(mark, call), |origin| origin == mark)
    }

    /// Up to which threshold a group stands suspect.
    #[must_use]
    pub fn level(&self, mark: Mark) -> f64 {
        self.levels.of(mark)
    }

    fn is_aside(&self, mark: Mark, call: &Member) -> bool {
        matches!(mark, Mark::Neighbourhood(_))
            && self.stretches.sums(mark).is_some_and(|sums| sums.is_row_without(call.a.e164_value()))
    }

    /// Whether a group is kept as one origin. The rest never is: nothing would tell who belongs to it.
    fn is_found(&self, mark: Mark) -> bool {
        self.found.iter().any(|found| found.mark == mark)
    }

    /// The one that a call belongs to: of two suspect groups the one with an endpoint of its own, else the narrower;
    /// of others the more suspect.
    fn better(&self, narrow: Judged, wide: Judged) -> Judged {
        let both = narrow.score >= self.suspect && wide.score >= self.suspect;
        let take_wide =
            if both { wide.is_foreign() && !narrow.is_foreign() } else { wide.score > narrow.score };
        if take_wide { wide } else { narrow }
    }

    /// Counts a call into its groups and judges them; `watch` sees every group that is judged anew, as it is judged.
    pub fn add(
        &mut self,
        call: &Member,
        around: &Surroundings,
        habits: &Habits,
        watch: impl FnMut(&Self, Mark, &Facts),
    ) -> Verdict {
        self.turn(call.at);
        let call = &Member { alike: self.stretches.alike(call), ..*call };
        let news = self.stretches.meet(call);
        if let Some(place) = self.found.iter().position(|found| self.holds(found.mark, call)) {
            return self.add_to_found(place, call, news, around, habits, watch);
        }
        let open: Vec<Mark> =
            marks(call).filter(|&mark| !self.is_found(mark) && !self.is_aside(mark, call)).collect();
        for &mark in &open {
            self.stretches.sum(mark, call, news);
        }
        let (best, level) = self.judge_open(open, around, habits, watch);
        best.map_or(Verdict::NOTHING, |best| self.decide(best, level))
    }

    /// As a new stretch begins, what was known of groups without a call in the last one is forgotten.
    fn turn(&mut self, at: i64) {
        if !self.stretches.turn(at) {
            return;
        }
        let stretches = &self.stretches;
        self.all_found = false;
        self.found.retain(|found| stretches.has(found.mark));
        self.lead.take_if(|lead| !stretches.has(lead.mark));
        self.rest.take_if(|rest| !stretches.has(rest.mark));
        self.levels.retain(|mark| stretches.has(mark));
    }

    fn add_to_found(
        &mut self,
        place: usize,
        call: &Member,
        news: News,
        around: &Surroundings,
        habits: &Habits,
        watch: impl FnMut(&Self, Mark, &Facts),
    ) -> Verdict {
        let mark = self.found[place].mark;
        self.stretches.sum(mark, call, news);
        let before = self.levels.of(mark);
        // A number that comes around again says nothing new about who rotates it.
        let score =
            if news.fresh { self.judge_found(place, around, habits, watch) } else { self.found[place].score };
        let level = self.levels.of(mark).max(score);
        Verdict { score, level, found: None, origin: Some((mark, before)) }
    }

    /// Judges groups that were not found: the one that their newest call belongs to, and the highest level of any.
    fn judge_open(
        &mut self,
        open: Vec<Mark>,
        around: &Surroundings,
        habits: &Habits,
        mut watch: impl FnMut(&Self, Mark, &Facts),
    ) -> (Option<Judged>, f64) {
        let (mut best, mut lead, mut rest) = (None, None, None);
        let mut level = 0.0_f64;
        for mark in open {
            let Some(facts) = self.facts(mark, around, habits) else { continue };
            watch(self, mark, &facts);
            let one = self.judged(mark, facts, around);
            level = level.max(self.hold(mark, one.score));
            if self.lead.as_ref().is_some_and(|lead| lead.mark == mark) {
                lead = Some(one.clone());
            }
            if mark == Mark::Rest {
                rest = Some(one.clone());
            }
            best = Some(match best {
                Some(best) => self.better(best, one),
                None => one,
            });
        }
        self.renew(lead, rest, best.as_ref());
        (best, level)
    }

    fn judged(&self, mark: Mark, facts: Facts, around: &Surroundings) -> Judged {
        let score = self.judge.probability(&facts, around);
        Judged { mark, score, before: self.levels.of(mark), facts, around: *around }
    }

    /// Keeps the lead and the rest as they were judged with a call, unless that belongs to a group which is less suspect
    /// and was preferred: then it is not theirs.
    fn renew(&mut self, lead: Option<Judged>, rest: Option<Judged>, best: Option<&Judged>) {
        let is_its = |judged: &Judged| best.is_some_and(|best| judged.score <= best.score);
        if let Some(lead) = lead.filter(is_its) {
            self.lead = Some(lead);
        }
        if let Some(rest) = rest {
            self.rest = Some(rest).filter(is_its);
        }
    }

    /// What follows for a call from the group it belongs to: where that is suspect, it is found.
    fn decide(&mut self, best: Judged, level: f64) -> Verdict {
        let Judged { mark, score, before, .. } = best;
        // Nothing would tell which of the earlier calls belong to the rest.
        let origin = (mark != Mark::Rest).then_some((mark, before));
        if score < self.suspect || self.found.len() >= MOST_FOUND || self.all_found && mark == Mark::Rest {
            self.follow(best);
            return Verdict { score, level, found: None, origin };
        }
        if mark == Mark::Rest {
            self.all_found = true;
            self.follow(best);
            return Verdict { score, level, found: Some(mark), origin };
        }
        self.found.push(best);
        // The others were judged with its calls among theirs.
        (self.lead, self.rest) = (None, None);
        self.levels.retain(|other| self.found.iter().any(|found| found.mark == other));
        Verdict { score, level: self.levels.of(mark).max(score), found: Some(mark), origin }
    }

    fn hold(&mut self, mark: Mark, score: f64) -> f64 {
        let level = held(self.levels.of(mark), score);
        self.levels.set(mark, level);
        level
    }

    /// Takes a call out of all groups but the one that was found to be its origin; of none where that is all of them.
    pub fn take_out(&mut self, call: &Member, origin: Mark) {
        if origin != Mark::Rest {
            self.stretches.take_out(call, origin);
        }
    }

    /// Takes note of what became of a call.
    pub fn hear(&mut self, id: u64, outcome: Outcome) {
        let Some(call) = self.stretches.call(id) else { return };
        let found = self.found.iter().map(|found| found.mark).find(|&mark| self.holds(mark, &call));
        self.stretches.hear(id, outcome, |mark| found.is_none_or(|found| found == mark));
    }

    /// The calls of a group that are still summed up, in order of begin.
    #[must_use]
    pub fn calls(&self, mark: Mark) -> Vec<CallId> {
        let kept = self.is_found(mark);
        let is_elsewhere = |call: &Member| self.found.iter().any(|found| self.holds(found.mark, call));
        let its = self
            .stretches
            .calls()
            .filter(|call| (mark == Mark::Rest || self.holds(mark, call)) && (kept || !is_elsewhere(call)));
        let mut calls: Vec<(i64, u64, CallId)> = its.map(|call| (call.at, call.id, call.call)).collect();
        calls.sort_unstable();
        calls.into_iter().map(|(_, _, call)| call).collect()
    }

    /// Judges a found group anew; it is let go where it does not look like one origin any more.
    fn judge_found(
        &mut self,
        place: usize,
        around: &Surroundings,
        habits: &Habits,
        mut watch: impl FnMut(&Self, Mark, &Facts),
    ) -> f64 {
        let mark = self.found[place].mark;
        let Some(facts) = self.facts(mark, around, habits) else {
            self.hold(mark, 0.0);
            self.found.remove(place);
            return 0.0;
        };
        watch(self, mark, &facts);
        let judged = self.judged(mark, facts, around);
        let score = judged.score;
        self.hold(mark, score);
        if score < self.suspect - HYSTERESIS {
            self.found.remove(place);
            self.follow(judged);
        } else {
            self.found[place] = judged;
        }
        score
    }

    fn follow(&mut self, group: Judged) {
        if self.lead.as_ref().is_none_or(|lead| lead.mark == group.mark || group.score > lead.score) {
            self.lead = Some(group);
        }
    }
}

#[cfg(test)]
mod tests;
