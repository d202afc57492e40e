//! The 49 messages of RFC 4475. Section 3.1.1 is valid and must be read right. Of 3.1.2, what would make up a call
//! is refused, and what some switch takes for a call is read as one.

mod support;

use std::net::{IpAddr, Ipv4Addr};

use ringfence_core::event::EventKind;
use ringfence_core::sip::calls::Context;
use ringfence_core::sip::{Fault, Message};

const VALID: [(&str, &str, &str); 13] = [
    ("wsinv", "INVITE", "wsinv.ndaksdj@192.0.2.1"),
    (
        "intmeth",
        "!interesting-Method0123456789_*+`.%indeed'~",
        "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
    ),
    ("esc01", "INVITE", "esc01.239409asdfakjkn23onasd0-3234"),
    ("escnull", "REGISTER", "escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd"),
    ("esc02", "RE%47IST%45R", "esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf"),
    ("lwsdisp", "OPTIONS", "lwsdisp.1234abcd@funky.example.com"),
    (
        "longreq",
        "INVITE",
        "longreq.onereallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreally\
         reallyreallyreallyreallylongcallid",
    ),
    ("dblreq", "REGISTER", "dblreq.0ha0isndaksdj99sdfafnl3lk233412"),
    ("semiuri", "OPTIONS", "semiuri.0ha0isndaksdj"),
    ("transports", "OPTIONS", "transports.kijh4akdnaqjkwendsasfdj"),
    ("mpart01", "MESSAGE", "3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA.."),
    ("unreason", "INVITE", "unreason.1234ksdfak3j2erwedfsASdf"),
    ("noreason", "INVITE", "noreason.asndj203insdf99223ndf"),
];

const REFUSED: [(&str, Fault); 6] = [
    // A CSeq of 2^65, and one of a response.
    ("scalar02", Fault::BadCseq),
    ("scalarlg", Fault::BadCseq),
    ("badvers", Fault::BadVersion),
    ("mismatch01", Fault::CseqMismatch),
    ("mismatch02", Fault::CseqMismatch),
    ("bigcode", Fault::BadStatus),
];

/// Read although invalid, for a lenient switch would place the call: extra separators, a Content-Length that is too
/// large or negative, an unbalanced quote in To, a URI in brackets, spaces in the start line, headers in the URI, a
/// Date in another zone; and requests that are no calls.
const READ: [(&str, Option<EventKind>); 13] = [
    ("badinv01", Some(EventKind::Invite)),
    ("clerr", Some(EventKind::Invite)),
    ("ncl", Some(EventKind::Invite)),
    ("quotbal", Some(EventKind::Invite)),
    ("ltgtruri", Some(EventKind::Invite)),
    // Its To has a tag: no new call.
    ("lwsruri", None),
    ("lwsstart", Some(EventKind::Invite)),
    ("trws", None),
    ("escruri", Some(EventKind::Invite)),
    ("baddate", Some(EventKind::Invite)),
    ("regbadct", None),
    ("badaspec", None),
    ("baddn", None),
];

#[test]
fn valid_messages_have_their_method_and_call_id() {
    let Some(folder) = support::shared("sip/torture") else {
        return;
    };
    for (name, method, call_id) in VALID {
        let bytes = std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
        let message = Message::parse(&bytes).unwrap();
        assert_eq!((message.fault(), message.method(), &*message.call_id), (None, method, call_id), "{name}");
    }
}

#[test]
fn invalid_messages_make_up_no_call() {
    let Some(folder) = support::shared("sip/torture") else {
        return;
    };
    for (name, fault) in REFUSED {
        let bytes = std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
        let found = Message::parse(&bytes).map_or_else(Some, |message| message.fault());
        assert_eq!(found, Some(fault), "{name}");
    }
    for (name, kind) in READ {
        let bytes = std::fs::read(folder.join(format!("{name}.dat"))).unwrap();
        let message = Message::parse(&bytes).unwrap();
        let mut context = Context::new();
        let event =
            context.event(&message, 0, IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap().map(|found| found.event);
        assert_eq!(event.as_ref().map(|event| event.kind), kind, "{name}");
        assert!(
            event.is_none_or(|event| event.b_number == "user"),
            "{name}: the Request-URI names who is called"
        );
    }
}

#[test]
fn the_rest_is_read_or_named() {
    let Some(folder) = support::shared("sip/torture") else {
        return;
    };
    let mut faults = Vec::new();
    for path in support::files(&folder, "dat") {
        let bytes = std::fs::read(&path).unwrap();
        if let Some(fault) = Message::parse(&bytes).map_or_else(Some, |message| message.fault()) {
            faults.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), fault));
        }
    }
    let mut expected: Vec<_> = REFUSED.map(|(name, fault)| (name.to_owned(), fault)).to_vec();
    // 3.3.1: no To, From, Call-ID or Via.
    expected.push(("insuf".to_owned(), Fault::NoCallId));
    expected.sort();
    assert_eq!(faults, expected);
}
