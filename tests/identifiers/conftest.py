"""What several tests of identifiers need."""

import pytest

from ringfence.identifiers import branches


@pytest.fixture(name="branches")
def _branches() -> None:
    if branches.is_branch("SBIN0001234") is None:
        pytest.fail(
            "there is no table of bank branches: run `make build`, which takes it from the npm package ifsc"
        )
