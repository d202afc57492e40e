"""What supervisors type as a number: taken where a call can carry it, refused where it was mistyped."""

import pytest

from ringfence.errors import BadInput
from ringfence.model.key import Role

from .conftest import MakeSite, Site, event

MISTYPED = ["+4479460OO00", "98200x12345", "hello world", "???", "1-800-FLOWERS"]


@pytest.mark.parametrize("value", MISTYPED)
@pytest.mark.parametrize("name", ["allow_b", "allow_a", "deny_a", "watch_a"])
def test_a_mistyped_entry_is_refused_and_says_how_to_write_it(site: Site, name: str, value: str) -> None:
    answer = site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": name, "value": value})
    assert (answer.status_code, answer.json()["code"]) == (400, "list_entry_invalid")
    assert "+442079460000" in answer.json()["detail"]
    assert site.ask("GET", "/api/v1/lists").json()["entries"] == []


@pytest.mark.parametrize("value", MISTYPED)
def test_a_policy_for_a_mistyped_number_is_refused(site: Site, value: str) -> None:
    wanted = [{"scope": "b_number", "match": value, "policy": "monitor"}]
    answer = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": wanted})
    assert (answer.status_code, answer.json()["code"]) == (400, "policy_match")


@pytest.mark.parametrize(
    ("typed", "carried"),
    [
        ("(202) 555-1001", "+12025551001"),
        ("1909", "1909"),
        ("*98", "*98"),
        ("anonymous", "anonymous"),
        ("sip:Desk@example.net", "sip:desk@example.net"),
        ("+1", "+1"),
    ],
)
def test_whatever_a_call_can_carry_can_be_denied(site: Site, typed: str, carried: str) -> None:
    made = site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": "deny_a", "value": typed})
    assert made.json()["value"] == carried
    alert = site.ask("POST", "/event", json=event(0, a_number=carried)).json()["alert"]
    assert alert["label"] == "denied_caller"


@pytest.mark.parametrize(
    "toml",
    [
        '[[lists]]\nlist = "allow_b"\nvalue = "+12O25551001"\n',
        '[[policies]]\nscope = "b_number"\nmatch = "?"\n',
    ],
)
def test_a_mistyped_number_of_the_settings_ends_the_start(site_with: MakeSite, toml: str) -> None:
    with pytest.raises(BadInput, match="is no number"), site_with(toml):
        pass
