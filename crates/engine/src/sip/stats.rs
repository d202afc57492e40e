//! Counts of SIP messages, equal to what tshark says of the same capture.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

use super::message::{Cseq, Message};
use super::start::StartLine;

/// Distinct Call-IDs told apart, as hashes of 8 bytes, in a table of 2^24 places (144 MiB): a day of a large operator.
const MAX_CALL_IDS: usize = (1 << 24) / 8 * 7;
/// Flows whose last transaction is remembered, in each of two generations, in tables of 2^20 places (33 MiB each). A
/// resend comes within 32 s (RFC 3261, timer B), in which the busiest operator opens fewer.
const MAX_FLOWS: usize = (1 << 20) / 8 * 7;
/// Methods told apart; there are fourteen. Whoever invents more is counted as `other`.
const MAX_METHODS: usize = 64;
/// Longer methods in a CSeq, as none at all, make Wireshark give a message up: it is not in `sip,stat`.
const LONGEST_METHOD: usize = 16;

/// What is counted of SIP messages, so that it equals `tshark -q -z sip,stat` (messages, resends, requests by
/// method) and the distinct values of `tshark -T fields -e sip.Call-ID`.
///
/// Counted is every message whose start line is exactly SIP's, readable as a call or not, requests and responses,
/// resends included, in `messages` and in `methods` (requests alone). A resend, as Wireshark sees it, is over UDP
/// only: in one flow (Call-ID, both addresses, both ports) a request that follows a request with the same CSeq,
/// ACK and CANCEL apart, or a final response that follows one with the same CSeq and status.
#[derive(Debug, Default)]
pub struct SipStats {
    /// SIP messages.
    pub messages: u64,
    /// Requests by method.
    pub methods: BTreeMap<String, u64>,
    /// Messages that repeat an earlier one.
    pub resends: u64,
    /// Call-IDs that came after the set was full, so that `call_ids` is a lower bound.
    pub uncounted_call_ids: u64,
    call_ids: HashSet<u64>,
    hasher: RandomState,
    young: HashMap<u64, Last>,
    old: HashMap<u64, Last>,
}

/// The last transaction of a flow.
#[derive(Clone, Copy, Debug)]
struct Last {
    number: u32,
    method: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Nothing,
    Request,
    Provisional,
    Final(u16),
}

impl SipStats {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Distinct Call-IDs of all messages.
    #[must_use]
    pub fn call_ids(&self) -> u64 {
        self.call_ids.len() as u64
    }

    /// Counts a message; `udp` names source and destination where it came over UDP.
    pub fn observe(&mut self, message: &Message<'_>, udp: Option<(SocketAddr, SocketAddr)>) {
        if !message.exact {
            return;
        }
        for call_id in std::iter::once(&message.call_id).chain(&message.more_call_ids) {
            self.observe_call_id(call_id);
        }
        if message.cseq.as_ref().is_some_and(|cseq| !(1..=LONGEST_METHOD).contains(&cseq.method.len())) {
            return;
        }
        self.messages += 1;
        if let StartLine::Request { method, .. } = &message.start {
            self.count_method(method);
        }
        if let (Some(cseq), Some((source, destination))) = (&message.cseq, udp) {
            let call_id = message.more_call_ids.last().unwrap_or(&message.call_id);
            let flow = self.hasher.hash_one((&**call_id, source, destination));
            self.resends += u64::from(self.is_resend(flow, message, cseq));
        }
    }

    fn observe_call_id(&mut self, call_id: &str) {
        if call_id.is_empty() {
            return;
        }
        let hash = self.hasher.hash_one(call_id);
        if self.call_ids.len() < MAX_CALL_IDS {
            self.call_ids.insert(hash);
        } else if !self.call_ids.contains(&hash) {
            self.uncounted_call_ids += 1;
        }
    }

    fn count_method(&mut self, method: &str) {
        if let Some(count) = self.methods.get_mut(method) {
            *count += 1;
        } else {
            let name = if self.methods.len() < MAX_METHODS { method } else { "other" };
            *self.methods.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn is_resend(&mut self, flow: u64, message: &Message<'_>, cseq: &Cseq<'_>) -> bool {
        let method = self.hasher.hash_one(&*cseq.method);
        let fresh = Last { number: cseq.number, method, state: State::Nothing };
        let mut last = self.last(flow).filter(|last| last.number == cseq.number).unwrap_or(fresh);
        let same = last.method == method;
        let resend = match message.start {
            StartLine::Request { .. } => {
                let resend =
                    same && last.state == State::Request && !matches!(&*cseq.method, "ACK" | "CANCEL");
                last.state = State::Request;
                resend
            }
            StartLine::Response(status) if status >= 200 => {
                let resend = same && last.state == State::Final(status);
                last.state = State::Final(status);
                resend
            }
            StartLine::Response(_) => {
                last.state = State::Provisional;
                false
            }
        };
        self.remember(flow, last);
        resend
    }

    fn last(&self, flow: u64) -> Option<Last> {
        self.young.get(&flow).or_else(|| self.old.get(&flow)).copied()
    }

    fn remember(&mut self, flow: u64, last: Last) {
        if self.young.len() >= MAX_FLOWS && !self.young.contains_key(&flow) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(flow, last);
    }
}
