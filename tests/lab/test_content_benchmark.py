"""`make evaluate-content` on a few messages of each table, and the page that comes of it."""

import pytest
from benchmarks import content, content_page

from ringfence.lab.content.corpus import tables

pytestmark = pytest.mark.skipif(
    not (tables() / "dev.csv").is_file(), reason=f"no tables under {tables()} (RINGFENCE_SHARED_DATA)"
)


def test_the_page_has_every_judge_and_every_section() -> None:
    page = content_page.write("a test", content.measured(quick=True))
    for told in (content_page.OURS, content_page.TFIDF, content_page.KEYWORDS):
        assert f"| {told} |" in page
    for told in ("SMS: AUC ≥ 0.95", "## Calibration", "## Speed", "bar 70 %", "| mendeley |"):
        assert told in page


def test_composed_messages_are_of_every_kind() -> None:
    written = content.composed()
    assert len(written) == 460
    assert len({one.example.type for one in written if one.example.type is not None}) == 24
    assert sum(one.disguised for one in written) == 40
