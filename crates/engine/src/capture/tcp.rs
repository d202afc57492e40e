//! Puts a TCP connection's bytes in order (RFC 9293): segments out of order, sent again, overlapping, or lost.
//!
//! Kept are connections whose begin was seen, until their first bytes turn out not to be SIP, and those in which a
//! SIP start line was seen, or what may become one.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::chunks::Order;
use super::framing::{Framer, find_start, may_begin};
use super::{Malformed, count};

/// Directions of connections in each of two generations. A PBX keeps one connection per phone or trunk.
const MAX_FLOWS: usize = 32_768;
/// Segments and bytes that wait for an earlier segment: more than a window's worth of loss is a hole in the capture.
const MAX_WAITING: usize = 128;
const MAX_WAITING_BYTES: usize = 262_144;
/// A segment further from the expected one is of another connection: SIP fills no window of megabytes.
const MAX_DISTANCE: i32 = 4 << 20;
/// A segment sent again comes within this time; then it was never captured.
const MAX_WAIT: i64 = 10_000_000_000;
/// Bytes held of all connections together.
const MAX_HELD: usize = 128 << 20;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;

/// One segment and where it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) source: u16,
    pub(super) destination: u16,
    sequence: u32,
    flags: u8,
    pub(super) data: &'a [u8],
    /// Bytes of its data that were not captured.
    missing: usize,
}

impl<'a> Segment<'a> {
    pub(super) fn parse(payload: &'a [u8], missing: usize) -> Option<Self> {
        let head = payload.get(..20)?;
        let start = usize::from(head[12] >> 4) * 4;
        Some(Self {
            source: Order::Big.u16(head, 0)?,
            destination: Order::Big.u16(head, 2)?,
            sequence: Order::Big.u32(head, 4)?,
            flags: head[13],
            data: if start < 20 {
                return None;
            } else {
                payload.get(start..)?
            },
            missing,
        })
    }
}

type Key = (SocketAddr, SocketAddr);

/// A message out of a connection. `whole` is false where it ends in a hole.
pub(super) struct Message<'a> {
    pub(super) flow: Key,
    pub(super) at: i64,
    pub(super) bytes: &'a [u8],
    pub(super) whole: bool,
}

/// All connections.
#[derive(Debug, Default)]
pub(super) struct Connections {
    young: HashMap<Key, Flow>,
    old: HashMap<Key, Flow>,
    held: usize,
}

#[derive(Debug)]
struct Flow {
    /// Sequence number of the first byte seen,
    first: u32,
    /// and of the next.
    next: u32,
    waiting: Vec<Waiting>,
    /// Sequence number behind the last byte, once the sender has said so.
    last: Option<u32>,
    framer: Framer,
    is_sip: bool,
    /// Whether any of its bytes were seen.
    has_begun: bool,
    latest: i64,
}

#[derive(Debug)]
struct Waiting {
    sequence: u32,
    since: i64,
    data: Vec<u8>,
    missing: usize,
}

impl Connections {
    /// Takes a segment of the flow `key` and gives the messages it completes.
    pub(super) fn take(
        &mut self,
        key: Key,
        segment: &Segment<'_>,
        at: i64,
        malformed: &mut Malformed,
        sink: &mut impl FnMut(Message<'_>),
    ) {
        let mut run = Run { key, at, malformed, sink };
        let known = self.young.remove(&key).or_else(|| self.old.remove(&key));
        self.held -= known.as_ref().map_or(0, Flow::held);
        let begins = segment.flags & SYN != 0;
        let sequence = segment.sequence.wrapping_add(u32::from(begins));
        let mut flow = match known {
            // A begin that is sent again begins nothing.
            Some(flow) if if begins { flow.first == sequence } else { flow.expects(sequence) } => flow,
            mut other => {
                if let Some(flow) = &mut other {
                    flow.end(&mut run);
                }
                if !begins && find_start(segment.data, false).is_none() && !may_begin(segment.data) {
                    return;
                }
                Flow::new(sequence, at)
            }
        };
        flow.take(sequence, segment.data, segment.missing, &mut run);
        if segment.flags & FIN != 0 {
            flow.last = Some(sequence.wrapping_add(wrapped(segment.data.len() + segment.missing)));
        }
        if segment.flags & RST != 0 || flow.is_over() {
            flow.end(&mut run);
        }
        // One that is over stays, so that segments sent again are known as such.
        if flow.is_wanted() {
            self.keep(key, flow, &mut run);
        }
    }

    /// Drops what is known of a flow: it is of another protocol.
    pub(super) fn forget(&mut self, key: Key) {
        if let Some(flow) = self.young.remove(&key).or_else(|| self.old.remove(&key)) {
            self.held -= flow.held();
        }
    }

    /// The capture has ended.
    pub(super) fn finish(&mut self, malformed: &mut Malformed, sink: &mut impl FnMut(Message<'_>)) {
        let mut flows: Vec<_> = self.young.drain().chain(self.old.drain()).collect();
        flows.sort_unstable_by_key(|(key, flow)| (flow.latest, *key));
        for (key, mut flow) in flows {
            let at = flow.latest;
            flow.end(&mut Run { key, at, malformed, sink });
        }
        self.held = 0;
    }

    fn keep(&mut self, key: Key, mut flow: Flow, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        if self.held + flow.held() > MAX_HELD {
            count(run.malformed, "tcp_memory");
            flow.end(run);
            return;
        }
        if self.young.len() >= MAX_FLOWS {
            let dropped = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            for flow in dropped.values().filter(|flow| flow.held() > 0) {
                self.held -= flow.held();
                count(run.malformed, "tcp_flows_dropped");
            }
        }
        self.held += flow.held();
        self.young.insert(key, flow);
    }
}

/// What one segment's way through a flow needs at every step.
struct Run<'a, Sink> {
    key: Key,
    at: i64,
    malformed: &'a mut Malformed,
    sink: &'a mut Sink,
}

impl Flow {
    fn new(next: u32, at: i64) -> Self {
        Self {
            first: next,
            next,
            waiting: Vec::new(),
            last: None,
            framer: Framer::default(),
            is_sip: false,
            has_begun: false,
            latest: at,
        }
    }

    /// Whether a segment belongs here, and not to a connection between the same ports whose begin was missed.
    fn expects(&self, sequence: u32) -> bool {
        let ahead = ahead(sequence, self.next);
        (-MAX_DISTANCE..=MAX_DISTANCE).contains(&ahead) && (ahead <= 0 || !self.is_over())
    }

    fn is_over(&self) -> bool {
        self.last.is_some_and(|last| ahead(last, self.next) <= 0)
    }

    fn held(&self) -> usize {
        self.framer.len() + self.waiting.iter().map(|waiting| waiting.data.len()).sum::<usize>()
    }

    fn is_wanted(&self) -> bool {
        self.is_sip || !self.has_begun || (self.framer.len() > 0 && self.framer.is_promising())
    }

    fn take(
        &mut self,
        sequence: u32,
        data: &[u8],
        missing: usize,
        run: &mut Run<'_, impl FnMut(Message<'_>)>,
    ) {
        self.latest = run.at;
        if data.is_empty() && missing == 0 {
            return;
        }
        if ahead(sequence, self.next) > 0 {
            self.wait(sequence, data, missing, run);
        } else {
            self.append(sequence, data, missing, run);
            self.catch_up(run);
        }
    }

    fn wait(
        &mut self,
        sequence: u32,
        data: &[u8],
        missing: usize,
        run: &mut Run<'_, impl FnMut(Message<'_>)>,
    ) {
        let place = self.waiting.partition_point(|other| ahead(sequence, other.sequence) > 0);
        self.waiting.insert(place, Waiting { sequence, since: run.at, data: data.to_vec(), missing });
        let bytes: usize = self.waiting.iter().map(|waiting| waiting.data.len()).sum();
        let oldest = self.waiting.iter().map(|waiting| waiting.since).min().unwrap_or(run.at);
        let late = run.at.saturating_sub(oldest) > MAX_WAIT;
        if late || self.waiting.len() > MAX_WAITING || bytes > MAX_WAITING_BYTES {
            self.pass_hole(run);
        }
    }

    /// Goes on behind bytes that were never captured.
    fn pass_hole(&mut self, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        if let Some(first) = self.waiting.first() {
            self.next = first.sequence;
            self.hole("tcp_gap", run);
            self.catch_up(run);
        }
    }

    fn hole(&mut self, reason: &'static str, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        if self.is_sip {
            count(run.malformed, reason);
        }
        self.flush(run);
    }

    fn catch_up(&mut self, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        let due = self.waiting.iter().take_while(|waiting| ahead(waiting.sequence, self.next) <= 0).count();
        if due == 0 {
            return;
        }
        let waiting: Vec<_> = self.waiting.drain(..due).collect();
        for Waiting { sequence, data, missing, .. } in waiting {
            self.append(sequence, &data, missing, run);
        }
        self.catch_up(run);
    }

    fn append(
        &mut self,
        sequence: u32,
        data: &[u8],
        missing: usize,
        run: &mut Run<'_, impl FnMut(Message<'_>)>,
    ) {
        let known = self.next.wrapping_sub(sequence) as usize;
        if known >= data.len() + missing {
            return;
        }
        let fresh = data.get(known..).unwrap_or(&[]);
        self.has_begun = true;
        if !self.is_sip && self.framer.len() == 0 {
            self.is_sip = find_start(fresh, false).is_some();
        }
        let Run { key, at, malformed, sink } = run;
        let mut found = false;
        // Before the first start line nothing is known to be SIP, and nothing is counted as damaged.
        let mut unknown = Malformed::new();
        let counts = if self.is_sip { &mut **malformed } else { &mut unknown };
        self.framer.push(fresh, counts, |bytes| {
            found = true;
            sink(Message { flow: *key, at: *at, bytes, whole: true });
        });
        self.is_sip |= found;
        self.next = sequence.wrapping_add(wrapped(data.len() + missing));
        if missing > 0 {
            self.hole("packet_cut", run);
        }
    }

    fn end(&mut self, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        while !self.waiting.is_empty() {
            self.pass_hole(run);
        }
        self.last = Some(self.next);
        self.flush(run);
    }

    fn flush(&mut self, run: &mut Run<'_, impl FnMut(Message<'_>)>) {
        let Run { key, at, malformed, sink } = run;
        self.framer.flush(malformed, |bytes| sink(Message { flow: *key, at: *at, bytes, whole: false }));
    }
}

/// How far a sequence number lies ahead of another, modulo 2^32.
fn ahead(sequence: u32, of: u32) -> i32 {
    sequence.wrapping_sub(of).cast_signed()
}

fn wrapped(length: usize) -> u32 {
    (length & 0xffff_ffff) as u32
}
