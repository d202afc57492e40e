//! What a message means for a call: at most one [`CallEvent`], and who may have placed it.
//!
//! Responses are never attempts. A message is judged by itself, without memory: the failure of a re-INVITE
//! looks like that of a call, and is one only where the call was not answered yet, which the engine knows.

use std::net::IpAddr;

use super::fault::Fault;
use super::message::Message;
use super::start::StartLine;
use super::uri::{Address, Uri};
use crate::batch::MAX_B_NUMBER;
use crate::event::{Attestation, CallEvent, EventKind};
use crate::numbers::is_withheld;

/// The A-number of callers that withhold theirs.
pub const ANONYMOUS: &str = "anonymous";

/// Who may have placed the call, by where it is said. Empty where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates<'a> {
    /// From, which the caller chooses; [`ANONYMOUS`] where it withholds.
    pub from: &'a str,
    /// P-Asserted-Identity, which the network asserts; of several the first that is a number.
    pub p_asserted_identity: &'a str,
    /// Remote-Party-ID, its predecessor.
    pub remote_party_id: &'a str,
    /// P-Charge-Info: who pays.
    pub p_charge_info: &'a str,
    /// Diversion: who forwarded the call. A fact, never the caller.
    pub diversion: &'a str,
}

/// The A-number: From, unless the trunk is trusted; then P-Asserted-Identity, Remote-Party-ID, P-Charge-Info, From.
#[must_use]
pub fn a_number<'a>(candidates: &Candidates<'a>, trusted: bool) -> &'a str {
    if !trusted {
        return candidates.from;
    }
    [candidates.p_asserted_identity, candidates.remote_party_id, candidates.p_charge_info]
        .into_iter()
        .find(|party| !party.is_empty() && *party != ANONYMOUS)
        .unwrap_or(candidates.from)
}

impl<'a> Candidates<'a> {
    /// What a message says of its caller.
    #[must_use]
    pub fn of(message: &'a Message<'_>) -> Self {
        Self {
            from: message.from.as_ref().map_or(ANONYMOUS, |from| caller(from, message.private)),
            p_asserted_identity: message.asserted().map_or("", party),
            remote_party_id: message.remote_party_id.as_ref().map_or("", party),
            p_charge_info: message.p_charge_info.as_ref().map_or("", party),
            diversion: message.diversion.as_ref().map_or("", party),
        }
    }
}

fn party<'a>(uri: &'a Uri<'_>) -> &'a str {
    if uri.is_anonymous() { ANONYMOUS } else { &uri.party }
}

fn caller<'a>(from: &'a Address<'_>, private: bool) -> &'a str {
    let unnamed = from.uri.user.is_empty() && (private || is_withheld(&from.display));
    if unnamed { ANONYMOUS } else { party(&from.uri) }
}

/// What a message means for a call, and who may have placed it.
#[derive(Clone, Debug, PartialEq)]
pub struct SipEvent<'a> {
    /// `a_number` is the choice for a trunk that is not trusted; `trunk` is left to whoever knows the trunks.
    pub event: CallEvent<'a>,
    /// What [`a_number`] ranks.
    pub candidates: Candidates<'a>,
}

/// Texts of an event that the message's bytes don't hold as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Address of the peer that sent the message; empty where it is not known.
    pub source_ip: String,
    sdp_origin: String,
}

impl Context {
    /// Made once and used for message after message.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The call event of a message seen at `at` (nanoseconds since 1970 UTC) from `source`, unspecified where
    /// nobody knows, if it makes one: an INVITE outside a dialog, CANCEL, BYE, and to INVITE 180, 183, 2xx, and 3xx
    /// to 6xx. Numbers of a response come from its From and To.
    ///
    /// # Errors
    /// What keeps the message from standing for a call.
    pub fn event<'a>(
        &'a mut self,
        message: &'a Message<'_>,
        at: i64,
        source: IpAddr,
    ) -> Result<Option<SipEvent<'a>>, Fault> {
        if let Some(fault) = message.fault() {
            return Err(fault);
        }
        let Some(kind) = kind(message) else {
            return Ok(None);
        };
        let b_number = called(message, kind);
        if b_number.is_empty() && kind == EventKind::Invite {
            return Err(Fault::NoCalledNumber);
        }
        self.write(message, kind, source);
        let candidates = Candidates::of(message);
        let event = CallEvent {
            call_id: &message.call_id,
            source_ip: &self.source_ip,
            user_agent: &message.user_agent,
            sdp_origin: &self.sdp_origin,
            p_asserted_identity: candidates.p_asserted_identity,
            attestation: if message.identity { Attestation::None } else { Attestation::Unknown },
            cause: cause(message, kind),
            ..CallEvent::new(kind, at, candidates.from, b_number)
        };
        Ok(Some(SipEvent { event, candidates }))
    }

    fn write(&mut self, message: &Message<'_>, kind: EventKind, source: IpAddr) {
        use std::fmt::Write;
        self.source_ip.clear();
        // What was written into a file came from nobody who can be named, and not all from one peer.
        if !source.is_unspecified() {
            // Writing into a String can't fail.
            let _ = write!(self.source_ip, "{source}");
        }
        self.sdp_origin.clear();
        if kind == EventKind::Invite {
            self.sdp_origin.push_str(&message.sdp_origin());
        }
    }
}

fn kind(message: &Message<'_>) -> Option<EventKind> {
    match (&message.start, message.method()) {
        (StartLine::Request { .. }, "INVITE") if outside_dialog(message) => Some(EventKind::Invite),
        (StartLine::Request { .. }, "CANCEL") => Some(EventKind::Cancel),
        (StartLine::Request { .. }, "BYE") => Some(EventKind::Bye),
        (StartLine::Response(status), "INVITE") => match status {
            180 | 183 => Some(EventKind::Ringing),
            200..300 => Some(EventKind::Answer),
            300..700 => Some(EventKind::Fail),
            _ => None,
        },
        _ => None,
    }
}

fn outside_dialog(message: &Message<'_>) -> bool {
    message.to.as_ref().is_none_or(|to| to.tag.is_empty())
}

/// The Request-URI's user, of an INVITE and its CANCEL; To may name somebody else. In other messages the
/// Request-URI is a contact, and To names whom the sender talks to, if it is short enough for a B-number: they belong
/// to their call by the Call-ID, whatever it says.
fn called<'a>(message: &'a Message<'_>, kind: EventKind) -> &'a str {
    match (&message.start, kind) {
        (StartLine::Request { uri, .. }, EventKind::Invite | EventKind::Cancel) => number(uri),
        _ => {
            let named = message.to.as_ref().map_or("", |to| number(&to.uri));
            if named.chars().count() > MAX_B_NUMBER { "" } else { named }
        }
    }
}

/// A URI of another scheme (`urn:service:sos`) has no user and is itself who is called.
fn number<'a>(uri: &'a Uri<'_>) -> &'a str {
    if uri.user.is_empty() && uri.host.is_empty() { &uri.party } else { &uri.user }
}

fn cause(message: &Message<'_>, kind: EventKind) -> u16 {
    match (&message.start, kind) {
        (StartLine::Response(status), EventKind::Fail) => *status,
        (StartLine::Request { .. }, EventKind::Cancel | EventKind::Bye) => message.cause,
        _ => 0,
    }
}
