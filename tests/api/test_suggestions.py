"""Numbers that look like hotlines: who may ask, what is said of them, and that nothing is allowed by itself."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.model.alert import Alert, AlertLabel, FeatureRow, RiskLevel, Severity
from ringfence.model.key import Role

from .conftest import NOON, Site

HOTLINE = "+911800112233"
VICTIM = "+919820012345"
DAY = 86_400_000_000_000
PATH = "/api/v1/lists/suggestions"

BURST = Alert(
    alert_id="a1",
    b_number=HOTLINE,
    label=AlertLabel.FAN_IN,
    severity=Severity.LOW,
    risk_level=RiskLevel.MINIMAL,
    opened_at=NOON * 1_000_000_000 - 9 * DAY,
    last_seen_at=NOON * 1_000_000_000 - 9 * DAY,
    closed_at=NOON * 1_000_000_000 - 8 * DAY,
    distinct_callers=7,
    a_numbers=(),
    calls=(),
    trunks=("north",),
    masking_probability=0.1,
    method="scorecard",
    reasons=(),
    action="monitor",
    features=FeatureRow(("b_answered_share",), (0.75,)),
)


def bursts(b_number: str, count: int) -> list[Alert]:
    """One each day."""
    return [
        replace(BURST, alert_id=f"{b_number}-{n}", b_number=b_number, opened_at=BURST.opened_at + n * DAY)
        for n in range(count)
    ]


@pytest.fixture
def week(site: Site) -> Site:
    """A hotline with four bursts, and a number with three of which one was taken for an attack."""
    doubtful = replace(bursts(VICTIM, 4)[3], label=AlertLabel.MASKING, masking_probability=0.9)
    site.server.records.write([*bursts(HOTLINE, 4), *bursts(VICTIM, 3), doubtful]).result()
    return site


def suggested(site: Site, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.ask("GET", PATH, params=query).json()["suggestions"]
    return found


def test_a_hotline_is_suggested_with_its_figures_and_what_to_send(week: Site) -> None:
    (found,) = suggested(week)
    entry = found.pop("entry")
    assert found == {
        "b_number": HOTLINE,
        "suggested": True,
        "why": [
            "4 bursts of callers on 4 days since 2026-01-06, 7 callers in the window at the peak on average",
            "75 % of its calls were answered",
        ],
        "against": [],
        "since": "2026-01-06T12:00:00.000000Z",
        "last_burst_at": "2026-01-09T12:00:00.000000Z",
        "bursts": 4,
        "days": 4,
        "confirmed": 0,
        "mean_callers": 7.0,
        "highest_probability": 0.1,
        "answered_share": 0.75,
        "usual_callers": None,
        "busy_windows": None,
    }
    assert (entry["list"], entry["value"]) == ("allow_b", HOTLINE)
    assert week.ask("GET", "/api/v1/lists").json() == {"entries": []}, "nothing is allowed by itself"
    assert week.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry).status_code == 201
    assert suggested(week) == []


def test_the_doubt_can_be_asked_for_and_settled(week: Site) -> None:
    of_victim = next(one for one in suggested(week, all=True) if one["b_number"] == VICTIM)
    assert (of_victim["suggested"], of_victim["entry"]) == (False, None)
    assert of_victim["against"] == [
        "1 alert on it taken for masking, and nobody has said whether that is right"
    ]
    week.ask("PATCH", f"/api/v1/alerts/{VICTIM}-3", json={"verdict": "fan_in"})
    assert {one["b_number"] for one in suggested(week)} == {HOTLINE, VICTIM}
    week.ask("PATCH", f"/api/v1/alerts/{VICTIM}-3", json={"verdict": "masking"})
    assert [one["b_number"] for one in suggested(week)] == [HOTLINE]


def test_a_prefix_on_the_list_covers_its_numbers_until_it_ends(week: Site) -> None:
    prefix = {"list": "allow_b", "value": "+91 1800*", "expires_at": "2026-01-15T13:00:00Z"}
    assert week.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=prefix).status_code == 201
    assert suggested(week) == []
    (told,) = (one["against"] for one in suggested(week, all=True) if one["b_number"] == HOTLINE)
    assert told == ["It is on the allow list already"]
    week.clock.now += 3_600 * 1_000_000_000
    assert [one["b_number"] for one in suggested(week)] == [HOTLINE]


def test_analysts_may_ask_and_viewers_may_not(site: Site) -> None:
    assert site.ask("GET", PATH).json() == {"suggestions": [], "history_days": 90}
    assert site.ask("GET", PATH, Role.VIEWER).status_code == 403
    assert site.ask("GET", PATH, Role.INGEST).status_code == 403
    assert site.client.get(PATH).status_code == 401
    assert site.ask("GET", PATH, params={"all": "perhaps"}).status_code == 422
