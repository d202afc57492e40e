"""Settings as an operator gives them."""

from pathlib import Path

import pytest

from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope
from ringfence.settings import load_settings


def test_nothing_set_gives_the_documented_defaults(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.signalling.window_seconds == 5
    assert settings.signalling.threshold == 5
    assert settings.signalling.probability_threshold == 0.7
    assert settings.signalling.hold_seconds == 60
    assert settings.signalling.lateness_seconds == 2
    assert settings.signalling.features
    assert settings.limits.events_per_second is None
    assert (settings.limits.line_bytes, settings.limits.body_bytes) == (1 << 20, 64 << 20)
    assert settings.records_url == "sqlite:///var/ringfence.db"
    assert settings.cors_origins == []
    assert settings.policy_table == (Policy(),)


def test_the_older_names_work_and_ours_win(tmp_path: Path) -> None:
    older = {
        "DETECTION_WINDOW_SECONDS": "300",
        "DETECTION_THRESHOLD": "7",
        "MASKING_PROBABILITY_THRESHOLD": "0.8",
        "API_AUTH_KEY": "letmein",
    }
    settings = load_settings(older, tmp_path)
    assert settings.signalling.window_seconds == 300
    assert settings.signalling.threshold == 7
    assert settings.policy_table[0].threshold == 0.8
    assert settings.analyst_key is not None
    assert settings.analyst_key.get_secret_value() == "letmein"
    ours = older | {"RINGFENCE_SIGNALLING__THRESHOLD": "9"}
    assert load_settings(ours, tmp_path).signalling.threshold == 9


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DETECTION_WINDOW_SECONDS", "0"),
        ("DETECTION_WINDOW_SECONDS", "301"),
        ("DETECTION_THRESHOLD", "many"),
        ("RINGFENCE_SIGNALLING__FEATURES", "perhaps"),
        ("RINGFENCE_DEFAULT_REGION", "Neverland"),
        ("RINGFENCE_LIMITS__EVENTS_PER_SECOND", "-1"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        load_settings({name: value}, tmp_path)


def test_secrets_show_in_no_message(tmp_path: Path) -> None:
    settings = load_settings({"RINGFENCE_ADMIN_KEY": "swordfish", "API_AUTH_KEY": "swordfish"}, tmp_path)
    assert "swordfish" not in repr(settings)
    (tmp_path / "ringfence.toml").write_text('admin_key = ["swordfish"]')
    with pytest.raises(BadInput) as caught:
        load_settings({}, tmp_path)
    assert "swordfish" not in str(caught.value)


def test_the_toml_file_holds_trunks_policies_and_lists(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("""
        default_region = "gb"
        [signalling]
        threshold = 6
        features = true
        [trunks.north]
        region = "US"
        trusted = true
        [[policies]]
        scope = "b_prefix"
        match = "+44800*"
        decide = "rule"
        policy = "flag"
        [[lists]]
        list = "allow_b"
        value = "+441632960000"
        note = "our own hotline"
        expires_at = 2026-12-31T00:00:00Z
    """)
    settings = load_settings(
        {"RINGFENCE_CONFIG": str(tmp_path / "site.toml"), "RINGFENCE_SIGNALLING__FEATURES": "off"}, tmp_path
    )
    assert settings.default_region == "GB"
    assert settings.signalling.threshold == 6
    assert not settings.signalling.features
    assert settings.trunks["north"].region == "US"
    assert settings.trunks["north"].trusted
    assert settings.policy_table == (
        Policy(),
        Policy(PolicyScope.B_PREFIX, "+44800", Decide.RULE, Deed.FLAG),
    )
    assert [entry.entry() for entry in settings.lists] == [
        ListEntry(ListName.ALLOW_B, "+441632960000", "our own hotline", "settings", 1_798_675_200_000_000_000)
    ]


def test_a_misspelt_field_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ringfence.toml").write_text("[signalling]\nthreshhold = 6\n")
    with pytest.raises(BadInput, match="threshhold"):
        load_settings({}, tmp_path)
    with pytest.raises(BadInput, match=r"missing\.toml"):
        load_settings({"RINGFENCE_CONFIG": str(tmp_path / "missing.toml")}, tmp_path)


def test_dot_env_stands_below_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nexport DETECTION_THRESHOLD='8'\nRINGFENCE_DATA_DIR = /srv/rf # disk 2\nNOTHING\n"
    )
    settings = load_settings({}, tmp_path)
    assert settings.signalling.threshold == 8
    assert settings.data_dir == Path("/srv/rf")
    assert load_settings({"DETECTION_THRESHOLD": "4"}, tmp_path).signalling.threshold == 4


def test_every_field_says_what_it_is() -> None:
    from pydantic import BaseModel

    from ringfence import settings

    sections = [
        kind for kind in vars(settings).values() if isinstance(kind, type) and issubclass(kind, BaseModel)
    ]
    for section in sections:
        for name, field in section.model_fields.items():
            assert field.description, f"{section.__name__}.{name}"
