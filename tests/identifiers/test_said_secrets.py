"""What card holders say aloud in fright is not kept, and what they tell of others is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.identifiers import Regions
from ringfence.identifiers.said_secrets import without_secrets


def kept(said: str) -> str:
    return without_secrets(said, Regions())


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("yes I told him cvv 123", "yes I told him cvv [code]"),
        ("yes my pin is 4321", "yes my pin is [code]"),
        ("yes pin 4321", "yes pin [code]"),
        ("yes the last four 1111 and pin 9876", "yes the last [code] and pin [code]"),
        ("yes atm pin four three two one", "yes atm pin [code]"),
        ("haan maine pin char teen do ek bata diya", "haan maine pin [code] bata diya"),
        ("yes expiry 12/27 and cvv 123", "yes expiry [code] and cvv [code]"),
        ("yes I told the password hunter2", "yes I told the password [code]"),
        ("yes I told him 4321", "yes I told him [number]"),
        ("मेरा पिन 4321 है", "मेरा पिन [code] है"),
        ("मेरा पिन ४३२१ है", "मेरा पिन [code] है"),
        ("मैंने ओटीपी चार तीन दो एक बता दिया", "मैंने ओटीपी [code] बता दिया"),
        ("हां मैंने पासवर्ड सूरज बता दिया", "हां मैंने पासवर्ड [code] बता दिया"),
        ("पिन तैंतालीस इक्कीस", "पिन [code]"),
        ("सी वी वी एक दो तीन", "सी वी वी [code]"),
        ("yes c v v one two three", "yes c v v [code]"),
        ("yes C.V.V. 1 2 3", "yes C.V.V. [code]"),
        ("yes pin forty three twenty one", "yes pin [code]"),
        ("yes forty three twenty one", "yes [number]"),
        ("yes four um three um two one", "yes [number]"),
        ("yes my upi pin is double four double three", "yes my upi pin is [code]"),
        ("yes pin is oh one two three", "yes pin is [code]"),
        ("yes pin: 4-3-2-1", "yes pin: [code]"),
        ("yes pin4321", "yes [number]"),
        ("mpin 112233 diya", "mpin [code] diya"),
        ("pin bheje 4321", "pin bheje [code]"),
        ("yes pin 4321 rupees", "yes pin [code] rupees"),
        ("4321 mera pin hai", "[code] mera pin hai"),
        ("valid till 03/28", "valid till [code]"),
        ("yes expiry is march twenty seven", "yes expiry is [code]"),
        ("pin 9321 982009", "pin [code]"),
        ("yes sunshine is my password", "yes [code] is my password"),
        ("yes my password is S@nsh!ne-99, I told him", "yes my password is [code], I told him"),
        ("otp 482913 and card 4111 1111 1111 1111", "otp [code] and card [card number]"),
        ("yes account 30211234567 of his", "yes account [account number] of his"),
    ],
)
def test_a_code_said_aloud_is_not_kept(said: str, stays: str) -> None:
    assert kept(said) == stays


@pytest.mark.parametrize(
    "said",
    [
        "no no no one asked the pin",
        "no no, I never told anybody",
        "I do not tell my pin to one man",
        "yes to a man who called from +91 98111 22233",
        "yes otp to 9820098200 and he took 50000 rupees",
        "yes the otp to nine eight two zero zero nine eight two zero zero",
        "I paid 5000 to ravi@okaxis on 12 march 2024",
        "two more, 500 rupees and Rs 15,000 at Amazon",
        "do aur, paanch hazaar ke",
        "he made me open http://kyc-sbi.top/a1234 and I told the otp",
        "the code went to refund.desk@hotmail.com",
        "I was asked for the OTP by a man from customer care named Vikram",
        "मैंने पिन 9820098200 वाले को नहीं बताया",
        "",
    ],
)
def test_what_leads_to_somebody_else_stays(said: str) -> None:
    assert kept(said) == said


CODES = st.text("0123456789", min_size=3, max_size=8)
SECRETS = st.sampled_from(
    "pin,PIN,cvv,CVC,otp,code,password,mpin,expiry,पिन,ओटीपी,सीवीवी,पासवर्ड,कोड,upi pin,atm pin,c v v,o t p,यूपीआई पिन,"
    "one time code,valid till".split(",")
)
LINKS = st.sampled_from(
    ["", "is", "number", "was", "hai", "का", "है", ":", "bata diya", "I told him", "maine bola"]
)
STORY = st.sampled_from(
    [
        "",
        "yes",
        "haan",
        "on the call",
        "to 9820098200",
        "and ravi@okaxis",
        "he paid",
        "I sent",
        "rupees",
        "on 12 march",
    ]
)
DIGITS = "zero one two three four five six seven eight nine".split()
HINDI = "शून्य एक दो तीन चार पांच छह सात आठ नौ".split()


@given(CODES, SECRETS, LINKS, STORY, STORY, st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_code_beside_its_name_never_survives(
    code: str, name: str, link: str, before: str, behind: str, first: bool
) -> None:
    middle = (code, link, name) if first else (name, link, code)
    said = " ".join(word for word in (before, *middle, behind) if word)
    assert code not in kept(said).replace("9820098200", ""), said


@given(CODES, SECRETS, LINKS, STORY, st.sampled_from([DIGITS, HINDI]), st.sampled_from([" ", ", ", " um "]))
@settings(max_examples=400, deadline=None)
def test_nor_does_one_that_is_read_out(
    code: str, name: str, link: str, behind: str, words: list[str], between: str
) -> None:
    spoken = [words[int(digit)] for digit in code]
    left = kept(f"yes {name} {link} {between.join(spoken)} {behind}")
    assert not {*spoken} & {*left.replace("one time code", "").split()}, left


@given(st.text(st.sampled_from("0123456789 -./abcप०१\x00OTPpan@₹noतीन"), max_size=80))
def test_whatever_is_said_is_read(said: str) -> None:
    assert isinstance(kept(said), str)
