//! Files in, judged in order of event time: NDJSON events, captures and SIP texts, told by their content.
//!
//! Events are held back until the stream has moved on by the bound on lateness, so that their order within it
//! changes nothing; `sort` holds all of them back to the end.

use std::collections::BTreeMap;

use crate::batch::EventBatch;
use crate::capture::{Kind, SNIFF_LEN, SipCapture, SipPacket, sniff};
use crate::engine::{Engine, Outcome, Receipt, SECOND};
use crate::ndjson::{self, MAX_LINE};
use crate::sip::calls::{Context, a_number};
use crate::sip::stats::SipStats;
use crate::sip::{Fault, Message};

/// Events that are held before the first are judged; what is left behind may be as many again.
const LEAST_HELD: usize = 4_096;
/// As in the engine: an event further ahead of both the stream and the clock is refused.
const AHEAD: i64 = 60_000_000_000;

/// Counts of what files held.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// SIP messages, counted as tshark does.
    pub messages: u64,
    /// Requests by method.
    pub methods: BTreeMap<String, u64>,
    /// Messages that repeat an earlier one.
    pub resends: u64,
    /// Distinct Call-IDs of all messages.
    pub call_ids: u64,
    /// Call events.
    pub events: u64,
    /// What could not be read, by reason.
    pub malformed: BTreeMap<String, u64>,
}

enum Reader {
    /// The first bytes of a file whose kind is not known yet.
    Unknown(Vec<u8>),
    Lines {
        carry: Vec<u8>,
        skipping: bool,
    },
    Capture(Box<SipCapture>),
}

/// Reads files into an engine.
pub struct Replay {
    sort: bool,
    wall: i64,
    reader: Reader,
    held: EventBatch,
    left: usize,
    newest: i64,
    stragglers: usize,
    stats: SipStats,
    context: Context,
    events: u64,
    malformed: BTreeMap<String, u64>,
}

impl Replay {
    /// `wall` is the present: no event may be over a minute ahead of it and of the stream.
    #[must_use]
    pub fn new(sort: bool, wall: i64) -> Self {
        Self {
            sort,
            wall,
            reader: Reader::Unknown(Vec::new()),
            held: EventBatch::default(),
            left: 0,
            newest: i64::MIN,
            stragglers: 0,
            stats: SipStats::new(),
            context: Context::new(),
            events: 0,
            malformed: BTreeMap::new(),
        }
    }

    /// The file's next bytes.
    ///
    /// # Errors
    ///
    /// The file is of no kind that can be read.
    pub fn feed(&mut self, engine: &mut Engine, data: &[u8]) -> Result<Outcome, UnknownKind> {
        if let Reader::Unknown(first) = &mut self.reader {
            first.extend_from_slice(data);
            if first.len() < SNIFF_LEN {
                return Ok(Outcome::default());
            }
            let first = self.choose()?;
            self.read(engine, &first);
        } else {
            self.read(engine, data);
        }
        Ok(self.judge(engine, false))
    }

    /// The file has ended: what is left of it is read as far as it goes.
    ///
    /// # Errors
    ///
    /// The file is of no kind that can be read.
    pub fn close(&mut self, engine: &mut Engine) -> Result<Outcome, UnknownKind> {
        if let Reader::Unknown(first) = &self.reader {
            if first.is_empty() {
                return Ok(Outcome::default());
            }
            let first = self.choose()?;
            self.read(engine, &first);
        }
        match std::mem::replace(&mut self.reader, Reader::Unknown(Vec::new())) {
            Reader::Unknown(_) => {}
            Reader::Lines { carry, .. } => self.lines(engine, &carry),
            Reader::Capture(mut capture) => {
                self.packets(engine, |sink| capture.finish(&mut |packet| sink(packet)));
                for (reason, count) in capture.malformed() {
                    *self.malformed.entry((*reason).to_owned()).or_default() += count;
                }
            }
        }
        Ok(self.judge(engine, false))
    }

    /// No more files: everything held back is judged, and what only waited for late events is told.
    pub fn finish(&mut self, engine: &mut Engine) -> Outcome {
        let mut outcome = self.judge(engine, true);
        outcome.changes.extend(engine.finish());
        outcome
    }

    /// Counts so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            messages: self.stats.messages,
            methods: self.stats.methods.clone(),
            resends: self.stats.resends,
            call_ids: self.stats.call_ids(),
            events: self.events,
            malformed: self.malformed.clone(),
        }
    }

    /// Settles the kind of the file; gives back the bytes it was told by.
    fn choose(&mut self) -> Result<Vec<u8>, UnknownKind> {
        let Reader::Unknown(first) = std::mem::replace(&mut self.reader, Reader::Unknown(Vec::new())) else {
            return Ok(Vec::new());
        };
        let kind = sniff(&first);
        self.reader = match SipCapture::new(kind) {
            Some(capture) => Reader::Capture(Box::new(capture)),
            None if kind == Kind::Ndjson || is_text(&first) => {
                Reader::Lines { carry: Vec::new(), skipping: false }
            }
            None => return Err(UnknownKind),
        };
        Ok(first)
    }

    fn read(&mut self, engine: &mut Engine, data: &[u8]) {
        match &mut self.reader {
            Reader::Unknown(_) => {}
            Reader::Lines { .. } => self.split_lines(engine, data),
            Reader::Capture(_) => {
                let Reader::Capture(mut capture) =
                    std::mem::replace(&mut self.reader, Reader::Unknown(Vec::new()))
                else {
                    return;
                };
                self.packets(engine, |sink| capture.feed(data, &mut |packet| sink(packet)));
                self.reader = Reader::Capture(capture);
            }
        }
    }

    /// Reads whole lines; the last, unfinished one is carried over, and one that is too long is passed over.
    fn split_lines(&mut self, engine: &mut Engine, mut data: &[u8]) {
        let Reader::Lines { carry, skipping } = &mut self.reader else { return };
        if *skipping {
            let Some(end) = memchr::memchr(b'\n', data) else { return };
            *skipping = false;
            data = &data[end + 1..];
        }
        let whole = memchr::memrchr(b'\n', data).map_or(0, |end| end + 1);
        let (lines, rest) = data.split_at(whole);
        let mut first = std::mem::take(carry);
        carry.extend_from_slice(rest);
        let lines = if lines.is_empty() {
            first.append(carry);
            *carry = first;
            first = Vec::new();
            lines
        } else if first.is_empty() {
            lines
        } else {
            let end = memchr::memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
            first.extend_from_slice(&lines[..end]);
            &lines[end..]
        };
        if carry.len() > MAX_LINE {
            carry.clear();
            *skipping = true;
            *self.malformed.entry("line_too_long".to_owned()).or_default() += 1;
        }
        self.lines(engine, &first);
        self.lines(engine, lines);
    }

    fn lines(&mut self, engine: &mut Engine, lines: &[u8]) {
        let from = self.held.events().len();
        ndjson::read_lines(lines, &mut engine.intake, &mut self.held);
        self.held.refused.clear();
        for (code, count) in std::mem::take(&mut self.held.refusals) {
            *self.malformed.entry(code.to_owned()).or_default() += count;
        }
        self.take_in(from, engine.config().lateness);
    }

    fn packets(&mut self, engine: &mut Engine, read: impl FnOnce(&mut dyn FnMut(SipPacket<'_>))) {
        let from = self.held.events().len();
        read(&mut |packet| {
            if let Err(fault) = self.packet(engine, &packet) {
                *self.malformed.entry(fault.reason().to_owned()).or_default() += 1;
            }
        });
        self.take_in(from, engine.config().lateness);
    }

    fn packet(&mut self, engine: &mut Engine, packet: &SipPacket<'_>) -> Result<(), Fault> {
        let message = Message::parse(packet.bytes)?;
        packet.count(&message, &mut self.stats);
        let at = packet.at.unwrap_or_default();
        let Some(found) = self.context.event(&message, at, packet.source.ip())? else { return Ok(()) };
        if packet.at.is_none() {
            return Err(Fault::NoTime);
        }
        let (trunk, trusted) = engine.intake.trunk_at(found.event.source_ip);
        let event = crate::event::CallEvent {
            trunk: &trunk,
            a_number: a_number(&found.candidates, trusted),
            ..found.event
        };
        if let Err(refusal) = self.held.push(&mut engine.intake, &event) {
            *self.malformed.entry(refusal.code.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// Counts fresh events, refuses those that are too far ahead, and tells those that came too late to be put in
    /// order: they are judged when they came.
    fn take_in(&mut self, from: usize, lateness: i64) {
        let (sort, wall, mut newest, mut stragglers) = (self.sort, self.wall, self.newest, 0);
        let refused = self.held.retain(from, |seen| {
            if seen.at > newest.saturating_add(AHEAD) && seen.at > wall.saturating_add(AHEAD) {
                return false;
            }
            newest = newest.max(seen.at);
            if !sort && seen.at < newest.saturating_sub(lateness) {
                seen.due = newest;
                stragglers += 1;
            }
            true
        });
        if refused > 0 {
            *self.malformed.entry("timestamp_in_future".to_owned()).or_default() += refused as u64;
        }
        self.newest = newest;
        self.stragglers += stragglers;
        self.events += (self.held.events().len() - from) as u64;
    }

    /// Judges what no event can come before any more, up to a whole second of event time. A file of an earlier day
    /// after another moves time no further: it is judged as it comes.
    fn judge(&mut self, engine: &mut Engine, all: bool) -> Outcome {
        let ripe = self.held.events().len() >= LEAST_HELD + 2 * self.left && !self.sort;
        if !all && !ripe {
            return Outcome::default();
        }
        let settled = self.newest.saturating_sub(engine.config().lateness);
        let until = if all || self.stragglers >= LEAST_HELD {
            i64::MAX
        } else {
            settled.saturating_sub(settled.rem_euclid(SECOND)) - 1
        };
        let due = self.held.take_until(until);
        self.left = self.held.events().len();
        if !due.events().is_empty() {
            self.stragglers = 0;
        }
        let mut outcome = engine.judge(&due, Receipt::Stream(self.wall));
        outcome.changes.extend(engine.advance(engine.stream()));
        outcome
    }
}

/// A file of a kind that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKind;

/// Whether a file may hold lines of text, some of which may be events.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && bytes.iter().filter(|byte| byte.is_ascii_graphic()).count() * 2 > bytes.len()
}
