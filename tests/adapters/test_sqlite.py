"""The SQLite store: its file, its migrations, what a crash leaves, and who may hold the folder."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from ringfence.adapters.stores import migrations
from ringfence.adapters.stores.lock import lock_folder, lock_records
from ringfence.adapters.stores.records import SqlRecords
from ringfence.adapters.stores.tables import metadata
from ringfence.errors import BadInput, Conflict, Unavailable
from ringfence.model.alert import AlertVerdict
from ringfence.model.finding import Finding, FindingKind
from ringfence.model.finding_row import row_of
from ringfence.model.key import ApiKey, Role
from ringfence.model.transaction import TransactionStatus
from ringfence.ports import AlertFilter

CRASHER = """
import sys
from dataclasses import replace
sys.path.insert(0, sys.argv[2])
from test_records import alert
from ringfence.adapters.stores.records import SqlRecords

records = SqlRecords(sys.argv[1])
n = 0
while True:
    records.write([alert(f"a{n}")]).result()
    print(f"a{n}", flush=True)
    n += 1
"""

CALLER = """
import sys
sys.path.insert(0, sys.argv[2])
from hashlib import sha256
from test_transaction_records import NOON, payment
from ringfence.adapters.stores.records import SqlRecords
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step
from ringfence.model.call import TimelineEntry
from ringfence.ports import CallRequest

records = SqlRecords(sys.argv[1])
for n in range(10_000):
    records.import_transactions([payment(f"t{n}", f"+91{9800000000 + n}")], "asha", NOON)
    request = CallRequest(f"c{n}", f"t{n}", sha256(str(n).encode()).digest(), "asha", NOON)
    records.order_call(request, lambda transaction, calls: None).result()
    fraud = Dialogue(Step.SHARED, turn=1, outcome=TransactionStatus.FRAUD)
    records.advance_call(f"c{n}", 0, fraud, [TimelineEntry(NOON, Step.AUTHORISED)]).result()
    print(f"c{n}", flush=True)
"""


def test_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    SqlRecords(f"sqlite:///{tmp_path}/r.db").close()
    engine = create_engine(f"sqlite:///{tmp_path}/r.db")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_alerts_of_before_the_features_are_kept_without(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(f"sqlite:///{tmp_path}/r.db")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO alerts VALUES ('a1', '+12125550100', 'masking', 'HIGH', 'HIGH', 1, 2, 2, 5,"
                " '[]', 0.9, 'scorecard', '[]', 'flag', 5, 0, 'new', 'masking', '')"
            )
        )
    engine.dispose()
    records = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    kept = records.alert("a1")
    assert kept is not None
    assert (kept.masking_probability, kept.features) == (0.9, None)
    (review,) = records.reviews()
    assert (review.verdict, review.labelled_at, review.features) == (AlertVerdict.MASKING, None, None)
    records.close()


def test_policies_of_before_the_costs_keep_their_thresholds(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(f"sqlite:///{tmp_path}/r.db")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text("INSERT INTO policies VALUES ('trunk', 'carrier-7', 'score', 'block', 1, 0.85, 30)")
        )
    engine.dispose()
    records = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    (kept,) = records.policies()
    assert (kept.match, kept.threshold, kept.false_cuts_per_million) == ("carrier-7", 0.85, None)
    records.close()


def test_a_newer_file_is_refused_with_the_fix(tmp_path: Path) -> None:
    SqlRecords(f"sqlite:///{tmp_path}/r.db").close()
    with sqlite3.connect(tmp_path / "r.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unavailable, match="newer Ringfence"):
        SqlRecords(f"sqlite:///{tmp_path}/r.db")


@pytest.mark.parametrize("address", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://db/x"])
def test_an_address_that_is_none_of_ours_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        SqlRecords(address)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.db").write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(Unavailable, match=r"r\.db"):
        SqlRecords(f"sqlite:///{tmp_path}/r.db")


def test_the_audit_trail_cannot_be_changed(tmp_path: Path) -> None:
    records = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    records.add_key(ApiKey("switch", Role.INGEST, b"d" * 32, 1), "console")
    records.close()
    connection = sqlite3.connect(tmp_path / "r.db")
    for attempt in ("DELETE FROM audit", "UPDATE audit SET who = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(attempt)
    connection.close()


def test_the_disk_holds_what_was_promised(tmp_path: Path) -> None:
    connection = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    connection.close()
    with sqlite3.connect(tmp_path / "r.db") as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def killed(program: str, address: str) -> list[str]:
    """What it had acknowledged."""
    contracts = Path(__file__).parent.parent / "contracts"
    child = subprocess.Popen([sys.executable, "-c", program, address, str(contracts)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().decode().strip() for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    acknowledged += [line for line in child.stdout.read().decode().split("\n")[:-1] if line]
    child.stdout.close()
    child.wait()
    return acknowledged


def test_a_kill_loses_no_call_and_no_answer_that_was_acknowledged(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/r.db"
    acknowledged = killed(CALLER, address)
    records = SqlRecords(address)
    running = {call.call_id: call for call in records.running_calls()}
    assert set(acknowledged) <= set(running)
    assert len(acknowledged) >= 50
    for call_id in acknowledged:
        call = running[call_id]
        transaction = records.transaction(call.transaction_id)
        assert transaction is not None
        assert (transaction.status, transaction.attempts) == (TransactionStatus.FRAUD, 1)
        assert (call.dialogue.turn, call.dialogue.outcome) == (1, TransactionStatus.FRAUD)
        assert len(records.timeline(call_id)) == 1
    records.close()


def test_a_kill_loses_no_alert_that_was_acknowledged(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/r.db"
    acknowledged = killed(CRASHER, address)

    records = SqlRecords(address)
    kept = {found.alert_id: found for found in records.alerts(AlertFilter(), 100_000, 0).alerts}
    records.close()
    assert set(acknowledged) <= set(kept)
    assert all(len(kept[alert_id].calls) == 5 for alert_id in acknowledged)


def test_one_folder_serves_one_server(tmp_path: Path) -> None:
    first = lock_folder(tmp_path / "var")
    with pytest.raises(Conflict, match=rf"process {os.getpid()}.*RINGFENCE_DATA_DIR"):
        lock_folder(tmp_path / "var")
    first.release()
    lock_folder(tmp_path / "var").release()


def test_one_database_serves_one_server_by_whatever_name_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    first = lock_records(tmp_path / "ringfence.db")
    with pytest.raises(Conflict, match=rf"ringfence\.db .*process {os.getpid()}.*RINGFENCE_RECORDS"):
        lock_records(tmp_path / "elsewhere" / "ringfence.db")
    lock_records(tmp_path / "other.db").release()
    first.release()
    lock_records(tmp_path / "elsewhere" / "ringfence.db").release()


def test_a_finding_that_cannot_be_written_is_told_and_takes_nothing_with_it(tmp_path: Path) -> None:
    found = Finding("f1", FindingKind.SCAM_MESSAGE, 1, 0.9, None, (), None, "", ())
    records = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    raw = sqlite3.connect(tmp_path / "r.db", isolation_level=None)
    raw.execute("ALTER TABLE findings RENAME TO gone")
    with pytest.raises(Unavailable, match="findings"):
        records.write_finding(row_of(found)).result()
    raw.execute("ALTER TABLE gone RENAME TO findings")
    raw.close()
    records.add_key(ApiKey("desk", Role.VIEWER, b"d" * 32, 1), "test")
    records.write_finding(row_of(found)).result()
    records.close()
    records = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    assert records.finding("f1") == found
    assert [key.name for key in records.api_keys()] == ["desk"]
    records.close()
