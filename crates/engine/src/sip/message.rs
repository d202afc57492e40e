//! One SIP message from its bytes (RFC 3261), as a passive listener reads it.
//!
//! The reader is lenient: a message that some switch would take for a call is read as one, and what the
//! network needs but a listener doesn't (Via, Max-Forwards, a right Content-Length) is not asked for. It is
//! strict in what would make up a call: the CSeq must name the request's method, numbers are never guessed.
//! Of a field that may stand once the first counts.

use std::borrow::Cow;

use super::fault::Fault;
use super::fields::{Field, Fields, line_end, lossy, parameter, values};
use super::sdp;
use super::start::{StartLine, start_line, without_line_ends};
use super::uri::{Address, Uri, parts};

/// Values kept of a list field: RFC 3325 knows two P-Asserted-Identities; more is no caller's doing.
const MAX_VALUES: usize = 8;

/// The CSeq: number of the transaction and the method of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cseq<'a> {
    /// Numbers over 2^32 - 1, which no RFC allows, are cut to it.
    pub number: u32,
    /// As written.
    pub method: Cow<'a, str>,
}

/// A SIP message, borrowed from its bytes wherever no escape or fold is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Request or response.
    pub start: StartLine<'a>,
    /// Whether the start line is written as RFC 3261 wants it: single spaces, nothing behind, nothing before.
    pub exact: bool,
    /// Empty where there is none.
    pub call_id: Cow<'a, str>,
    /// Call-IDs after the first, where the field is repeated.
    pub more_call_ids: Vec<Cow<'a, str>>,
    /// None where it is missing or has no method.
    pub cseq: Option<Cseq<'a>>,
    /// Who calls.
    pub from: Option<Address<'a>>,
    /// Whom the caller wants.
    pub to: Option<Address<'a>>,
    /// P-Asserted-Identity (RFC 3325), SIP and tel, in order.
    pub p_asserted_identity: Vec<Uri<'a>>,
    /// Remote-Party-ID of the calling party.
    pub remote_party_id: Option<Uri<'a>>,
    /// P-Charge-Info (RFC 8496).
    pub p_charge_info: Option<Uri<'a>>,
    /// The newest Diversion (RFC 5806): who forwarded the call.
    pub diversion: Option<Uri<'a>>,
    /// Whether Privacy (RFC 3323) asks to hide the caller: `id`, `user` or `header`.
    pub private: bool,
    /// Whether there is an Identity field (RFC 8224). Nothing here verifies it, so its `attest` says nothing.
    pub identity: bool,
    /// User-Agent, of a response Server; empty where there is none.
    pub user_agent: Cow<'a, str>,
    /// Cause of the first Reason (RFC 3326) by SIP or Q.850; 0 where there is none.
    pub cause: u16,
    /// None where it is missing or no number.
    pub content_length: Option<usize>,
    /// Empty where there is none.
    pub content_type: Cow<'a, str>,
    /// Date as written; empty where there is none.
    pub date: Cow<'a, str>,
    /// What follows the header, at most Content-Length bytes.
    pub body: &'a [u8],
    cseq_fault: Option<Fault>,
}

impl<'a> Message<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// Only a start line that is not SIP's. What else is amiss says [`Message::fault`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        let message = without_line_ends(bytes);
        let (lead, bytes) = (bytes.len() - message.len(), message);
        let (end, next) = line_end(bytes, 0);
        let (start, exact) = start_line(&bytes[..end])?;
        let mut message = Self::empty(start, exact && lead == 0);
        let mut fields = Fields::new(&bytes[next..]);
        for field in &mut fields {
            message.take(&field);
        }
        let body = fields.body();
        let length = message.content_length.unwrap_or(body.len()).min(body.len());
        message.body = &body[..length];
        message.check_cseq();
        Ok(message)
    }

    fn empty(start: StartLine<'a>, exact: bool) -> Self {
        Self {
            start,
            exact,
            call_id: Cow::Borrowed(""),
            more_call_ids: Vec::new(),
            cseq: None,
            from: None,
            to: None,
            p_asserted_identity: Vec::new(),
            remote_party_id: None,
            p_charge_info: None,
            diversion: None,
            private: false,
            identity: false,
            user_agent: Cow::Borrowed(""),
            cause: 0,
            content_length: None,
            content_type: Cow::Borrowed(""),
            date: Cow::Borrowed(""),
            body: &[],
            cseq_fault: Some(Fault::NoCseq),
        }
    }

    /// What keeps the message from standing for a call, if anything does.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        if matches!(self.start, StartLine::Response(status) if !(100..700).contains(&status)) {
            return Some(Fault::BadStatus);
        }
        if self.call_id.is_empty() {
            return Some(Fault::NoCallId);
        }
        let named =
            |address: &Option<Address<'_>>| address.as_ref().is_some_and(|it| !it.uri.text.is_empty());
        if self.cseq_fault.is_some() {
            self.cseq_fault
        } else if !named(&self.from) {
            Some(Fault::NoFrom)
        } else if !named(&self.to) {
            Some(Fault::NoTo)
        } else {
            None
        }
    }

    /// Method of the request, or of the request that the response answers; empty where it can't be known.
    #[must_use]
    pub fn method(&self) -> &str {
        match &self.start {
            StartLine::Request { method, .. } => method,
            StartLine::Response(_) => self.cseq.as_ref().map_or("", |cseq| &cseq.method),
        }
    }

    /// Value of the SDP's `o=` line, also in a multipart body; empty where there is none.
    #[must_use]
    pub fn sdp_origin(&self) -> Cow<'a, str> {
        sdp::origin(&self.content_type, self.body)
    }

    /// The asserted identity that names the caller best: the first that is a number, else the first.
    #[must_use]
    pub fn asserted(&self) -> Option<&Uri<'a>> {
        let list = &self.p_asserted_identity;
        list.iter().find(|uri| uri.is_number()).or(list.first())
    }

    fn take(&mut self, field: &Field<'a>) {
        match field.name.len() {
            1 => self.take_compact(field),
            2 if is(field, b"to") => self.take_to(field),
            4 if is(field, b"from") => self.take_from(field),
            4 if is(field, b"cseq") => self.take_cseq(field),
            4 if is(field, b"date") => first(&mut self.date, field),
            6 if is(field, b"reason") => self.take_reason(field),
            6 if is(field, b"server") => first(&mut self.user_agent, field),
            7 if is(field, b"call-id") => self.take_call_id(field),
            7 if is(field, b"privacy") => self.take_privacy(field),
            8 if is(field, b"identity") => self.identity = true,
            9 if is(field, b"diversion") => one(&mut self.diversion, field, |_| true),
            10 if is(field, b"user-agent") => first(&mut self.user_agent, field),
            12 if is(field, b"content-type") => first(&mut self.content_type, field),
            13 if is(field, b"p-charge-info") => one(&mut self.p_charge_info, field, |_| true),
            14 if is(field, b"content-length") => self.take_length(field),
            15 if is(field, b"remote-party-id") => one(&mut self.remote_party_id, field, is_calling),
            19 if is(field, b"p-asserted-identity") => self.take_asserted(field),
            _ => {}
        }
    }

    fn take_compact(&mut self, field: &Field<'a>) {
        match field.name[0].to_ascii_lowercase() {
            b'i' => self.take_call_id(field),
            b'f' => self.take_from(field),
            b't' => self.take_to(field),
            b'l' => self.take_length(field),
            b'c' => first(&mut self.content_type, field),
            b'y' => self.identity = true,
            _ => {}
        }
    }

    fn take_from(&mut self, field: &Field<'a>) {
        if self.from.is_none() {
            self.from = Some(address(field.text()));
        }
    }

    fn take_to(&mut self, field: &Field<'a>) {
        if self.to.is_none() {
            self.to = Some(address(field.text()));
        }
    }

    fn take_call_id(&mut self, field: &Field<'a>) {
        if self.call_id.is_empty() {
            self.call_id = field.text();
        } else if self.more_call_ids.len() < MAX_VALUES {
            self.more_call_ids.push(field.text());
        }
    }

    fn take_length(&mut self, field: &Field<'a>) {
        if self.content_length.is_none() {
            self.content_length = field.length();
        }
    }

    fn take_asserted(&mut self, field: &Field<'a>) {
        let room = MAX_VALUES.saturating_sub(self.p_asserted_identity.len());
        match field.text() {
            Cow::Borrowed(text) => {
                self.p_asserted_identity
                    .extend(values(text).take(room).map(|value| Address::parse(value).uri));
            }
            Cow::Owned(text) => self
                .p_asserted_identity
                .extend(values(&text).take(room).map(|value| Address::parse(value).uri.into_owned())),
        }
    }

    fn take_privacy(&mut self, field: &Field<'a>) {
        let text = field.text();
        self.private |= text.split([';', ',']).any(|value| {
            ["id", "user", "header"].iter().any(|hidden| value.trim().eq_ignore_ascii_case(hidden))
        });
    }

    fn take_reason(&mut self, field: &Field<'a>) {
        let text = field.text();
        for value in values(&text) {
            let Some((protocol, parameters)) = value.split_once(';') else {
                continue;
            };
            let range = match protocol.trim() {
                name if name.eq_ignore_ascii_case("sip") => 100..=699,
                name if name.eq_ignore_ascii_case("q.850") => 1..=127,
                _ => continue,
            };
            let cause = parameter(parameters, "cause").and_then(|cause| cause.parse().ok());
            if let Some(cause) = cause.filter(|cause| self.cause == 0 && range.contains(cause)) {
                self.cause = cause;
            }
        }
    }

    fn take_cseq(&mut self, field: &Field<'a>) {
        if self.cseq.is_some() {
            return;
        }
        let digits = field.value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number =
            std::str::from_utf8(&field.value[..digits]).ok().and_then(|text| text.parse::<u32>().ok());
        let rest = &field.value[digits..];
        let method = rest.trim_ascii();
        let apart = method.len() < rest.len();
        self.cseq_fault = (number.is_none() || method.is_empty() || !apart).then_some(Fault::BadCseq);
        let number = number.unwrap_or(if digits == 0 { 0 } else { u32::MAX });
        self.cseq = Some(Cseq { number, method: lossy(method) });
    }

    fn check_cseq(&mut self) {
        let (StartLine::Request { method, .. }, Some(cseq)) = (&self.start, &self.cseq) else {
            return;
        };
        if self.cseq_fault.is_none() && *method != cseq.method {
            self.cseq_fault = Some(Fault::CseqMismatch);
        }
    }
}

fn is(field: &Field<'_>, name: &[u8]) -> bool {
    field.name.eq_ignore_ascii_case(name)
}

fn first<'a>(slot: &mut Cow<'a, str>, field: &Field<'a>) {
    if slot.is_empty() {
        *slot = field.text();
    }
}

fn one<'a>(slot: &mut Option<Uri<'a>>, field: &Field<'a>, fits: impl Fn(&str) -> bool) {
    if slot.is_some() {
        return;
    }
    *slot = match field.text() {
        Cow::Borrowed(text) => values(text).find(|value| fits(value)).map(|value| Address::parse(value).uri),
        Cow::Owned(text) => {
            values(&text).find(|value| fits(value)).map(|value| Address::parse(value).uri.into_owned())
        }
    };
}

/// A Remote-Party-ID may name the called party too.
fn is_calling(value: &str) -> bool {
    let (_, _, parameters) = parts(value);
    parameter(parameters, "party").is_none_or(|party| party.eq_ignore_ascii_case("calling"))
}

fn address(text: Cow<'_, str>) -> Address<'_> {
    match text {
        Cow::Borrowed(text) => Address::parse(text),
        Cow::Owned(text) => Address::parse(&text).into_owned(),
    }
}
