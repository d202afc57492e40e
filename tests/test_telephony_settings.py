"""Who calls, and when, as an operator sets it."""

from pathlib import Path

import pytest

from ringfence.errors import BadInput
from ringfence.model.call import QuietHours
from ringfence.settings import TelephonyProvider, TelephonySettings, load_settings

OLDER = {
    "TWILIO_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": "swordfish",
    "TWILIO_NUMBER": "+1 415 555 0123",
    "PUBLIC_URL": "https://desk.example/",
}


def given(tmp_path: Path, **environ: str) -> TelephonySettings:
    return load_settings(environ, tmp_path).telephony


def test_without_credentials_the_simulator_calls(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert settings.used is TelephonyProvider.SIMULATOR
    assert settings.quiet == QuietHours(21 * 60, 9 * 60)
    assert (settings.attempts_per_day, settings.minutes_apart, settings.recording) == (3, 30, False)


def test_the_older_names_turn_twilio_on(tmp_path: Path) -> None:
    settings = given(tmp_path, **OLDER)
    assert settings.used is TelephonyProvider.TWILIO
    assert (settings.number, settings.public_url) == ("+14155550123", "https://desk.example")
    assert settings.auth_token is not None
    assert settings.auth_token.get_secret_value() == "swordfish"
    assert "swordfish" not in repr(settings)


@pytest.mark.parametrize("name", ["TWILIO_SID", "TWILIO_AUTH_TOKEN"])
def test_half_a_set_of_credentials_does_not_pass_for_none(tmp_path: Path, name: str) -> None:
    assert given(tmp_path, **{name: OLDER[name]}).used is TelephonyProvider.TWILIO


def test_the_simulator_can_be_asked_for_beside_credentials(tmp_path: Path) -> None:
    settings = given(tmp_path, **OLDER, RINGFENCE_TELEPHONY__PROVIDER="simulator")
    assert settings.used is TelephonyProvider.SIMULATOR


@pytest.mark.parametrize(
    "name", ["PUBLIC_URL", "RINGFENCE_TELEPHONY__PUBLIC_URL", "RINGFENCE_TELEPHONY__API_URL"]
)
@pytest.mark.parametrize(
    "url", ["https://x.example", "http://127.0.0.1:8000", "http://localhost:8", "http://[::1]:8"]
)
def test_an_address_is_https_or_on_loopback(tmp_path: Path, name: str, url: str) -> None:
    settings = given(tmp_path, **{name: url + "/"})
    assert url in (settings.public_url, settings.api_url)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "RINGFENCE_TELEPHONY__API_URL"])
@pytest.mark.parametrize(
    "url",
    ["http://desk.example", "http://192.0.2.7", "http://localhost.example", "https://me:swordfish@desk.example",
     "https://desk.example/?key=swordfish", "ftp://desk.example", "desk.example", "https://", "https://x:99999"],
)  # fmt: skip
def test_an_address_that_would_give_something_away_is_refused(tmp_path: Path, name: str, url: str) -> None:
    with pytest.raises(BadInput, match=name) as caught:
        given(tmp_path, **{name: url})
    assert "swordfish" not in caught.value.detail


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("21:00-09:00", QuietHours(1260, 540)),
        ("12:30-14:05", QuietHours(750, 845)),
        ("", None),
        ("  ", None),
    ],
)
def test_quiet_hours_are_two_times_or_off(tmp_path: Path, text: str, quiet: QuietHours | None) -> None:
    assert given(tmp_path, RINGFENCE_TELEPHONY__QUIET_HOURS=text).quiet == quiet


def test_quiet_hours_are_off_by_an_empty_line_in_a_file_as_well(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RINGFENCE_TELEPHONY__QUIET_HOURS=\nTWILIO_SID=\n")
    settings = given(tmp_path)
    assert settings.quiet is None
    assert settings.account_sid is None, "any other setting is not set by an empty line"
    (tmp_path / ".env").unlink()
    (tmp_path / "ringfence.toml").write_text('[telephony]\nquiet_hours = ""\n')
    assert given(tmp_path).quiet is None


@pytest.mark.parametrize(
    "text", ["21-9", "9:00-21:00", "25:00-09:00", "21:60-09:00", "21:00", "off", "09:00-09:00"]
)
def test_quiet_hours_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="RINGFENCE_TELEPHONY__QUIET_HOURS: Quiet hours"):
        given(tmp_path, RINGFENCE_TELEPHONY__QUIET_HOURS=text)


@pytest.mark.parametrize("name", ["TWILIO_NUMBER", "RINGFENCE_TELEPHONY__TRANSFER_NUMBER"])
@pytest.mark.parametrize("number", ["9876543210", "+0123456789", "+91 98765 4321x", "+1", "+1" + "0" * 20])
def test_a_number_has_its_country_code(tmp_path: Path, name: str, number: str) -> None:
    with pytest.raises(BadInput, match=f"{name}: a number is written with its country code"):
        given(tmp_path, **{name: number})


def test_an_sid_is_a_plain_word_since_it_goes_into_addresses(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="TWILIO_SID"):
        given(tmp_path, TWILIO_SID="AC0/../AC1")
