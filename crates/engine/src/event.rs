//! What happened to a call, as every decoder reports it and before numbers are normalised.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A call begins.
    Invite,
    /// The called side rings or sends early media.
    Ringing,
    /// The called side picked up.
    Answer,
    /// The caller gave up before the answer.
    Cancel,
    /// The call ended after the answer.
    Bye,
    /// The call was refused or failed; `cause` says why.
    Fail,
    /// A whole call at once; `at` is its start.
    Cdr,
}

/// Result of the caller's STIR attestation (RFC 8588), as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attestation {
    /// Nobody said anything about attestation.
    #[default]
    Unknown,
    /// Full attestation.
    A,
    /// Partial attestation.
    B,
    /// Gateway attestation.
    C,
    /// The call carried none, or one that nobody verified.
    None,
    /// A signature was there and did not verify.
    Failed,
}

impl Attestation {
    /// Whether nobody vouches for the number: C, none, or one that failed.
    #[must_use]
    pub fn is_unattested(self) -> bool {
        matches!(self, Self::C | Self::None | Self::Failed)
    }

    /// That of its place in the list above.
    #[must_use]
    pub fn of_code(code: u8) -> Self {
        [Self::Unknown, Self::A, Self::B, Self::C, Self::None, Self::Failed]
            .into_iter()
            .find(|one| *one as u8 == code)
            .unwrap_or_default()
    }
}

/// One event of one call, borrowed from the bytes it was read from. An absent text is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct CallEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// When, in nanoseconds since 1970 UTC; of a CDR, the call's start.
    pub at: i64,
    /// The calling number as on the wire.
    pub a_number: &'a str,
    /// The called number as on the wire.
    pub b_number: &'a str,
    /// SIP Call-ID.
    pub call_id: &'a str,
    /// The operator's name of the trunk the call came in on.
    pub trunk: &'a str,
    /// Address of the peer that sent the call.
    pub source_ip: &'a str,
    /// User-Agent or Server header.
    pub user_agent: &'a str,
    /// Value of SDP's `o=` line.
    pub sdp_origin: &'a str,
    /// P-Asserted-Identity, as on the wire.
    pub p_asserted_identity: &'a str,
    /// What STIR says of the caller's right to the A-number.
    pub attestation: Attestation,
    /// SIP status (100 to 699) or Q.850 cause (1 to 127); 0 where none was given.
    pub cause: u16,
    /// Of a CDR: nanoseconds from start to answer or end of ringing; negative where none was given.
    pub ring: i64,
    /// Of a CDR: nanoseconds from answer to release, 0 unanswered; negative where none was given.
    pub duration: i64,
}

impl<'a> CallEvent<'a> {
    /// An event that names nothing but the two numbers.
    #[must_use]
    pub fn new(kind: EventKind, at: i64, a_number: &'a str, b_number: &'a str) -> Self {
        Self {
            kind,
            at,
            a_number,
            b_number,
            call_id: "",
            trunk: "",
            source_ip: "",
            user_agent: "",
            sdp_origin: "",
            p_asserted_identity: "",
            attestation: Attestation::Unknown,
            cause: 0,
            ring: -1,
            duration: -1,
        }
    }
}
