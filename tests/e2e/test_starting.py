"""`ringfence serve` as an operator starts it: the key of the first start, and what stands in the way."""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 30.0


def ringfence(folder: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RINGFENCE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "ringfence", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environ | variables,
    )


def refused(folder: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command that ends by itself."""
    process = ringfence(folder, *words, **variables)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server on a free port, and its process; it is ended as an operator ends it."""
    process = ringfence(folder, "serve", "--port", "0", **variables)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        told, deadline = "", time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(process.stderr, selectors.EVENT_READ)
            while not (url := re.search(r"answers at (http://\S+),", told)):
                assert selector.select(deadline - time.monotonic()), told
                told += os.read(process.stderr.fileno(), 65_536).decode()
        yield url[1], process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def may_read(url: str, key: str) -> bool:
    return httpx.get(f"{url}/api/v1/alerts", headers={"X-API-KEY": key}).status_code == 200


def test_the_first_start_prints_the_admin_key_alone_and_the_second_prints_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, process):
        assert process.stdout is not None
        key = process.stdout.readline().strip()
        assert may_read(url, key)
    with serving(tmp_path) as (url, process):
        assert may_read(url, key)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_a_start_that_fails_does_not_spend_the_key(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = refused(tmp_path, "serve", "--port", str(port))
    assert (code, out) == (3, "")
    assert f"port {port}" in err
    assert "--port" in err
    code, out, err = refused(tmp_path, "serve", "--host", "192.0.2.1", "--port", "0")
    assert (code, out) == (3, "")
    assert "--host" in err
    with serving(tmp_path) as (url, process):
        assert process.stdout is not None
        assert may_read(url, process.stdout.readline().strip())


def test_keys_come_and_go_beside_a_running_server(tmp_path: Path) -> None:
    with serving(tmp_path, RINGFENCE_ADMIN_KEY="swordfish") as (url, _):
        code, key, err = refused(tmp_path, "keys", "create", "--role", "viewer", "--name", "desk")
        assert (code, err) == (0, "")
        wait_for(lambda: may_read(url, key.strip()))
        assert refused(tmp_path, "keys", "revoke", "desk")[0] == 0
        wait_for(lambda: not may_read(url, key.strip()))
        audit = httpx.get(f"{url}/api/v1/audit", headers={"X-API-KEY": "swordfish"}).json()
        assert [entry["what"] for entry in audit["entries"]] == ["key.revoke", "key.create"]
        code, out, err = refused(tmp_path, "serve", "--port", "0")
        assert (code, out) == (2, "")
        assert "RINGFENCE_DATA_DIR" in err


def test_two_servers_with_folders_of_their_own_do_not_share_a_database(tmp_path: Path) -> None:
    with serving(tmp_path):
        code, out, err = refused(
            tmp_path,
            "serve", "--port", "0",
            RINGFENCE_DATA_DIR="other", RINGFENCE_RECORDS="sqlite:///var/ringfence.db",
        )  # fmt: skip
        assert (code, out) == (2, "")
        assert "RINGFENCE_RECORDS" in err


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline


def test_what_is_kept_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o755)
    assert refused(tmp_path, "keys", "create", "--role", "viewer", "--name", "desk")[0] == 0
    assert (tmp_path / "var" / "ringfence.db").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_used_is_named_with_the_right_code(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for words, variables, code, told in (
        (("serve", "--port", "0"), {"DETECTION_WINDOW_SECONDS": "301"}, 2, "DETECTION_WINDOW_SECONDS"),
        (("serve", "--port", "0"), {"RINGFENCE_DEFAULT_REGION": "ZZ"}, 2, "default_region"),
        (("serve", "--port", "0"), {"RINGFENCE_DATA_DIR": "file"}, 3, "data folder"),
        (("keys", "list"), {"RINGFENCE_DATA_DIR": "file"}, 3, "Records"),
        (("keys", "list"), {"RINGFENCE_RECORDS": "swordfish"}, 2, "sqlite:///"),
        (("serve", "--prot", "0"), {}, 2, "--prot"),
        (("serv",), {}, 2, "serv"),
    ):
        ended = refused(tmp_path, *words, **variables)
        assert ended[:2] == (code, ""), words
        assert told in ended[2]
        assert "Traceback" not in ended[2]
        assert "swordfish" not in ended[2]
