//! Decoded events, compact and apart from the bytes they came from: what the judging half of the engine reads.
//!
//! Decoding and judging are two passes over a batch, so that the second can ask for the memory it will need some
//! events ahead. `intake` is what an event is read by on its way into a batch.

mod intake;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::callers::mix;
use crate::engine::MOST_REFUSED;
use crate::entries::{Entries, Entry, Place, Texts};
use crate::event::{Attestation, CallEvent, EventKind};
use crate::numbers::Number;

pub use intake::{Intake, Trunk};

/// Hash maps are keyed by a seed of the process, so that senders can't aim at collisions.
pub type KeyedState = foldhash::fast::RandomState;

/// One event with its numbers in normal form and its texts hashed; 0 stands for an absent text.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// When, in nanoseconds since 1970 UTC.
    pub at: i64,
    /// When a replay judges it: at its own time, or where it came too late for that, when it came.
    pub due: i64,
    /// The calling number.
    pub a: Number,
    /// The called number.
    pub b: Number,
    /// Hash of the Call-ID.
    pub call: u64,
    /// Hashes of trunk, source address, SDP origin and agent.
    pub origin: Origin,
    /// As [`CallEvent::ring`].
    pub ring: i64,
    /// As [`CallEvent::duration`].
    pub duration: i64,
    /// Line it was read from, counted from 1.
    pub line: u64,
    /// Where its texts lie among those of its kind.
    pub place: Place,
    /// As [`CallEvent::cause`].
    pub cause: u16,
    /// What happened.
    pub kind: EventKind,
    /// What STIR says.
    pub attestation: Attestation,
}

/// Where a call came from, as hashes of texts; 0 where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Trunk.
    pub trunk: u32,
    /// Source address.
    pub source: u32,
    /// User name and address of the SDP origin.
    pub sdp: u32,
    /// Agent.
    pub agent: u32,
    /// The identity that the network asserts, see [`identity`].
    pub asserted: u32,
}

/// What stands for a caller's identity in an [`Origin`], the same in every process; 0 where it names nobody.
#[must_use]
pub fn identity(number: Number) -> u32 {
    if number.is_anonymous() { 0 } else { (mix(number.to_bits()) >> 32) as u32 | 1 }
}

/// Why one event was refused: a stable code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs, such as `b_number_invalid`.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl Refusal {
    /// A refusal of this code.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Longest B-number that is kept; longer ones are refused.
pub const MAX_B_NUMBER: usize = 32;

/// A batch of decoded events and the texts they carry.
#[derive(Default)]
pub struct EventBatch {
    events: Vec<Seen>,
    /// What is said by events that begin a call, which is mostly kept, and by others.
    begins: Entries,
    others: Entries,
    /// Lines that held an event or failed to.
    pub lines: u64,
    /// The first lines refused, each with its number.
    pub refused: Vec<(u64, Refusal)>,
    /// How many lines were refused, by code.
    pub refusals: BTreeMap<&'static str, u64>,
}

impl EventBatch {
    /// Drops all events and refusals, but for the count of lines; what they took is kept for the next.
    pub fn clear(&mut self) {
        self.events.clear();
        self.begins.clear();
        self.others.clear();
        self.refused.clear();
        self.refusals.clear();
    }

    /// Makes room for the events of this many bytes of lines, as long as lines commonly are.
    pub fn expect_bytes(&mut self, bytes: usize) {
        self.events.reserve(bytes / 192 + 1);
        self.begins.expect(bytes / 8 * 5);
    }

    /// Events held.
    #[must_use]
    pub fn events(&self) -> &[Seen] {
        &self.events
    }

    /// Notes that the newest line was refused; of many, the first are kept.
    pub fn refuse(&mut self, refusal: Refusal) {
        *self.refusals.entry(refusal.code).or_default() += 1;
        if self.refused.len() < MOST_REFUSED {
            self.refused.push((self.lines, refusal));
        }
    }

    /// Lines refused.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.refusals.values().sum()
    }

    /// Adds an event; what can't be judged is refused.
    pub fn push(&mut self, intake: &mut Intake, event: &CallEvent<'_>) -> Result<(), Refusal> {
        let a = intake.number(event.a_number, event.trunk);
        let b = intake.number(event.b_number, event.trunk);
        if event.b_number.is_empty() || b.number.is_anonymous() {
            if begins(event.kind) || event.call_id.is_empty() {
                return Err(Refusal::new("b_number_invalid", "b_number names no called party"));
            }
        } else if b.cut || b.text.as_ref().is_some_and(|t| t.chars().count() > MAX_B_NUMBER) {
            let detail = format!("b_number has over {MAX_B_NUMBER} characters");
            return Err(Refusal::new("b_number_invalid", detail));
        }
        intake.odd_a_numbers += u64::from(a.number.is_text());
        intake.cut_a_numbers += u64::from(a.cut);
        let sdp = sdp_party(event.sdp_origin);
        let origin = Origin {
            trunk: intake.names.hash(event.trunk) as u32,
            source: intake.names.hash(event.source_ip) as u32,
            sdp: sdp.map_or(0, |(user, address)| {
                (intake.names.hash(user).rotate_left(17) ^ intake.names.hash(address)) as u32 | 1
            }),
            agent: intake.names.hash(event.user_agent) as u32,
            asserted: asserted(intake, event, a.number),
        };
        let texts = Texts {
            call_id: event.call_id,
            a_text: a.text.as_deref().unwrap_or(""),
            trunk: event.trunk,
            source_ip: event.source_ip,
            sdp_origin: event.sdp_origin,
            user_agent: event.user_agent,
            b_text: b.text.as_deref().unwrap_or(""),
        };
        let entries = if begins(event.kind) { &mut self.begins } else { &mut self.others };
        let place = entries.push(&texts, origin, event.at);
        self.events.push(Seen {
            at: event.at,
            due: event.at,
            a: a.number,
            b: b.number,
            call: intake.hash_call_id(event.call_id),
            origin,
            ring: event.ring,
            duration: event.duration,
            line: self.lines,
            place,
            cause: event.cause,
            kind: event.kind,
            attestation: event.attestation,
        });
        Ok(())
    }

    /// Moves events into a batch of their own, in order of time; ties are broken by what the events say.
    #[must_use]
    pub fn take_until(&mut self, until: i64) -> Self {
        let (mut due, kept): (Vec<Seen>, Vec<Seen>) =
            self.events.drain(..).partition(|seen| seen.due <= until);
        if !due.is_sorted_by_key(|seen| seen.due) || due.windows(2).any(|pair| pair[0].due == pair[1].due) {
            due.sort_by(|x, y| self.order(x, y));
        }
        let mut rest = Self { lines: self.lines, ..Self::default() };
        for seen in kept {
            let entries = if begins(seen.kind) { &mut rest.begins } else { &mut rest.others };
            let place = entries.copy(self.entry(&seen));
            rest.events.push(Seen { place, ..seen });
        }
        rest.refused = std::mem::take(&mut self.refused);
        rest.refusals = std::mem::take(&mut self.refusals);
        let mut taken = std::mem::replace(self, rest);
        taken.begins.seal();
        Self { events: due, begins: taken.begins, others: taken.others, ..Self::default() }
    }

    /// The order of time; ties are broken by all that the events say, so that it never matters which came first.
    fn order(&self, x: &Seen, y: &Seen) -> Ordering {
        let first = (x.due, x.due != x.at, x.at, x.kind).cmp(&(y.due, y.due != y.at, y.at, y.kind));
        first.then_with(|| {
            let says = |seen: &Seen| {
                let texts = self.entry(seen).texts();
                let called = (seen.b.e164_value(), texts.b_text);
                let parties = (texts.call_id, called, seen.a.e164_value(), texts.a_text);
                let origin = (texts.trunk, texts.source_ip, texts.sdp_origin, texts.user_agent);
                (parties, origin, seen.ring, seen.duration, seen.cause)
            };
            says(x).cmp(&says(y))
        })
    }

    /// Drops events that `keep` refuses, asked in order; how many went.
    pub fn retain(&mut self, from: usize, mut keep: impl FnMut(&mut Seen) -> bool) -> usize {
        let before = self.events.len();
        let mut kept = from;
        for place in from..before {
            if keep(&mut self.events[place]) {
                self.events.swap(kept, place);
                kept += 1;
            }
        }
        self.events.truncate(kept);
        before - kept
    }

    /// What an event says.
    #[must_use]
    pub fn entry(&self, seen: &Seen) -> Entry<'_> {
        if begins(seen.kind) { self.begins.entry(seen.place) } else { self.others.entry(seen.place) }
    }

    /// What is said by events that begin a call.
    #[must_use]
    pub fn begins(&self) -> &Entries {
        &self.begins
    }

    /// Makes what was said so far ready to be shared. Best done once per batch: each time ends a block.
    pub fn seal(&mut self) {
        self.begins.seal();
    }
}

/// The identity asserted of the caller; what doesn't begin a call needs none.
fn asserted(intake: &mut Intake, event: &CallEvent<'_>, a: Number) -> u32 {
    if event.p_asserted_identity.is_empty() || !begins(event.kind) {
        0
    } else if event.p_asserted_identity == event.a_number {
        identity(a)
    } else {
        identity(intake.number(event.p_asserted_identity, event.trunk).number)
    }
}

/// Whether an event begins a call.
#[must_use]
pub fn begins(kind: EventKind) -> bool {
    matches!(kind, EventKind::Invite | EventKind::Cdr)
}

/// User name and address of an SDP origin (RFC 8866, 5.2); session numbers say nothing of the origin.
#[must_use]
pub fn sdp_party(origin: &str) -> Option<(&str, &str)> {
    let mut words = origin.split_ascii_whitespace();
    let user = words.next()?;
    Some((user, words.next_back().unwrap_or("")))
}
