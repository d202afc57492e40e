"""The site's secret: made once, kept, and its owner's alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ringfence.adapters.stores.secret import kept_secret
from ringfence.errors import Unavailable


def test_a_secret_is_made_at_first_use_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "var" / "card-hash.key"
    first = kept_secret(file)
    assert len(first) == 32
    assert kept_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert kept_secret(tmp_path / "other.key") != first


def test_all_who_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    file = tmp_path / "card-hash.key"
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: kept_secret(file), range(16)))) == 1


def test_a_file_that_is_no_secret_is_refused_with_the_fix(tmp_path: Path) -> None:
    file = tmp_path / "card-hash.key"
    for held in (b"", b"short"):
        file.write_bytes(held)
        with pytest.raises(Unavailable, match="backup"):
            kept_secret(file)
    with pytest.raises(Unavailable, match="Cannot use"):
        kept_secret(tmp_path)
