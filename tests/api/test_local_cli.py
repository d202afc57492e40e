"""An international call with a local number, as a switch and the desk meet it."""

from typing import Any

from ringfence.model.key import Role

from .conftest import MakeSite, event

ABROAD = "[trunks.ic-7]\ninternational = true\n"
LIVE_BLOCK = '[signalling.local_cli]\npolicy = "block"\nmode = "live"\n'
GERMANY = {"RINGFENCE_DEFAULT_REGION": "DE"}


def spoofed(n: int, at: float = 0.0, **more: Any) -> dict[str, Any]:
    """A call to Hamburg by a number of Berlin, from abroad."""
    return event(n, at, a_number="+493012345678", b_number="+494098765432", trunk="ic-7") | more


def test_the_desk_finds_it_by_its_label_and_says_what_it_was(site_with: MakeSite) -> None:
    with site_with(ABROAD, **GERMANY) as site:
        answer = site.ask("POST", "/event", json=spoofed(1)).json()
        assert (answer["status"], answer["alert"]["label"]) == ("alert", "local_cli")
        site.ask("POST", "/event", json=event(2))
        [found] = site.ask("GET", "/api/v1/alerts?label=local_cli&open=true").json()["alerts"]
        assert found["a_numbers"] == ["+493012345678"]
        said = {"verdict": "false_alarm", "note": "our call centre in Porto"}
        path = f"/api/v1/alerts/{found['alert_id']}"
        assert site.ask("PATCH", path, json=said).status_code == 200
        site.ask("POST", "/event", json=spoofed(3))
        told = site.ask("GET", path).json()
        assert (told["verdict"], told["note"], len(told["call_ids"])) == (
            "false_alarm",
            "our call centre in Porto",
            2,
        )
        site.clock.now += 61 * 10**9
        site.tick()
        assert site.ask("GET", path).json()["closed_at"] == "2026-01-15T12:01:00.000000Z"


def test_a_viewer_sees_the_last_four_digits(site_with: MakeSite) -> None:
    with site_with(ABROAD, **GERMANY) as site:
        site.ask("POST", "/event", json=spoofed(1))
        told = site.ask("GET", "/api/v1/alerts?label=local_cli", Role.VIEWER).text
        assert "***5678" in told
        assert "493012345678" not in told


def test_where_it_is_to_be_blocked_the_switch_hears_so_at_the_first_call(site_with: MakeSite) -> None:
    with site_with(ABROAD + LIVE_BLOCK, **GERMANY) as site:
        assert site.ask("POST", "/event", json=spoofed(1)).json()["status"] == "blocked"
        assert site.ask("POST", "/event", json=spoofed(2, trunk="north")).json()["status"] == "ok"
        roamer = spoofed(3, a_number="+4915123456789")
        assert site.ask("POST", "/event", json=roamer).json()["status"] == "ok"


def test_a_batch_tells_each_alert_once(site_with: MakeSite) -> None:
    with site_with(ABROAD, **GERMANY) as site:
        told = site.ask("POST", "/api/v1/events", json=[spoofed(n, n) for n in range(3)]).json()
        [alert] = told["alerts"]
        assert (alert["label"], alert["call_ids"]) == ("local_cli", ["c0@gw", "c1@gw", "c2@gw"])
