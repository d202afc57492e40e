//! The fields of one message, for people.

use super::calls::Candidates;
use super::fault::Fault;
use super::message::Message;
use super::uri::Address;

/// What people ask of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Of a response the method it answers.
    pub method: Option<String>,
    /// Call-ID.
    pub call_id: Option<String>,
    /// From's URI as written.
    pub from_uri: Option<String>,
    /// To's URI as written.
    pub to_uri: Option<String>,
    /// Number (or party) of From; `anonymous` where it is withheld.
    pub cli: Option<String>,
    /// Number (or party) of P-Asserted-Identity; `anonymous` where it is withheld.
    pub p_asserted_identity: Option<String>,
    /// Why the message stands for no call, by its stable name.
    pub error: Option<&'static str>,
}

/// The fields of one message for people. A message that stands for no call has `error` and what could be read.
#[must_use]
pub fn summary(bytes: &[u8]) -> Summary {
    let message = match Message::parse(bytes) {
        Ok(message) => message,
        Err(fault) => {
            return Summary { error: Some(fault.reason()), ..Summary::default() };
        }
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let uri = |address: &Option<Address<'_>>| address.as_ref().and_then(|it| some(&it.uri.text));
    let candidates = Candidates::of(&message);
    Summary {
        method: some(message.method()),
        call_id: some(&message.call_id),
        from_uri: uri(&message.from),
        to_uri: uri(&message.to),
        cli: message.from.as_ref().and_then(|_| some(candidates.from)),
        p_asserted_identity: some(candidates.p_asserted_identity),
        error: message.fault().map(Fault::reason),
    }
}
