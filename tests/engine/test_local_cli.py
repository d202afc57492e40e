"""International calls with numbers of the home country, against phonenumbers and the settings of the trunks."""

from __future__ import annotations

import json

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType
from ringfence_engine import Engine

NOON = 1_704_672_000
TRUNKS: dict[str, tuple[str | None, bool, list[str], bool]] = {
    "ic-7": (None, False, [], True),
    "ic-9": ("FR", True, [], True),
    "north": (None, False, [], False),
}
MAY_ROAM = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.UNKNOWN,
}
CALLERS = st.one_of(
    st.from_regex(r"\+49(30|40|89|151|160|170|800|900|32|700|137|180)[0-9]{5,8}", fullmatch=True),
    st.from_regex(r"\+(33|44|91|1|351)[1-9][0-9]{7,9}", fullmatch=True),
    st.from_regex(r"\+44(20|1534|1481|1624|7700|7797|7911|800|845|909|300)[0-9]{6,8}", fullmatch=True),
    st.from_regex(r"\+1(202|613|876|800|900|500)[2-9][0-9]{6}", fullmatch=True),
    st.sampled_from(["anonymous", "sip:desk@example.net", "+49", "03012345678"]),
)
CALLS = st.tuples(
    CALLERS, st.sampled_from(["ic-7", "ic-9", "north", ""]), st.sampled_from(["A", "B", "C", None])
)


@given(home=st.sampled_from(["DE", "GB", "US"]), calls=st.lists(CALLS, max_size=40))
def test_a_call_is_told_by_its_trunk_its_number_and_its_attestation_alone(
    home: str,
    calls: list[tuple[str, str, str | None]],
) -> None:
    """No event of a trunk that is not marked, nor any number of another country, ever makes such an alert."""
    engine = Engine(region=home, trunks=TRUNKS, mobile_cli=True, max_keys=1_024, max_calls=1_024)
    told = engine.ingest(b"\n".join(line(n, *call) for n, call in enumerate(calls)), NOON * 10**9)
    wanted = [(f"{n}@gw", rule) for n, call in enumerate(calls) if (rule := expected(engine, home, *call))]
    assert [(hit.call_id, hit.rule) for hit in told.hits] == wanted
    for name in ("local_cli", "local_mobile_cli"):
        assert engine.counters()[name] == sum(rule == name for _, rule in wanted)


def line(n: int, caller: str, trunk: str, attestation: str | None) -> bytes:
    said = {"attestation": attestation} if attestation else {}
    event = {"event_type": "INVITE", "timestamp": NOON, "a_number": caller, "b_number": f"+4940{n:08}"}
    return json.dumps(event | {"call_id": f"{n}@gw", "trunk": trunk} | said).encode()


def expected(engine: Engine, home: str, caller: str, trunk: str, attestation: str | None) -> str | None:
    number = engine.normalise(caller, trunk)
    if not trunk.startswith("ic-") or attestation == "A" or not number.startswith("+"):
        return None
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.region_code_for_number(read) != home:
        return None
    return "local_mobile_cli" if phonenumbers.number_type(read) in MAY_ROAM else "local_cli"
