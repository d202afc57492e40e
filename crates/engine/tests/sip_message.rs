//! Reading one message: what stands in it, in every notation that RFC 3261 and RFC 4475 allow.

mod support;

use ringfence_core::sip::{Fault, Message, StartLine, summary};
use support::Dice;

fn message(text: &str) -> Message<'_> {
    Message::parse(text.as_bytes()).expect("a start line")
}

const FOLDED: &str = "INVITE sip:+911140000001;npdi;rn=+911140009999@sbc.example;user=phone SIP/2.0\r\n\
    TO :\r\n  \"Fraud \\\"desk\\\", line 1\"\r\n\t<sip:+911140000001@sbc.example>\r\n\
    f: sip:+442079460000@carrier.example ;\r\n  tag = 98asjd8\r\n\
    i : 0ha0isndaksdj@10.0.0.1\r\n\
    cseq: 0009\r\n  INVITE\r\n\
    p-asserted-identity: \"A, B\" <sip:desk@carrier.example>, <tel:+442079460001;verstat=TN-Validation-Passed>\r\n\
    P-Asserted-Identity: <sip:+442079460002@carrier.example>\r\n\
    Remote-Party-ID: <sip:+1@h>;party=called, \"x\" <sip:+442079460003@h>;party=calling;screen=yes\r\n\
    P-Charge-Info: <sip:+442079460004@carrier.example>;npi=ISDN\r\n\
    Diversion: <sip:+442079460005@h>;reason=unconditional, <sip:+442079460006@h>\r\n\
    Privacy: user;id\r\n\
    Identity: eyJhbGciOiJFUzI1NiJ9.e30.c2ln;info=<https://cert.example/a.pem>\r\n\
    User-Agent: SBC/7\r\n\
    c: application/sdp\r\n\
    l:  45\r\n\r\n\
    v=0\r\no=trunk7 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nbehind the body";

#[test]
fn compact_names_folded_lines_and_lists() {
    let read = message(FOLDED);
    assert_eq!(read.fault(), None);
    assert_eq!(read.method(), "INVITE");
    let StartLine::Request { uri, .. } = &read.start else { panic!("a request") };
    assert_eq!(uri.user, "+911140000001");
    let (from, to) = (read.from.clone().unwrap(), read.to.clone().unwrap());
    assert_eq!((&*from.uri.user, &*from.tag), ("+442079460000", "98asjd8"));
    assert_eq!((&*to.uri.user, &*to.tag), ("+911140000001", ""));
    assert_eq!(read.call_id, "0ha0isndaksdj@10.0.0.1");
    assert_eq!(read.cseq.as_ref().map(|cseq| (cseq.number, &*cseq.method)), Some((9, "INVITE")));
    let asserted: Vec<_> = read.p_asserted_identity.iter().map(|uri| &*uri.user).collect();
    assert_eq!(asserted, ["desk", "+442079460001", "+442079460002"]);
    assert_eq!(read.asserted().unwrap().user, "+442079460001");
    assert_eq!(read.remote_party_id.as_ref().unwrap().user, "+442079460003");
    assert_eq!(read.p_charge_info.as_ref().unwrap().user, "+442079460004");
    assert_eq!(read.diversion.as_ref().unwrap().user, "+442079460005");
    assert!(read.private && read.identity);
    assert_eq!((&*read.user_agent, &*read.sdp_origin()), ("SBC/7", "trunk7 1 1 IN IP4 192.0.2.9"));
    assert_eq!(read.body.len(), 45);
}

#[test]
fn bare_line_feeds_and_bytes_that_are_no_utf8() {
    let text = b"\r\nINVITE tel:+91-11-4000-0001 SIP/2.0\nFrom: \"Jos\xe9\" <sip:100@h>;tag=1\nTo: <sip:1@h>\nCall-ID: x\nCSeq: 1 INVITE\n\nv=0\no=a 1 1 IN IP4 h\n";
    let read = Message::parse(text).unwrap();
    assert_eq!(read.fault(), None);
    assert!(!read.exact);
    assert_eq!(read.from.as_ref().unwrap().uri.user, "100");
    assert_eq!(read.sdp_origin(), "a 1 1 IN IP4 h");
}

#[test]
fn every_fault_has_its_name() {
    let ok = ["INVITE sip:1@h SIP/2.0", "From: <sip:2@h>", "To: <sip:1@h>", "Call-ID: x", "CSeq: 1 INVITE"];
    let without = |line: usize, instead: &str| {
        let mut lines = ok.map(str::to_owned).to_vec();
        instead.clone_into(&mut lines[line]);
        lines.retain(|line| !line.is_empty());
        summary(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes()).error
    };
    assert_eq!(without(0, ok[0]), None);
    let faults = [
        (0, "INVITE", Fault::NoStartLine),
        (0, "INVITE sip:1@h HTTP/1.1", Fault::NoStartLine),
        (0, "INVITE sip:1@h SIP/3.0", Fault::BadVersion),
        (0, "SIP/2.0 099 Low", Fault::BadStatus),
        (0, "SIP/2.0 4294967301 High", Fault::BadStatus),
        (1, "", Fault::NoFrom),
        (1, "From: <>", Fault::NoFrom),
        (2, "", Fault::NoTo),
        (3, "", Fault::NoCallId),
        (3, "Call-ID:", Fault::NoCallId),
        (4, "", Fault::NoCseq),
        (4, "CSeq: INVITE", Fault::BadCseq),
        (4, "CSeq: 1", Fault::BadCseq),
        (4, "CSeq: -1 INVITE", Fault::BadCseq),
        (4, "CSeq: 4294967296 INVITE", Fault::BadCseq),
        (4, "CSeq: 1 OPTIONS", Fault::CseqMismatch),
    ];
    for (line, instead, fault) in faults {
        assert_eq!(without(line, instead), Some(fault.reason()), "{instead:?} for line {line}");
    }
    assert_eq!(summary(b"").error, Some("no_start_line"));
}

#[test]
fn what_people_ask_of_a_message() {
    let told = summary(FOLDED.as_bytes());
    assert_eq!(told.method.as_deref(), Some("INVITE"));
    assert_eq!(told.call_id.as_deref(), Some("0ha0isndaksdj@10.0.0.1"));
    assert_eq!(told.cli.as_deref(), Some("+442079460000"));
    assert_eq!(told.p_asserted_identity.as_deref(), Some("+442079460001"));
    assert_eq!(told.from_uri.as_deref(), Some("sip:+442079460000@carrier.example"));
    assert_eq!(told.to_uri.as_deref(), Some("sip:+911140000001@sbc.example"));
    let answer = summary(b"SIP/2.0 486 Busy Here\r\ni: x\r\nCSeq: 7 INVITE\r\nf: <sip:anonymous@anonymous.invalid>\r\nt: <sip:1@h>\r\n\r\n");
    assert_eq!(
        (answer.method.as_deref(), answer.cli.as_deref(), answer.error),
        (Some("INVITE"), Some("anonymous"), None)
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let mut dice = Dice(0x5151_2026);
    let alphabet = b"<>\"\\;:,@%=[]? \t\r\nSIP/2.0 sip:tel:0aF\xc3\xa9\xff\0";
    for _ in 0..20_000 {
        let mut bytes = FOLDED.as_bytes().to_vec();
        for _ in 0..=dice.roll(12) {
            let at = dice.roll(bytes.len());
            match dice.roll(3) {
                0 => bytes[at] = alphabet[dice.roll(alphabet.len())],
                1 => bytes.insert(at, alphabet[dice.roll(alphabet.len())]),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes.truncate(dice.roll(bytes.len() + 1));
        let told = summary(&bytes);
        assert!(told.error.is_some() || told.call_id.is_some_and(|call_id| !call_id.is_empty()));
    }
}
