//! Why a SIP message could not be read.

/// What keeps a message from standing for a call. The name is stable: it is the reason under which it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The first line is neither a request line nor a status line.
    NoStartLine,
    /// A SIP version other than 2.0.
    BadVersion,
    /// A status outside 100 to 699.
    BadStatus,
    /// No Call-ID, or an empty one.
    NoCallId,
    /// No CSeq.
    NoCseq,
    /// A CSeq whose number is none or over 2^32 - 1, or that names no method.
    BadCseq,
    /// The CSeq names another method than the request line.
    CseqMismatch,
    /// No From, or one without an address.
    NoFrom,
    /// No To, or one without an address.
    NoTo,
    /// An INVITE whose Request-URI names nobody.
    NoCalledNumber,
    /// Written into a file that does not say when: no window can hold the call.
    NoTime,
}

impl Fault {
    /// The stable name.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoStartLine => "no_start_line",
            Self::BadVersion => "bad_version",
            Self::BadStatus => "bad_status",
            Self::NoCallId => "no_call_id",
            Self::NoCseq => "no_cseq",
            Self::BadCseq => "bad_cseq",
            Self::CseqMismatch => "cseq_mismatch",
            Self::NoFrom => "no_from",
            Self::NoTo => "no_to",
            Self::NoCalledNumber => "no_called_number",
            Self::NoTime => "no_time",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.reason())
    }
}

impl std::error::Error for Fault {}
