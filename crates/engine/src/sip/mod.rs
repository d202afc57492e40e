//! SIP: from the bytes of one message to the call event it stands for.
//!
//! [`message`] reads a message, [`calls`] says what it means for a call, [`stats`] counts messages as
//! `tshark -z sip,stat` does. Where the bytes come from is the business of [`crate::capture`].

pub mod calls;
mod fault;
mod fields;
pub mod message;
mod sdp;
mod start;
pub mod stats;
mod summary;
mod uri;

pub use fault::Fault;
pub(crate) use fields::content_length;
pub use message::{Cseq, Message};
pub(crate) use start::{MAX_LINE, names_method, without_line_ends};
pub use start::{StartLine, is_start};
pub use summary::{Summary, summary};
pub use uri::{Address, Uri};
