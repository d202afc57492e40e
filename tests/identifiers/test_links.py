"""Links, domains, e-mail addresses, chats, and the brands that hosts pretend to belong to."""

import pytest

from ringfence.identifiers.urls import link_of
from ringfence.model.identifier import IdentifierKind, IdentifierRole, Link

from .tables import only, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("http://SBI-KYC.xyz/Login?Id=7", "http://sbi-kyc.xyz/Login?Id=7"),
        ("sbi-kyc-update.co.in/verify", "sbi-kyc-update.co.in/verify"),
        ("bit.ly/3xYz", "bit.ly/3xYz"),
        ("www.hdfc-kyc.in", "www.hdfc-kyc.in"),
        ("visit dataentry-jobs.online now", "dataentry-jobs.online"),
        ("http://192.168.4.5/login", "http://192.168.4.5/login"),
        ("103.44.12.9/sbi", "103.44.12.9/sbi"),
        ("hxxps://icici[.]netbanking-alert[.]com/x", "https://icici.netbanking-alert.com/x"),
        ("hdfc-kyc(dot)in", "hdfc-kyc.in"),
        ("paytm-kyc dot com", "paytm-kyc.com"),
        ("http : // sbi-kyc.xyz/a", "http://sbi-kyc.xyz/a"),
        ("s\u200bb\u200bi\u200b-kyc.xyz", "sbi-kyc.xyz"),
        ("ｓｂｉ-kyc.xyz", "sbi-kyc.xyz"),
        ("(see https://example.com/a_(b)).", "https://example.com/a_(b)"),
        ("https://xn--mazon-3ve.in/pay", "https://xn--mazon-3ve.in/pay"),
        ("https://аmazon.in/pay", "https://аmazon.in/pay"),
        ("onlinesbi.sbi", "onlinesbi.sbi"),
        ("SBI.CO.IN", "sbi.co.in"),
    ],
)
def test_links_are_told_as_they_would_be_opened(text: str, value: str) -> None:
    assert values(text, IdentifierKind.URL) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Your account is blocked.In case of doubt call",
        "update today.it is urgent",
        "Please wait.Thank you",
        "Rs.500.Call now",
        "statement.pdf",
        "10.30 am",
        "version 1.2.3.4",
        "a.k.a.",
        "e.g. this",
        "No.1 in sales",
        "customer@icici.com",
        "खाता.कृपया",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert values(text, IdentifierKind.URL) == []


def test_a_name_spoken_of_as_a_domain_is_a_domain() -> None:
    assert only("The domain sbi-kyc.xyz was registered yesterday").kind is IdentifierKind.DOMAIN


@pytest.mark.parametrize(
    ("host", "domain", "shortener"),
    [
        ("a.b.sbi-kyc.co.in", "sbi-kyc.co.in", False),
        ("sbi-kyc.web.app", "sbi-kyc.web.app", False),
        ("bit.ly", "bit.ly", True),
        ("192.168.4.5", "192.168.4.5", False),
        ("localhost", "", False),
    ],
)
def test_the_registered_domain_is_known_offline(host: str, domain: str, shortener: bool) -> None:
    assert link_of(host) == Link(host, domain, shortener, link_of(host).imitates, link_of(host).official)
    assert link_of(host).domain == domain


@pytest.mark.parametrize(
    ("host", "brand"),
    [
        ("sbi-kyc.xyz", "State Bank of India"),
        ("myhdfcbanklogin.top", "HDFC Bank"),
        ("amazon-refund.top", "Amazon"),
        ("amazon.refund-desk.shop", "Amazon"),
        ("paypa1.com", "PayPal"),
        ("rnicrosoft.com", "Microsoft"),
        ("аmazon.in", "Amazon"),
        ("xn--mazon-3ve.in", "Amazon"),
        ("flipkrat-sale.com", "Flipkart"),
        ("netfIix-billing.com".lower(), "Netflix"),
        ("irs.gov.safe-paying.com", "IRS"),
        ("sb1-kyc.com", "State Bank of India"),
        ("phonepay-reward.in", "PhonePe"),
    ],
)
def test_a_host_that_borrows_a_brand_is_told(host: str, brand: str) -> None:
    assert link_of(host).imitates == brand


@pytest.mark.parametrize(
    "host",
    [
        "sbi.co.in",
        "www.onlinesbi.sbi",
        "retail.onlinesbi.sbi",
        "www.amazon.in",
        "amzn.to",
        "incometax.gov.in",
        "hdfc.bank.in",
        "service.gov.uk",
        "example.com",
        "purchase-guide.com",
        "grapple.org",
        "apply-now.in",
        "classbit.in",
        "upset.com",
    ],
)
def test_true_domains_and_strangers_imitate_nobody(host: str) -> None:
    assert link_of(host).imitates is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mail Rahul.K@Gmail.com", "rahul.k@gmail.com"),
        ("help@sbi.co.in.Thanks", "help@sbi.co.in"),
        ("write to raj(at)kyc-help(dot)com", "raj@kyc-help.com"),
        ("raj dot kumar at gmail dot com", "raj.kumar@gmail.com"),
        ("mailto:a.b+c@mail.example.org", "a.b+c@mail.example.org"),
        ("rahul @ gmail.com", "rahul@gmail.com"),
    ],
)
def test_mail_addresses_are_found(text: str, value: str) -> None:
    assert values(text, IdentifierKind.EMAIL) == [value]
    assert values(text, IdentifierKind.UPI) == []


@pytest.mark.parametrize(
    "text", ["rahul@okaxis", "Book @ bit.ly/1abc", "lk****33@gmail.com", "a@b", "user@host.invalidsuffix"]
)
def test_what_is_no_mail_address(text: str) -> None:
    assert values(text, IdentifierKind.EMAIL) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("https://t.me/Crypto_King", IdentifierKind.TELEGRAM, "@crypto_king"),
        ("t.me/+Qx7LmP2sKd4zYTk1", IdentifierKind.TELEGRAM, "t.me/+Qx7LmP2sKd4zYTk1"),
        ("@Earn_Daily on Telegram", IdentifierKind.TELEGRAM, "@earn_daily"),
        ("Telegram: stock_tips_2025", IdentifierKind.TELEGRAM, "@stock_tips_2025"),
        ("tg id @fx_leo", IdentifierKind.TELEGRAM, "@fx_leo"),
        ("wa.me/919831044127?text=hi", IdentifierKind.WHATSAPP, "+919831044127"),
        ("https://api.whatsapp.com/send?phone=919831044127", IdentifierKind.WHATSAPP, "+919831044127"),
        ("https://chat.whatsapp.com/JkL9sX2bQw8", IdentifierKind.WHATSAPP, "chat.whatsapp.com/JkL9sX2bQw8"),
    ],
)
def test_ways_into_a_chat_are_found(text: str, kind: IdentifierKind, value: str) -> None:
    found = only(text)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    "text", ["follow @rahul on Instagram", "@everyone hello", "insta @rahul_99, telegram later"]
)
def test_handles_elsewhere_are_not_of_telegram(text: str) -> None:
    assert values(text, IdentifierKind.TELEGRAM) == []


def test_a_link_one_is_warned_of_is_only_mentioned() -> None:
    assert only("Never open http://sbi-kyc.xyz/a").role is IdentifierRole.MENTIONED
    assert only("Open http://sbi-kyc.xyz/a").role is IdentifierRole.GIVEN


@pytest.mark.parametrize(
    ("host", "official"),
    [
        ("retail.onlinesbi.sbi", True),
        ("m.netflix.com", True),
        ("eportal.incometax.gov.in", True),
        ("tax.service.gov.uk", True),
        ("sbi-kyc.top", False),
        ("netflix.com.verify.info", False),
        ("gov.in.kyc-update.com", False),
        ("example.com", False),
    ],
)
def test_a_brands_own_and_an_authoritys_links_are_told_apart(host: str, official: bool) -> None:
    assert link_of(host).official is official
