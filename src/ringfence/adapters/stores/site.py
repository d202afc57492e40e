"""What people set: keys, policies, lists, and the line of the audit trail that each change writes with it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from ringfence.adapters.stores import tables as t
from ringfence.adapters.stores.audit import note
from ringfence.errors import Conflict, NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.key import ApiKey, Role
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope


def read_keys(connection: Connection) -> tuple[ApiKey, ...]:
    return tuple(
        ApiKey(row.name, Role(row.role), row.digest, row.created_at, row.revoked_at)
        for row in connection.execute(select(t.keys).order_by(t.keys.c.key_id))
    )


def add_key(connection: Connection, key: ApiKey, who: str) -> None:
    valid = and_(t.keys.c.name == key.name, t.keys.c.revoked_at.is_(None))
    if connection.execute(select(t.keys.c.key_id).where(valid)).first():
        raise Conflict(
            f"There is a key named {key.name}: revoke it first, or take another name", code="key_exists"
        )
    connection.execute(
        insert(t.keys),
        {"name": key.name, "role": key.role.value, "digest": key.digest, "created_at": key.created_at},
    )
    note(connection, key.created_at, who, ChangeKind.KEY_CREATE, key.name, after={"role": key.role.value})


def revoke_key(connection: Connection, name: str, who: str, at: int) -> None:
    valid = and_(t.keys.c.name == name, t.keys.c.revoked_at.is_(None))
    if not connection.execute(update(t.keys).where(valid).values(revoked_at=at)).rowcount:
        raise NotFound(f"No valid key is named {name}", code="key_unknown")
    note(connection, at, who, ChangeKind.KEY_REVOKE, name)


def read_policies(connection: Connection) -> tuple[Policy, ...]:
    rows = connection.execute(select(t.policies).order_by(t.policies.c.scope, t.policies.c.match))
    return tuple(
        Policy(
            scope=PolicyScope(row.scope),
            match=row.match,
            decide=Decide(row.decide),
            deed=Deed(row.deed),
            live=row.live,
            threshold=row.threshold,
            sure_threshold=row.sure_threshold,
            disconnects_per_minute=row.disconnects_per_minute,
            false_cuts_per_million=row.false_cuts_per_million,
        )
        for row in rows
    )


def replace_policies(connection: Connection, policies: Sequence[Policy], who: str, at: int) -> None:
    before = [_told(policy) for policy in read_policies(connection)]
    after = [_told(policy) for policy in policies]
    connection.execute(delete(t.policies))
    if policies:
        connection.execute(insert(t.policies), [_policy_row(policy) for policy in policies])
    note(connection, at, who, ChangeKind.POLICIES_REPLACE, "policies", before, after)


def _policy_row(policy: Policy) -> dict[str, Any]:
    return {
        "scope": policy.scope.value,
        "match": policy.match,
        "decide": policy.decide.value,
        "deed": policy.deed.value,
        "live": policy.live,
        "threshold": policy.threshold,
        "sure_threshold": policy.sure_threshold,
        "disconnects_per_minute": policy.disconnects_per_minute,
        "false_cuts_per_million": policy.false_cuts_per_million,
    }


def _told(policy: Policy) -> dict[str, Any]:
    """In the words of the settings file and the API, for whoever reads the trail."""
    return {
        "scope": policy.scope.value,
        "match": policy.pattern,
        "decide": policy.decide.value,
        "policy": policy.deed.value,
        "mode": "live" if policy.live else "dry_run",
        "threshold": policy.threshold,
        "sure_threshold": policy.sure_threshold,
        "disconnects_per_minute": policy.disconnects_per_minute,
        "false_cuts_per_million": policy.false_cuts_per_million,
    }


def read_list_entries(connection: Connection) -> tuple[ListEntry, ...]:
    rows = connection.execute(
        select(t.list_entries).order_by(t.list_entries.c.list_name, t.list_entries.c.value)
    )
    return tuple(
        ListEntry(ListName(row.list_name), row.value, row.note, row.source, row.expires_at) for row in rows
    )


def put_list_entry(connection: Connection, entry: ListEntry, who: str, at: int) -> None:
    there = _list_row(connection, entry.list_name, entry.value)
    facts = {"note": entry.note, "source": entry.source, "expires_at": entry.expires_at}
    row = {"list_name": entry.list_name.value, "value": entry.value, **facts}
    upsert = insert(t.list_entries).on_conflict_do_update(index_elements=["list_name", "value"], set_=facts)
    connection.execute(upsert, row)
    note(connection, at, who, ChangeKind.LIST_PUT, f"{entry.list_name} {entry.value}", there, facts)


def drop_list_entry(connection: Connection, name: ListName, value: str, who: str, at: int) -> None:
    there = _list_row(connection, name, value)
    if there is None:
        raise NotFound(f"{value} is not on the list {name}", code="list_entry_unknown")
    connection.execute(
        delete(t.list_entries).where(
            t.list_entries.c.list_name == name.value, t.list_entries.c.value == value
        )
    )
    note(connection, at, who, ChangeKind.LIST_DROP, f"{name} {value}", there)


def _list_row(connection: Connection, name: ListName, value: str) -> dict[str, Any] | None:
    columns = t.list_entries.c
    wanted = select(columns.note, columns.source, columns.expires_at)
    row = (
        connection.execute(wanted.where(columns.list_name == name.value, columns.value == value))
        .mappings()
        .first()
    )
    return None if row is None else dict(row)
