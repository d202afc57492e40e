//! Reads call events from NDJSON, one object a line; the format is described in docs/formats.md.
//!
//! `plain` reads the lines that nearly all senders write, the parser all others; `stamp` reads their timestamps.

mod decimal;
mod plain;
mod quotes;
mod stamp;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::Deserialize;
use sonic_rs::JsonValueTrait;

use crate::batch::{EventBatch, Intake, Refusal};
use crate::event::{Attestation, CallEvent, EventKind};

pub use plain::Habits;
use stamp::Stamp;

/// Longest line that is read.
pub const MAX_LINE: usize = 1 << 20;
/// Some editors begin a file with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Deepest nesting that is read: parsers recurse, and stacks end.
pub(crate) const MAX_DEPTH: usize = 64;
/// What one line says; a text that is null is as good as absent.
#[derive(Debug, Default, PartialEq)]
struct Fields<'a> {
    event_type: Option<&'a str>,
    timestamp: Option<Result<i64, Refusal>>,
    a_number: Option<&'a str>,
    b_number: Option<&'a str>,
    call_id: Option<&'a str>,
    trunk: Option<&'a str>,
    source_ip: Option<&'a str>,
    user_agent: Option<&'a str>,
    sdp_origin: Option<&'a str>,
    p_asserted_identity: Option<&'a str>,
    attestation: Option<&'a str>,
    cause: Option<f64>,
    ring_seconds: Option<f64>,
    duration_seconds: Option<f64>,
}

/// The same as the parser gives it.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    event_type: Option<Cow<'a, str>>,
    #[serde(default)]
    timestamp: Option<Stamp>,
    #[serde(borrow, default)]
    a_number: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    b_number: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    trunk: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source_ip: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    user_agent: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    sdp_origin: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    p_asserted_identity: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    attestation: Option<Cow<'a, str>>,
    #[serde(default)]
    cause: Option<f64>,
    #[serde(default)]
    ring_seconds: Option<f64>,
    #[serde(default)]
    duration_seconds: Option<f64>,
}

impl<'a> Line<'a> {
    fn fields(&'a self) -> Fields<'a> {
        Fields {
            event_type: self.event_type.as_deref(),
            timestamp: self.timestamp.as_ref().map(|stamp| stamp.0.clone()),
            a_number: self.a_number.as_deref(),
            b_number: self.b_number.as_deref(),
            call_id: self.call_id.as_deref(),
            trunk: self.trunk.as_deref(),
            source_ip: self.source_ip.as_deref(),
            user_agent: self.user_agent.as_deref(),
            sdp_origin: self.sdp_origin.as_deref(),
            p_asserted_identity: self.p_asserted_identity.as_deref(),
            attestation: self.attestation.as_deref(),
            cause: self.cause,
            ring_seconds: self.ring_seconds,
            duration_seconds: self.duration_seconds,
        }
    }
}

/// Reads every line of `bytes` into the batch; a line that can't be read is noted there with its number.
///
/// Empty lines are skipped. The last line needs no newline.
pub fn read_lines(bytes: &[u8], intake: &mut Intake, batch: &mut EventBatch) {
    let mut rest = bytes;
    batch.expect_bytes(bytes.len());
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or(&[]);
        batch.lines += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        if line.first() != Some(&b'{') && line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Err(refusal) = read_event(line, intake, batch) {
            batch.refuse(refusal);
        }
    }
}

/// Reads one JSON object into the batch.
///
/// # Errors
///
/// What is wrong with the object; nothing was added then.
pub fn read_event(line: &[u8], intake: &mut Intake, batch: &mut EventBatch) -> Result<(), Refusal> {
    if line.len() > MAX_LINE {
        return Err(Refusal::new("line_too_long", format!("the line has over {MAX_LINE} bytes")));
    }
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    if let Some(fields) = plain::read(line, &mut intake.habits) {
        return batch.push(intake, &event(fields)?);
    }
    if line.trim_ascii_start().first() != Some(&b'{') {
        let not_text = std::str::from_utf8(line).err().map(|_| not_utf8());
        return Err(not_text.unwrap_or_else(|| Refusal::new("json_invalid", "the line holds no JSON object")));
    }
    if is_deep(line) {
        return Err(Refusal::new("json_invalid", format!("the line is nested over {MAX_DEPTH} levels deep")));
    }
    let line: Line<'_> = sonic_rs::from_slice(line).map_err(|error| syntax(line, &error))?;
    batch.push(intake, &event(line.fields())?)
}

/// Whether objects and lists lie too deep in each other. An event is flat, so that one look mostly settles it.
pub(crate) fn is_deep(line: &[u8]) -> bool {
    if line.get(1..).is_none_or(|rest| memchr::memchr2(b'{', b'[', rest).is_none()) {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut most = 0;
    for &byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most > MAX_DEPTH
}

fn not_utf8() -> Refusal {
    Refusal::new("encoding_invalid", "the line is not UTF-8")
}

fn syntax(line: &[u8], error: &sonic_rs::Error) -> Refusal {
    if std::str::from_utf8(line).is_err() {
        return not_utf8();
    }
    if let Some(refusal) = wrong_type(line) {
        return refusal;
    }
    let text = error.to_string().replace(" at line 1 column ", " at column ");
    let reason = text.lines().next().unwrap_or("not a JSON object");
    Refusal::new("json_invalid", crate::entries::cut(reason, 200))
}

/// The first field of an object that holds a value of a wrong type.
fn wrong_type(line: &[u8]) -> Option<Refusal> {
    const TEXTS: [(&str, &str); 9] = [
        ("event_type", "event_type_invalid"),
        ("a_number", "a_number_invalid"),
        ("b_number", "b_number_invalid"),
        ("call_id", "call_id_invalid"),
        ("trunk", "trunk_invalid"),
        ("source_ip", "source_ip_invalid"),
        ("user_agent", "user_agent_invalid"),
        ("sdp_origin", "sdp_origin_invalid"),
        ("p_asserted_identity", "p_asserted_identity_invalid"),
    ];
    const NUMBERS: [(&str, &str); 3] = [
        ("cause", "cause_invalid"),
        ("ring_seconds", "duration_invalid"),
        ("duration_seconds", "duration_invalid"),
    ];
    for entry in sonic_rs::to_object_iter(line) {
        let (field, value) = entry.ok()?;
        if value.is_null() {
            continue;
        }
        let of = |table: &[(&str, &'static str)]| table.iter().find(|(name, _)| *name == field).map(|f| f.1);
        let wrong = match (of(&TEXTS), of(&NUMBERS), &*field) {
            (Some(code), ..) if !value.is_str() => Some((code, "a string")),
            (_, Some(code), _) if !value.is_number() => Some((code, "a number")),
            (.., "attestation") if !value.is_str() => {
                Some(("attestation_invalid", "one of A, B, C, none, failed"))
            }
            (.., "timestamp") if !value.is_str() && !value.is_number() => {
                Some(("timestamp_invalid", "seconds as a number, or ISO 8601 with a zone"))
            }
            _ => None,
        };
        if let Some((code, wanted)) = wrong {
            return Some(Refusal::new(code, format!("{field} must be {wanted}")));
        }
    }
    None
}

fn event(line: Fields<'_>) -> Result<CallEvent<'_>, Refusal> {
    let kind = kind(line.event_type)?;
    let at =
        line.timestamp.unwrap_or_else(|| Err(Refusal::new("timestamp_missing", "timestamp is missing")))?;
    let call_id = line.call_id.unwrap_or_default();
    let begins = matches!(kind, EventKind::Invite | EventKind::Cdr);
    if line.a_number.is_none() && (begins || call_id.is_empty()) {
        return Err(Refusal::new("a_number_invalid", "a_number is missing"));
    }
    if line.b_number.is_none() && (begins || call_id.is_empty()) {
        return Err(Refusal::new("b_number_invalid", "b_number is missing"));
    }
    Ok(CallEvent {
        kind,
        at,
        a_number: line.a_number.unwrap_or_default(),
        b_number: line.b_number.unwrap_or_default(),
        call_id,
        trunk: line.trunk.unwrap_or_default(),
        source_ip: line.source_ip.unwrap_or_default(),
        user_agent: line.user_agent.unwrap_or_default(),
        sdp_origin: line.sdp_origin.unwrap_or_default(),
        p_asserted_identity: line.p_asserted_identity.unwrap_or_default(),
        attestation: attestation(line.attestation.unwrap_or_default())?,
        cause: cause(line.cause)?,
        ring: seconds("ring_seconds", line.ring_seconds)?,
        duration: seconds("duration_seconds", line.duration_seconds)?,
    })
}

fn kind(name: Option<&str>) -> Result<EventKind, Refusal> {
    const KINDS: [(&str, EventKind); 7] = [
        ("INVITE", EventKind::Invite),
        ("RINGING", EventKind::Ringing),
        ("ANSWER", EventKind::Answer),
        ("CANCEL", EventKind::Cancel),
        ("BYE", EventKind::Bye),
        ("FAIL", EventKind::Fail),
        ("CDR", EventKind::Cdr),
    ];
    let Some(name) = name else {
        return Err(Refusal::new("event_type_invalid", "event_type is missing"));
    };
    KINDS.iter().find(|known| known.0.eq_ignore_ascii_case(name)).map(|known| known.1).ok_or_else(|| {
        let shown = crate::entries::cut(name, 40);
        Refusal::new(
            "event_type_invalid",
            format!("'{shown}' is none of INVITE, RINGING, ANSWER, CANCEL, BYE, FAIL, CDR"),
        )
    })
}

fn attestation(name: &str) -> Result<Attestation, Refusal> {
    match name {
        "" => Ok(Attestation::Unknown),
        "A" | "a" => Ok(Attestation::A),
        "B" | "b" => Ok(Attestation::B),
        "C" | "c" => Ok(Attestation::C),
        "none" => Ok(Attestation::None),
        "failed" => Ok(Attestation::Failed),
        _ => {
            let shown = crate::entries::cut(name, 40);
            Err(Refusal::new("attestation_invalid", format!("'{shown}' is none of A, B, C, none, failed")))
        }
    }
}

fn cause(value: Option<f64>) -> Result<u16, Refusal> {
    match value {
        None => Ok(0),
        Some(value) if value.fract() == 0.0 && (1.0..=699.0).contains(&value) => Ok(value as u16),
        Some(_) => Err(Refusal::new(
            "cause_invalid",
            "cause is no SIP status (100 to 699) nor Q.850 cause (1 to 127)",
        )),
    }
}

/// Longest stretch of time a CDR may tell of: 30 days.
const LONGEST: f64 = 30.0 * 86_400.0;

fn seconds(field: &'static str, value: Option<f64>) -> Result<i64, Refusal> {
    match value {
        None => Ok(-1),
        Some(value) if (0.0..=LONGEST).contains(&value) => Ok((value * 1e6).round() as i64 * 1_000),
        Some(_) => Err(Refusal::new("duration_invalid", format!("{field} is negative or over 30 days"))),
    }
}
