//! What a message means for a call, and whom it comes from.

use std::net::{IpAddr, Ipv4Addr};

use ringfence_core::event::{Attestation, EventKind};
use ringfence_core::sip::calls::{Candidates, Context, a_number};
use ringfence_core::sip::{Fault, Message};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

fn text(start: &str, cseq: &str, more: &str) -> String {
    format!(
        "{start}\r\nFrom: <sip:+442079460000@carrier.example>;tag=a\r\nTo: <sip:helpdesk@bank.example>\r\nCall-ID: c1\r\n\
         CSeq: {cseq}\r\n{more}\r\n"
    )
}

fn kind(start: &str, cseq: &str, more: &str) -> Option<(EventKind, u16)> {
    let text = text(start, cseq, more);
    let message = Message::parse(text.as_bytes()).unwrap();
    let mut context = Context::new();
    context.event(&message, 0, PEER).unwrap().map(|found| (found.event.kind, found.event.cause))
}

const INVITE: &str = "INVITE sip:+911140000001;npdi;rn=+911140009999@sbc.example SIP/2.0";

#[test]
fn an_invite_begins_a_call_to_its_request_uri() {
    let more = "User-Agent: dialer/1\r\nP-Asserted-Identity: <tel:+442079460001>\r\nIdentity: x.y.z\r\n\
                Content-Type: application/sdp\r\n\r\nv=0\r\no=t 1 1 IN IP4 203.0.113.9\r\n";
    let text = text(INVITE, "1 INVITE", more);
    let message = Message::parse(text.as_bytes()).unwrap();
    let mut context = Context::new();
    let event = context.event(&message, 42, PEER).unwrap().unwrap().event;
    assert_eq!((event.kind, event.at, event.call_id), (EventKind::Invite, 42, "c1"));
    assert_eq!((event.a_number, event.b_number), ("+442079460000", "+911140000001"));
    assert_eq!((event.source_ip, event.user_agent), ("203.0.113.9", "dialer/1"));
    assert_eq!((event.sdp_origin, event.p_asserted_identity), ("t 1 1 IN IP4 203.0.113.9", "+442079460001"));
    // An Identity that nothing verified attests nothing.
    assert_eq!(event.attestation, Attestation::None);
}

#[test]
fn each_message_by_what_it_does_to_a_call() {
    let refused = |status, phrase: &str| kind(&format!("SIP/2.0 {status} {phrase}"), "1 INVITE", "");
    assert_eq!(kind(INVITE, "1 INVITE", ""), Some((EventKind::Invite, 0)));
    assert_eq!(refused(100, "Trying"), None);
    assert_eq!(refused(180, "Ringing"), Some((EventKind::Ringing, 0)));
    assert_eq!(refused(183, "Session Progress"), Some((EventKind::Ringing, 0)));
    assert_eq!(refused(200, "OK"), Some((EventKind::Answer, 0)));
    assert_eq!(refused(302, "Moved Temporarily"), Some((EventKind::Fail, 302)));
    assert_eq!(refused(486, "Busy Here"), Some((EventKind::Fail, 486)));
    assert_eq!(refused(603, "Decline"), Some((EventKind::Fail, 603)));
    assert_eq!(refused(401, "Unauthorized"), Some((EventKind::Fail, 401)));
    assert_eq!(refused(407, "Proxy Authentication Required"), Some((EventKind::Fail, 407)));
    let reason = "Reason: X ;cause=5, Q.850 ;cause=16;text=\"Normal, clearing\"\r\n";
    assert_eq!(kind("BYE sip:1@h SIP/2.0", "2 BYE", reason), Some((EventKind::Bye, 16)));
    assert_eq!(
        kind("CANCEL sip:1@h SIP/2.0", "1 CANCEL", "Reason: SIP;cause=200\r\n"),
        Some((EventKind::Cancel, 200))
    );
    assert_eq!(
        kind("CANCEL sip:1@h SIP/2.0", "1 CANCEL", "Reason: Q.850;cause=900\r\n"),
        Some((EventKind::Cancel, 0))
    );
}

#[test]
fn what_goes_on_within_a_call_begins_none() {
    for (start, cseq) in [
        ("ACK sip:1@h SIP/2.0", "1 ACK"),
        ("PRACK sip:1@h SIP/2.0", "2 PRACK"),
        ("UPDATE sip:1@h SIP/2.0", "3 UPDATE"),
        ("SIP/2.0 200 OK", "2 BYE"),
        ("SIP/2.0 200 OK", "1 REGISTER"),
        ("SIP/2.0 404 Not Found", "1 OPTIONS"),
    ] {
        assert_eq!(kind(start, cseq, ""), None, "{start} {cseq}");
    }
    let again = "INVITE sip:1@h SIP/2.0\r\nFrom: <sip:2@h>;tag=a\r\nTo: <sip:1@h>;tag=b\r\nCall-ID: c1\r\nCSeq: 2 INVITE\r\n\r\n";
    let message = Message::parse(again.as_bytes()).unwrap();
    assert_eq!(Context::new().event(&message, 0, PEER), Ok(None));
}

#[test]
fn numbers_of_a_response_come_from_its_from_and_to() {
    let text = text("SIP/2.0 180 Ringing", "1 INVITE", "");
    let message = Message::parse(text.as_bytes()).unwrap();
    let mut context = Context::new();
    let event = context.event(&message, 0, PEER).unwrap().unwrap().event;
    assert_eq!((event.a_number, event.b_number), ("+442079460000", "helpdesk"));
}

#[test]
fn a_response_counts_whatever_its_to_says() {
    let text = text("SIP/2.0 200 OK", "1 INVITE", "").replace("helpdesk", &"service-".repeat(5));
    let message = Message::parse(text.as_bytes()).unwrap();
    let mut context = Context::new();
    let event = context.event(&message, 0, PEER).unwrap().unwrap().event;
    assert_eq!((event.kind, event.b_number, event.call_id), (EventKind::Answer, "", "c1"));
}

#[test]
fn local_numbers_come_with_the_context_they_are_dialled_in() {
    let text = "INVITE sip:1140000001;phone-context=+91@sbc.example;user=phone SIP/2.0\r\n\
        From: <sip:2079460000;phone-context=+44@carrier.example;user=phone>;tag=a\r\nTo: <sip:1@h>\r\n\
        Call-ID: c1\r\nCSeq: 1 INVITE\r\nP-Asserted-Identity: <tel:2079460001;phone-context=+44>\r\n\r\n";
    let message = Message::parse(text.as_bytes()).unwrap();
    let mut context = Context::new();
    let event = context.event(&message, 0, PEER).unwrap().unwrap().event;
    assert_eq!((event.a_number, event.b_number), ("+442079460000", "+911140000001"));
    assert_eq!(event.p_asserted_identity, "+442079460001");
}

#[test]
fn a_call_to_nobody_is_refused_and_one_to_a_service_is_not() {
    let nobody = text("INVITE sip:sbc.example SIP/2.0", "1 INVITE", "");
    let message = Message::parse(nobody.as_bytes()).unwrap();
    assert_eq!(Context::new().event(&message, 0, PEER), Err(Fault::NoCalledNumber));
    let service = text("INVITE urn:service:sos SIP/2.0", "1 INVITE", "");
    let message = Message::parse(service.as_bytes()).unwrap();
    assert_eq!(Context::new().event(&message, 0, PEER).unwrap().unwrap().event.b_number, "urn:service:sos");
}

fn ranked(from: &str, more: &str) -> (String, String) {
    let text = format!(
        "INVITE sip:1@h SIP/2.0\r\nFrom: {from}\r\nTo: <sip:1@h>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n{more}\r\n"
    );
    let message = Message::parse(text.as_bytes()).unwrap();
    let candidates = Candidates::of(&message);
    (a_number(&candidates, false).to_owned(), a_number(&candidates, true).to_owned())
}

#[test]
fn a_trusted_trunk_is_asked_before_the_caller() {
    let pair = |untrusted: &str, trusted: &str| (untrusted.to_owned(), trusted.to_owned());
    let all = "P-Asserted-Identity: <sip:+442079460001@h>\r\nRemote-Party-ID: <sip:+442079460002@h>\r\n\
               P-Charge-Info: <sip:+442079460003@h>\r\nDiversion: <sip:+442079460004@h>\r\n";
    let from = "<sip:+442079460000@h>;tag=a";
    assert_eq!(ranked(from, all), pair("+442079460000", "+442079460001"));
    let (_, all) = all.split_once("\r\n").unwrap();
    assert_eq!(ranked(from, all), pair("+442079460000", "+442079460002"));
    let (_, all) = all.split_once("\r\n").unwrap();
    assert_eq!(ranked(from, all), pair("+442079460000", "+442079460003"));
    // An identity that is withheld is none; a called party is no caller, whatever the display name says.
    let withheld = "P-Asserted-Identity: <sip:restricted@h>\r\n\
         Remote-Party-ID: \"a;party=calling\" <sip:+1@h>;party=called, \"b;party=called\" <sip:+442079460002@h>\r\n";
    assert_eq!(ranked(from, withheld), pair("+442079460000", "+442079460002"));
    // Diversion names who forwarded the call, never who placed it.
    let (_, all) = all.split_once("\r\n").unwrap();
    assert_eq!(ranked(from, all), pair("+442079460000", "+442079460000"));
}

#[test]
fn callers_that_withhold_are_one_caller() {
    let pair = |untrusted: &str, trusted: &str| (untrusted.to_owned(), trusted.to_owned());
    let anonymous = pair("anonymous", "anonymous");
    assert_eq!(ranked("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a", ""), anonymous);
    assert_eq!(ranked("<sip:Anonymous@10.0.0.1>;tag=a", "Privacy: id\r\n"), anonymous);
    assert_eq!(ranked("<sip:10.0.0.1>;tag=a", "Privacy: id\r\n"), anonymous);
    assert_eq!(ranked("Anonymous <sip:10.0.0.1>;tag=a", ""), anonymous);
    assert_eq!(ranked("\"Unavailable\" <sip:unavailable@unknown.invalid>;tag=a", ""), anonymous);
    assert_eq!(ranked("Restricted <sip:10.0.0.1>;tag=a", ""), anonymous);
    let asserted = "Privacy: id\r\nP-Asserted-Identity: <tel:+442079460001>\r\n";
    assert_eq!(
        ranked("<sip:anonymous@anonymous.invalid>;tag=a", asserted),
        pair("anonymous", "+442079460001")
    );
    // Privacy asks the called side not to show a number that is there all the same.
    assert_eq!(ranked("<sip:+442079460000@h>;tag=a", "Privacy: id\r\n").0, "+442079460000");
    assert_eq!(ranked("<sip:desk@h:5070>;tag=a", "").0, "sip:desk@h");
}
