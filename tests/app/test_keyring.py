"""Keys as an operator meets them: made once, shown once, checked, revoked by another process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.app.keyring import KeyRing
from ringfence.errors import BadInput, Conflict
from ringfence.model.key import Role
from ringfence.ports import AuditFilter

SECOND = 1_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 1_768_478_400 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ringfence.db"


@pytest.fixture
def records(address: str) -> Iterator[SqlRecords]:
    store = SqlRecords(address)
    yield store
    store.close()


def test_a_created_key_opens_and_is_not_kept_in_clear(
    records: SqlRecords, clock: Clock, tmp_path: Path
) -> None:
    ring = KeyRing(records, clock)
    secret = ring.create("switch", Role.INGEST, "console")
    key = ring.check(secret)
    assert key is not None
    assert (key.name, key.role) == ("switch", Role.INGEST)
    assert ring.check(secret + "x") is None
    assert ring.check("") is None
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_keys_differ_and_names_are_unique(records: SqlRecords, clock: Clock) -> None:
    ring = KeyRing(records, clock)
    assert ring.create("a", Role.VIEWER, "console") != ring.create("b", Role.VIEWER, "console")
    with pytest.raises(Conflict):
        ring.create("a", Role.ADMIN, "console")
    with pytest.raises(BadInput):
        ring.create("", Role.ADMIN, "console")


@pytest.mark.parametrize(
    "name", ["system", "System ", "command line (asha)", "RINGFENCE_ADMIN_KEY", "api_auth_key"]
)
def test_no_key_passes_for_somebody_else_in_the_audit_trail(
    records: SqlRecords, clock: Clock, name: str
) -> None:
    with pytest.raises(BadInput, match="choose another name"):
        KeyRing(records, clock).create(name, Role.VIEWER, "console")


def test_a_key_made_or_revoked_by_another_process_is_known_within_a_second(
    records: SqlRecords, clock: Clock, address: str
) -> None:
    server = KeyRing(records, clock)
    assert server.check("whatever") is None
    elsewhere = SqlRecords(address)
    console = KeyRing(elsewhere, clock)
    secret = console.create("desk", Role.ANALYST, "console")
    clock.now += SECOND
    assert server.check(secret) is not None
    console.revoke("desk", "console")
    clock.now += SECOND
    assert server.check(secret) is None
    elsewhere.close()


def test_the_first_start_makes_one_admin_key(records: SqlRecords, clock: Clock) -> None:
    ring = KeyRing(records, clock)
    secret = ring.first_admin()
    assert secret is not None
    assert [entry.who for entry in records.audit(AuditFilter(), 10, 0).entries] == ["system"]
    assert KeyRing(records, clock).first_admin() is None
    ring.revoke("admin", "console")
    assert ring.first_admin() is not None


def test_a_key_of_another_role_may_have_the_name_of_the_first_admin_key(
    records: SqlRecords, clock: Clock
) -> None:
    ring = KeyRing(records, clock)
    ring.create("admin", Role.VIEWER, "console")
    secret = ring.first_admin()
    assert secret is not None
    key = ring.check(secret)
    assert key is not None
    assert (key.name, key.role) == ("admin-2", Role.ADMIN)


def test_one_secret_for_two_roles_is_refused(records: SqlRecords, clock: Clock) -> None:
    ring = KeyRing(records, clock)
    ring.fix("RINGFENCE_ADMIN_KEY", Role.ADMIN, "swordfish")
    with pytest.raises(BadInput, match="RINGFENCE_ADMIN_KEY and API_AUTH_KEY") as caught:
        ring.fix("API_AUTH_KEY", Role.ANALYST, "swordfish")
    assert "swordfish" not in str(caught.value)


def test_a_key_of_the_settings_opens_and_is_never_stored(records: SqlRecords, clock: Clock) -> None:
    ring = KeyRing(records, clock)
    ring.fix("admin", Role.ADMIN, "swordfish")
    assert ring.first_admin() is None
    key = ring.check(b"swordfish")
    assert key is not None
    assert key.role is Role.ADMIN
    assert ring.all() == ()
    assert KeyRing(records, clock).check("swordfish") is None
