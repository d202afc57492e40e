"""International calls with local numbers, as an operator who marks trunks finds them in recorded traffic."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main

from .traffic import event, lines, written

Replay = Callable[[str], tuple[list[dict[str, Any]], list[dict[str, Any]]]]

BERLIN, MUNICH, MOBILE, PARIS = "+493012345678", "+498912345678", "+4915123456789", "+33142685300"
GERMANY = 'default_region = "DE"\n'
ABROAD = "[trunks.ic-7]\ninternational = true\n"


def call(n: int, a_number: str, **fields: Any) -> dict[str, Any]:
    """A call to a bank in Hamburg over the international trunk, ten seconds after the one before."""
    return event(
        n, n * 10.0, **({"a_number": a_number, "b_number": "+494098765432", "trunk": "ic-7"} | fields)
    )


DAY = [
    call(0, PARIS),
    call(1, BERLIN),
    call(2, MOBILE),
    call(3, MUNICH),
    call(4, BERLIN, trunk="north"),
    call(5, "anonymous"),
    call(6, MUNICH, attestation="A"),
]


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replay:
    """Replays the day by these settings: its alerts and actions."""
    monkeypatch.chdir(tmp_path)
    traffic = written(tmp_path / "day.ndjson", DAY)

    def run(settings: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        Path("ringfence.toml").write_text(settings)
        with pytest.raises(SystemExit) as ended:
            main(
                ["replay", str(traffic), "--alerts", "alerts.ndjson", "--actions", "actions.ndjson", "--json"]
            )
        assert ended.value.code == 0
        return lines(Path("alerts.ndjson")), lines(Path("actions.ndjson"))

    return run


def test_nothing_is_said_until_a_trunk_is_marked(replay: Replay) -> None:
    assert replay(GERMANY) == ([], [])


def test_fixed_line_numbers_from_abroad_are_one_alert_with_a_flag(replay: Replay) -> None:
    [alert], [action] = replay(GERMANY + ABROAD)
    assert (alert["label"], alert["severity"], alert["method"]) == ("local_cli", "HIGH", "local_cli")
    assert (alert["a_numbers"], alert["trunks"]) == ([BERLIN, MUNICH], ["ic-7"])
    assert alert["call_ids"] == ["1@gw", "3@gw"]
    assert alert["suspect_call_ids"] == []
    assert (alert["opened_at"], alert["closed_at"]) == (
        "2026-01-15T12:00:10.000000Z",
        "2026-01-15T12:01:30.000000Z",
    )
    assert alert["description"] == (
        "International call with a local number: 2 calls came over the international trunk ic-7 with fixed-line "
        "numbers of the home country; ECC/REC(23)03 has such calls blocked"
    )
    assert (action["kind"], action["mode"], action["call_id"]) == ("flag", "dry_run", None)


def test_the_settings_say_what_follows_and_whether_roamers_are_told(replay: Replay) -> None:
    rule = '[signalling.local_cli]\npolicy = "block"\nmobile = true\n'
    alerts, actions = replay(GERMANY + ABROAD + rule)
    told = [(alert["label"], alert["severity"], alert["action"], alert["a_numbers"]) for alert in alerts]
    assert told == [
        ("local_cli", "HIGH", "block", [BERLIN, MUNICH]),
        ("local_mobile_cli", "LOW", "monitor", [MOBILE]),
    ]
    cut = [(action["kind"], action["call_id"], action["a_number"]) for action in actions]
    assert cut == [("block", "1@gw", BERLIN), ("block", "3@gw", MUNICH)]


@pytest.mark.parametrize("entry", [("allow_a", "+4930*"), ("allow_b", "+4940*"), ("allow_trunk", "ic-*")])
def test_a_call_centre_abroad_is_put_on_an_allow_list(replay: Replay, entry: tuple[str, str]) -> None:
    name, value = entry
    alerts, _ = replay(GERMANY + ABROAD + f'[[lists]]\nlist = "{name}"\nvalue = "{value}"\n')
    assert [alert["a_numbers"] for alert in alerts] == ([[MUNICH]] if name == "allow_a" else [])


def test_in_another_country_these_are_strangers(replay: Replay) -> None:
    alerts, _ = replay('default_region = "FR"\n' + ABROAD)
    assert [alert["a_numbers"] for alert in alerts] == [[PARIS]]
