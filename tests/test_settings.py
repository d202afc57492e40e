"""Settings as an operator gives them."""

from pathlib import Path

import pytest

from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope
from ringfence.settings import laid_over, load_settings


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
        ("RINGFENCE_LIMITS__EVENTS_PER_SECOND", "inf"),
        ("RINGFENCE_LIMITS__REQUESTS_PER_SECOND", "nan"),
        ("RINGFENCE_CORS_ORIGINS", "desk.example"),
        ("RINGFENCE_CORS_ORIGINS", "https://desk.example/"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        load_settings({name: value}, tmp_path)


def test_a_wrong_value_is_told_its_bound(tmp_path: Path) -> None:
    wrong = {"DETECTION_WINDOW_SECONDS": "301", "RINGFENCE_SIGNALLING__MAX_KEYS": "5"}
    with pytest.raises(BadInput) as caught:
        load_settings(wrong, tmp_path)
    assert "DETECTION_WINDOW_SECONDS: Input should be less than or equal to 300" in str(caught.value)
    assert "RINGFENCE_SIGNALLING__MAX_KEYS: Input should be greater than or equal to 1024" in str(
        caught.value
    )


def test_a_misspelt_variable_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="RINGFENCE_SIGNALLING__THRESHHOLD: there is no such setting"):
        load_settings({"RINGFENCE_SIGNALLING__THRESHHOLD": "6"}, tmp_path)
    (tmp_path / ".env").write_text("RINGFENCE_LIMITS__LINES=6\n")
    with pytest.raises(BadInput, match="RINGFENCE_LIMITS__LINES"):
        load_settings({}, tmp_path)


def test_a_shadow_is_on_where_its_model_or_its_threshold_is_set(tmp_path: Path) -> None:
    assert not load_settings({}, tmp_path).signalling.shadow.on
    named = load_settings({"RINGFENCE_SIGNALLING__SHADOW__MODEL": "new.json"}, tmp_path).signalling.shadow
    assert (named.on, named.model, named.threshold) == (True, "new.json", None)
    (tmp_path / "ringfence.toml").write_text("[signalling.shadow]\nthreshold = 0\n")
    strict = load_settings({}, tmp_path).signalling.shadow
    assert (strict.on, strict.model, strict.threshold) == (True, None, 0.0)


@pytest.mark.parametrize("name", ["SHADOW", "SHADOW__MODAL"])
def test_a_misspelt_variable_of_the_shadow_is_not_passed_over(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=f"RINGFENCE_SIGNALLING__{name}: there is no such setting"):
        load_settings({f"RINGFENCE_SIGNALLING__{name}": "off"}, tmp_path)


def test_a_shadow_without_scores_is_refused_with_the_way_out(tmp_path: Path) -> None:
    given = {"RINGFENCE_SIGNALLING__FEATURES": "off", "RINGFENCE_SIGNALLING__SHADOW__MODEL": "off"}
    with pytest.raises(BadInput, match="turn features on, or take shadow out"):
        load_settings(given, tmp_path)


def test_variables_that_a_cluster_sets_by_itself_are_let_be(tmp_path: Path) -> None:
    load_settings({"RINGFENCE_PORT": "tcp://10.0.0.7:8000", "RINGFENCE_SERVICE_HOST": "10.0.0.7"}, tmp_path)


def test_spaces_around_a_value_do_not_count(tmp_path: Path) -> None:
    given = {
        "RINGFENCE_SIGNALLING__FEATURES": " off ",
        "RINGFENCE_DEFAULT_REGION": "gb ",
        "RINGFENCE_ADMIN_KEY": " swordfish\n",
        "API_AUTH_KEY": "  ",
    }
    settings = load_settings(given, tmp_path)
    assert (settings.signalling.features, settings.default_region) == (False, "GB")
    assert settings.admin_key is not None
    assert settings.admin_key.get_secret_value() == "swordfish"
    assert settings.analyst_key is None


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
        addresses = ["192.0.2.10", "2001:DB8:0:0::10"]
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
    assert settings.trunks["north"].addresses == ["192.0.2.10", "2001:db8::10"]
    assert settings.policy_table == (
        Policy(),
        Policy(PolicyScope.B_PREFIX, "+44800", Decide.RULE, Deed.FLAG),
    )
    assert [entry.entry() for entry in settings.lists] == [
        ListEntry(ListName.ALLOW_B, "+441632960000", "our own hotline", "settings", 1_798_675_200_000_000_000)
    ]


@pytest.mark.parametrize("address", ["192.0.2.0/24", "sbc.example.net", ""])
def test_a_trunks_address_that_no_packet_can_have_is_refused(tmp_path: Path, address: str) -> None:
    (tmp_path / "ringfence.toml").write_text(f"[trunks.north]\naddresses = ['{address}']\n")
    with pytest.raises(BadInput, match=r"trunks\.north\.addresses"):
        load_settings({}, tmp_path)


def test_a_misspelt_field_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ringfence.toml").write_text("[signalling]\nthreshhold = 6\n")
    with pytest.raises(BadInput, match="threshhold"):
        load_settings({}, tmp_path)
    with pytest.raises(BadInput, match=r"missing\.toml"):
        load_settings({"RINGFENCE_CONFIG": str(tmp_path / "missing.toml")}, tmp_path)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('[trunks.a]\naddresses = ["10.0.0.0/8"]', "trunks.a.addresses.0: a peer is one IP address"),
        ('[trunks.a]\naddresses = ["sbc.example.net"]', "names are not taken"),
        ('[trunks.a]\naddresses = ["::1"]\n[trunks.b]\naddresses = ["0:0:0:0:0:0:0:1"]', "a and b both have"),
        ('[[lists]]\nlist = "deny_a"\nvalue = "+1"\nexpires_at = 2027-01-01T00:00:00', "lists.0.expires_at"),
        ('[[policies]]\nscope = "b_prefix"\nmatch = "0800*"', "policies.0: a prefix is written with"),
        ('[[policies]]\nscope = "trunk"\nmatch = "north*"', "policies.0: a match that ends in"),
        ('[[policies]]\nmatch = "+44"', "policies.0: scope default takes no match"),
        (
            "[[policies]]\nthreshold = 0.9\nfalse_cuts_per_million = 10",
            "policies.0: give threshold or false_cuts",
        ),
        ("[[policies]]\nfalse_cuts_per_million = 0", "policies.0.false_cuts_per_million"),
    ],
)
def test_what_could_never_hold_is_refused(tmp_path: Path, toml: str, told: str) -> None:
    (tmp_path / "ringfence.toml").write_text(toml)
    with pytest.raises(BadInput) as caught:
        load_settings({}, tmp_path)
    assert told in str(caught.value)


def test_files_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfeA=1\n")
    with pytest.raises(BadInput, match=r"\.env"):
        load_settings({}, tmp_path)
    (tmp_path / ".env").unlink()
    (tmp_path / "ringfence.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"ringfence\.toml"):
        load_settings({}, tmp_path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "ringfence.toml").write_bytes(b"\xef\xbb\xbf[signalling]\r\nthreshold = 9\r\n")
    assert load_settings({}, tmp_path).signalling.threshold == 9


def test_each_source_is_stronger_than_the_next_whatever_the_name(tmp_path: Path) -> None:
    (tmp_path / "ringfence.toml").write_text("[signalling]\nthreshold = 6\nwindow_seconds = 7\n")
    (tmp_path / ".env").write_text("RINGFENCE_SIGNALLING__THRESHOLD=8\nDETECTION_WINDOW_SECONDS=9\n")
    below = load_settings({}, tmp_path).signalling
    assert (below.threshold, below.window_seconds) == (8, 9)
    assert load_settings({"DETECTION_THRESHOLD": "4"}, tmp_path).signalling.threshold == 4


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


class TestAFileLaidOverSettings:
    def test_has_the_last_word_on_what_it_names_and_leaves_the_rest(self, tmp_path: Path) -> None:
        (tmp_path / "ringfence.toml").write_text(
            '[signalling]\nthreshold = 6\n[[policies]]\npolicy = "flag"\n[trunks.north]\ntrusted = true\n'
        )
        site = load_settings({"DETECTION_WINDOW_SECONDS": "7"}, tmp_path)
        (tmp_path / "other.toml").write_text(
            '[signalling]\nwindow_seconds = 5\n[[policies]]\nscope = "trunk"\nmatch = "north"\n'
        )
        over = laid_over(site, tmp_path / "other.toml")
        assert (over.signalling.window_seconds, over.signalling.threshold) == (5, 6)
        assert [policy.scope for policy in over.policies] == [PolicyScope.TRUNK]
        assert over.trunks == site.trunks

    def test_may_say_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "other.toml").write_text("")
        site = load_settings({"DETECTION_THRESHOLD": "9"}, tmp_path)
        assert laid_over(site, tmp_path / "other.toml") == site

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("[signalling]\nthreshold = 1\n", r"other\.toml: signalling\.threshold: .*2"),
            ("[signaling]\nthreshold = 6\n", r"other\.toml: signaling: there is no such setting"),
            ("[signalling\n", r"Cannot read the settings file .*other\.toml"),
        ],
    )
    def test_is_refused_with_its_name_where_it_is_wrong(
        self, tmp_path: Path, content: str, said: str
    ) -> None:
        (tmp_path / "other.toml").write_text(content)
        with pytest.raises(BadInput, match=said):
            laid_over(load_settings({}, tmp_path), tmp_path / "other.toml")
