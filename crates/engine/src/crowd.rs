//! The calls of one alert in every group they may belong to, summed up as they come.
//!
//! A call costs a handful of sums, however many are in the window, so that an attack is found in a burst of any size.
//! The sums are kept for two stretches of time, each at least as long as the window: what lies further back is
//! forgotten. The group that looks like one origin is taken out of the others, so that honest callers beside it are
//! judged without it.

use crate::calls::CallId;
use crate::features::{self, surprise};
use crate::group::{News, Sums};
use crate::habits::{Habits, Sample, Trait};
use crate::judge::Judge;
use crate::levels::{Levels, SLACK, held};
use crate::numbers::Number;
use crate::origin::{
    AGENT, Cluster, Facts, Mark, Member, Outcome, SDP, SOURCE, Surroundings, TRUNK, Usual, marks,
};
use crate::stretch::Stretch;

/// Callers from which on a group is judged whose numbers themselves are odd.
const FEW: u32 = 3;
/// Groups taken out of one alert at a time.
const MOST_FOUND: usize = 8;
/// Shortest stretch of time that is summed up.
const LEAST_STRETCH: i64 = 5_000_000_000;
/// Groups of one stretch; then the next begins.
const MOST_GROUPS: usize = 16_384;
/// Part of the numbers in use that a plan of some age does not know yet.
const STALE: f32 = 0.02;
/// Deviations by which a group's share of its trunk's calls may be chance: few calls say little of it.
const DOUBT: f32 = 1.5;
/// Strangeness from which on an origin is foreign to its trunk.
const FOREIGN: f32 = 0.9;

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

/// A group that a call may belong to.
#[derive(Clone, Copy)]
struct Judged {
    mark: Mark,
    score: f64,
    /// Its level before this call.
    before: f64,
    /// It was grouped by an origin that is not its trunk's.
    foreign: bool,
}

/// The groups of one alert's calls.
pub struct Crowd {
    judge: Judge,
    window: i64,
    threshold: u32,
    suspect: f64,
    began: i64,
    now: Stretch,
    before: Stretch,
    found: Vec<(Mark, f64)>,
    /// The most suspect group of those that are not.
    lead: Option<(Mark, f64)>,
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
            began: i64::MIN,
            now: Stretch::default(),
            before: Stretch::default(),
            found: Vec::new(),
            lead: None,
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
        self.began == i64::MIN
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
        let origin = self.found.iter().map(|(found, _)| *found).find(|&found| self.holds(found, call));
        origin.map_or_else(|| self.holds(mark, call), |origin| origin == mark)
    }

    /// Up to which threshold a group stands suspect.
    #[must_use]
    pub fn level(&self, mark: Mark) -> f64 {
        self.levels.of(mark)
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

    /// Counts a call into its groups and judges them; `watch` sees every group that is judged anew, as it is judged.
    pub fn add(
        &mut self,
        call: &Member,
        around: &Surroundings,
        habits: &Habits,
        mut watch: impl FnMut(&Self, Mark, &Facts),
    ) -> Verdict {
        self.turn(call.at);
        let call = &Member { alike: self.alike(call), ..*call };
        let news = self.meet(call);
        if let Some(place) = self.found.iter().position(|(mark, _)| self.holds(*mark, call)) {
            let mark = self.found[place].0;
            self.sum(mark, call, news);
            let before = self.levels.of(mark);
            // A number that comes around again says nothing new about who rotates it.
            let score =
                if news.fresh { self.judge_found(place, around, habits, watch) } else { self.found[place].1 };
            let level = self.levels.of(mark).max(score);
            return Verdict { score, level, found: None, origin: Some((mark, before)) };
        }
        let open: Vec<Mark> =
            marks(call).filter(|&mark| !self.is_found(mark) && !self.is_aside(mark, call)).collect();
        for &mark in &open {
            self.sum(mark, call, news);
        }
        let mut best: Option<Judged> = None;
        let mut level = 0.0_f64;
        for mark in open {
            let Some(facts) = self.facts(mark, around, habits) else { continue };
            watch(self, mark, &facts);
            let foreign = facts.foreign && mark.is_of_trunk();
            let one = Judged {
                mark,
                score: self.judge.probability(&facts, around),
                before: self.levels.of(mark),
                foreign,
            };
            level = level.max(self.hold(mark, one.score));
            best = Some(best.map_or(one, |best| self.better(best, one)));
        }
        let Some(Judged { mark, score, before, .. }) = best else { return Verdict::NOTHING };
        // Nothing would tell which of the earlier calls belong to the rest.
        let origin = (mark != Mark::Rest).then_some((mark, before));
        if score < self.suspect || self.found.len() >= MOST_FOUND || self.all_found && mark == Mark::Rest {
            self.follow(mark, score);
            return Verdict { score, level, found: None, origin };
        }
        if mark == Mark::Rest {
            self.all_found = true;
            self.follow(mark, score);
        } else {
            self.found.push((mark, score));
            self.lead = None;
            // The others were judged with its calls among theirs.
            self.levels.retain(|other| self.found.iter().any(|(found, _)| *found == other));
            level = self.levels.of(mark).max(score);
        }
        Verdict { score, level, found: Some(mark), origin }
    }

    fn hold(&mut self, mark: Mark, score: f64) -> f64 {
        let level = held(self.levels.of(mark), score);
        self.levels.set(mark, level);
        level
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

    /// Takes note of what became of a call.
    pub fn hear(&mut self, id: u64, outcome: Outcome) {
        let Some(call) = self.now.call(id).or_else(|| self.before.call(id)) else { return };
        let found = self.found.iter().map(|(mark, _)| *mark).find(|mark| self.holds(*mark, &call));
        for stretch in [&mut self.now, &mut self.before] {
            let Some((call, before)) = stretch.hear(id, outcome) else { continue };
            for mark in marks(&call).filter(|mark| found.is_none_or(|found| found == *mark)) {
                if let Some(sums) = stretch.get_mut(mark) {
                    sums.hear(before, call.outcome);
                }
            }
        }
    }

    /// The calls of a group that are still summed up, in order of begin.
    #[must_use]
    pub fn calls(&self, mark: Mark) -> Vec<CallId> {
        let kept = self.is_found(mark);
        let is_elsewhere = |call: &Member| self.found.iter().any(|(found, _)| self.holds(*found, call));
        let its =
            self.now.calls().chain(self.before.calls()).filter(|call| {
                (mark == Mark::Rest || self.holds(mark, call)) && (kept || !is_elsewhere(call))
            });
        let mut calls: Vec<(i64, u64, CallId)> = its.map(|call| (call.at, call.id, call.call)).collect();
        calls.sort_unstable();
        calls.into_iter().map(|(_, _, call)| call).collect()
    }

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
        Some(self.told(mark, self.merged(mark)?.call, facts, around))
    }

    fn told(&self, mark: Mark, call: CallId, facts: Facts, around: &Surroundings) -> Cluster {
        let row = features::row(&facts, around);
        let probability = self.judge.probability(&facts, around);
        let points = self.judge.points(&facts, around);
        Cluster { mark, call, facts, row, probability, points }
    }

    /// All callers that are in none of the groups shown.
    fn rest(&self, around: &Surroundings, habits: &Habits) -> Option<Cluster> {
        let mut rest = self.merged(Mark::Rest).filter(|rest| rest.calls() > 0 && rest.callers() > 0)?;
        if let Some(lead) = self.lead.and_then(|(mark, _)| self.merged(mark)) {
            rest = rest.without(&lead)?;
        }
        let mut facts = self.place(rest.facts());
        rest.tell_picked(&mut facts);
        rest.tell_alike(&mut facts);
        facts.grouping = Mark::Rest.width();
        facts.usual = usual(None, habits, around);
        Some(self.told(Mark::Rest, rest.call, facts, around))
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
        self.levels.retain(|mark| before.has(mark));
    }

    fn stretch_of(&mut self, at: i64) -> &mut Stretch {
        if at >= self.began { &mut self.now } else { &mut self.before }
    }

    /// Share of the other callers so far whose number is of the same range.
    fn alike(&self, call: &Member) -> Option<f32> {
        let range = call.range?.of;
        let (mut others, mut alike) = (0, 0);
        for stretch in [&self.now, &self.before] {
            let (callers, of_range) = stretch.callers_of(range);
            let itself = u32::from(stretch.knows(call.a));
            others += callers as u32 - itself;
            alike += of_range.saturating_sub(itself);
        }
        (others > 0).then(|| alike as f32 / others as f32)
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

    /// Distinct A-numbers that a group must hold to be judged. One that would not meet the rule by itself is no attack,
    /// however odd the few callers in it look, unless their very numbers tell: to wait for more of these would leave
    /// them among honest callers meanwhile.
    fn least(&self, mark: Mark) -> u32 {
        match mark {
            Mark::Neighbourhood(_) | Mark::ImpossibleOn(_) | Mark::Impossible => self.threshold.min(FEW),
            _ => self.threshold,
        }
    }

    /// What is known of a group that is large enough to be judged.
    fn facts(&self, mark: Mark, around: &Surroundings, habits: &Habits) -> Option<Facts> {
        let sums = self.merged(mark)?;
        if sums.callers() < self.least(mark) {
            return None;
        }
        let mut facts = self.place(sums.facts());
        facts.grouping = mark.width();
        facts.stale = self.stale(mark, &facts);
        self.whole(mark.picked_from(), mark, &sums).tell_picked(&mut facts);
        let alike_among = matches!(mark, Mark::Neighbourhood(_)).then_some(Mark::Rest);
        self.whole(alike_among, mark, &sums).tell_alike(&mut facts);
        let trunk = sums.origin().trunk;
        let one_trunk = facts.same[TRUNK] == facts.calls;
        let peers = if one_trunk { habits.of_trunk(trunk) } else { None };
        facts.usual = usual(peers, habits, around);
        let others = self.beside(mark, &sums);
        let all = others(Mark::Rest);
        if let Some(peers) = peers {
            let on_trunk = if trunk == 0 { all } else { others(Mark::Trunk(trunk)) };
            (facts.strangeness, facts.endpoint_surprise) =
                strangeness(peers, &facts, &sums, on_trunk, around.b);
            facts.foreign = facts.strangeness >= FOREIGN;
            if trunk != 0 {
                self.weigh_trunk(&mut facts, trunk, on_trunk, all, around, habits);
            }
        }
        if let (Some(rarity), Some(entropy)) = (sums.rarity(), habits.of_all().trunk_entropy()) {
            facts.trunk_rarity = rarity - entropy;
        }
        facts.share_of_crowd = facts.callers as f32 / all.callers.max(facts.callers) as f32;
        if mark.is_of_trunk() && !facts.foreign {
            let rest = self.merged(Mark::Rest).map_or(0, |rest| rest.callers()).max(facts.callers);
            facts.beside = 1.0 - facts.callers as f32 / rest as f32;
        }
        Some(facts)
    }

    /// Of a group of impossible numbers, as many as the plan's age would explain in a crowd of this size.
    fn stale(&self, mark: Mark, facts: &Facts) -> f32 {
        let crowd = match mark {
            Mark::Impossible => self.merged(Mark::Rest),
            Mark::ImpossibleOn(trunk) => self.merged(Mark::Trunk(trunk)),
            _ => None,
        };
        let others = crowd.map_or(0, |crowd| crowd.callers().saturating_sub(facts.callers));
        let stale = STALE * others as f32;
        if crowd.is_some() { stale + stale.sqrt() } else { 0.0 }
    }

    /// A wider group with this one among its calls; this one alone where there is none.
    fn whole(&self, wider: Option<Mark>, mark: Mark, sums: &Sums) -> Sums {
        match wider.and_then(|wider| self.merged(wider)) {
            Some(all) if self.is_found(mark) => all.and(sums),
            Some(all) => all,
            None => *sums,
        }
    }

    /// How many callers and calls a wider group has, this one among them: a group that was found was taken out.
    fn beside<'a>(&'a self, mark: Mark, sums: &'a Sums) -> impl Fn(Mark) -> Size + 'a {
        let taken_out = self.is_found(mark);
        move |wider| {
            let all = self.merged(wider).map_or(Size::default(), |all| Size::of(&all));
            if taken_out && wider != mark { all.and(Size::of(sums)) } else { all }
        }
    }

    /// How far the group's trunk carries more of the alert's callers than it usually carries of all calls.
    fn weigh_trunk(
        &self,
        facts: &mut Facts,
        trunk: u32,
        on_trunk: Size,
        all: Size,
        around: &Surroundings,
        habits: &Habits,
    ) {
        let Some(usual) = habits.of_all().share(Trait::Trunk(trunk), around.b) else { return };
        facts.trunk_share = usual;
        facts.trunk_surprise = surprise(on_trunk.callers, all.callers.max(on_trunk.callers), usual);
    }

    /// Adds how the group stands to the rule and to the alert's other callers.
    fn place(&self, mut facts: Facts) -> Facts {
        let pace = self.window / i64::from(self.threshold.saturating_sub(1).max(1));
        let slow = facts.span > pace * i64::from(facts.callers.saturating_sub(1));
        facts.few = facts.callers < self.threshold || slow;
        let crowd = self.merged(Mark::Rest).map_or(0, |rest| rest.callers()).max(facts.callers);
        facts.share_of_crowd = facts.callers as f32 / crowd as f32;
        facts
    }

    /// Judges a found group anew; it is let go where it does not look like one origin any more.
    fn judge_found(
        &mut self,
        place: usize,
        around: &Surroundings,
        habits: &Habits,
        mut watch: impl FnMut(&Self, Mark, &Facts),
    ) -> f64 {
        let mark = self.found[place].0;
        let facts = self.facts(mark, around, habits);
        let score = facts.map_or(0.0, |facts| {
            watch(self, mark, &facts);
            self.judge.probability(&facts, around)
        });
        self.hold(mark, score);
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

/// How large a group is.
#[derive(Clone, Copy, Default)]
struct Size {
    callers: u32,
    calls: u32,
}

impl Size {
    fn of(sums: &Sums) -> Self {
        Self { callers: sums.callers(), calls: sums.calls() }
    }

    fn and(self, other: Self) -> Self {
        Self { callers: self.callers + other.callers, calls: self.calls + other.calls }
    }
}

/// What other calls show of what can be compared: those of the trunk, or all where too few of it are known.
fn usual(peers: Option<&Sample>, habits: &Habits, around: &Surroundings) -> Usual {
    let of_peers = |of| peers.and_then(|peers| peers.share(of, around.b));
    let share = |of| of_peers(of).or_else(|| habits.of_all().share(of, around.b)).unwrap_or(f32::NAN);
    Usual {
        new: share(Trait::New),
        elsewhere: share(Trait::Elsewhere),
        national: share(Trait::National),
        impossible: share(Trait::Impossible),
        anonymous: share(Trait::Anonymous),
        attested: share(Trait::Attested),
        unattested: share(Trait::Unattested),
    }
}

/// How far what the group shares is from what its trunk usually shows, and how unlikely that is by chance, in nats;
/// missing where nothing can be compared.
fn strangeness(peers: &Sample, facts: &Facts, sums: &Sums, on_trunk: Size, b: Number) -> (f32, f32) {
    let origin = sums.origin();
    let calls = facts.calls as f32;
    let share = (calls - DOUBT * calls.sqrt()).max(0.0) / on_trunk.calls.max(facts.calls) as f32;
    let traits = [
        (SDP, Trait::Sdp(origin.sdp)),
        (SOURCE, Trait::Source(origin.source)),
        (AGENT, Trait::Agent(origin.agent)),
    ];
    let mut told = (f32::NAN, f32::NAN);
    for (_, of) in traits.into_iter().filter(|&(place, _)| facts.is_shared(place)) {
        if let Some(strange) = peers.strangeness(of, share, b) {
            told.0 = told.0.max(strange);
        }
        if let Some(usual) = peers.share(of, b) {
            told.1 = told.1.max(surprise(facts.callers, on_trunk.callers.max(facts.callers), usual));
        }
    }
    told
}

#[cfg(test)]
mod tests;
