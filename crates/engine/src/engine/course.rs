//! What its later events make of a call: answered, refused, challenged, ended.

use crate::batch::Seen;
use crate::calls::{Call, EFFECTIVE, HEADLESS, HUNG_UP, NEVER};
use crate::event::EventKind;
use crate::tally::reached_terminal;

/// A call that was asked who it is (401, 407) is up this long, 64 times T1 (RFC 3261, 17.1.1.2), for the caller to try
/// again.
const CHALLENGED: i64 = 32_000_000_000;

/// A caller who hangs up within this time has not waited for an answer.
const AT_ONCE: i64 = 3_000_000_000;
/// SIP status of a call that its caller cancelled.
const TERMINATED: u16 = 487;

/// A call as the event that begins it tells it.
#[inline]
pub(super) fn fresh_call(seen: &Seen) -> Call {
    let mut call = Call::new(seen.call, seen.a, seen.at, seen.attestation);
    if seen.kind == EventKind::Cdr {
        let rung = seen.at.saturating_add(seen.ring.max(0));
        let answered = seen.duration > 0;
        call.answer = if answered { rung } else { NEVER };
        call.end = if answered { rung.saturating_add(seen.duration) } else { rung };
        call.flags = HUNG_UP | if reached_terminal(seen.cause) { EFFECTIVE } else { 0 };
    }
    call
}

/// What an event says of a call that has begun. An answered call ends by BYE alone: a refusal is then that of a
/// re-INVITE or of another leg of a fork, and a CANCEL goes to such a leg.
pub(super) fn apply(call: &mut Call, seen: &Seen) {
    let answered = call.answer != NEVER;
    match seen.kind {
        EventKind::Answer => {
            call.answer = call.answer.min(seen.at);
            if !call.is(HUNG_UP) {
                call.end = NEVER;
                call.flags &= !EFFECTIVE;
            }
        }
        EventKind::Cancel if !answered => {
            end(call, seen.at, true);
            hear_giving_up(call, seen);
        }
        EventKind::Fail if !answered => {
            refuse(call, seen);
            hear_giving_up(call, seen);
        }
        EventKind::Bye => {
            if !answered && seen.duration > 0 {
                call.answer = seen.at - seen.duration;
            }
            call.flags |= HUNG_UP;
            end(call, seen.at, reached_terminal(seen.cause));
        }
        _ => {}
    }
}

/// Takes note of a caller who gave the call up at once.
fn hear_giving_up(call: &mut Call, seen: &Seen) {
    let given_up = seen.kind == EventKind::Cancel || seen.cause == TERMINATED;
    if given_up && call.end.saturating_sub(call.begin) <= AT_ONCE {
        call.give_up();
    }
}

/// Whether an INVITE of this call that came in time is the answer to a challenge: no other end lies further ahead of
/// such an event than events come late.
pub(super) fn awaits_retry(call: &Call, at: i64, lateness: i64) -> bool {
    let unanswered = call.answer == NEVER && !call.is(HUNG_UP);
    let ahead = call.end.saturating_sub(at);
    unanswered && call.end != NEVER && ahead > lateness && ahead <= CHALLENGED
}

/// A challenge ends its call where nobody answers it. Where the call's begin was not seen, the INVITE that answers
/// begins it.
fn refuse(call: &mut Call, seen: &Seen) {
    if !matches!(seen.cause, 401 | 407) {
        end(call, seen.at, reached_terminal(seen.cause));
    } else if !call.is(HEADLESS) {
        end(call, seen.at.saturating_add(CHALLENGED), false);
    }
}

/// Of several ends the earliest is the call's.
fn end(call: &mut Call, at: i64, effective: bool) {
    if at < call.end {
        call.end = at;
        call.flags = call.flags & !EFFECTIVE | if effective { EFFECTIVE } else { 0 };
    }
}
