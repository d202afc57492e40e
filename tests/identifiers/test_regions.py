"""The settings of regions, and the table of branches."""

import json
from pathlib import Path

import pytest

from ringfence.identifiers import Regions, branches
from ringfence.lab.branch_table import main
from ringfence.settings import Settings, load_settings


def test_the_regions_of_the_settings_are_those_of_the_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Regions.of(Settings().default_region, Settings().regions) == Regions()
    monkeypatch.setenv("RINGFENCE_DEFAULT_REGION", "GB")
    monkeypatch.setenv("RINGFENCE_REGIONS", "in, gb,us")
    settings = load_settings()
    assert Regions.of(settings.default_region, settings.regions).order == ("GB", "IN", "US")


def test_the_table_of_branches_is_made_from_the_package(tmp_path: Path) -> None:
    codes = {"ABCX": [1, 2, 3, 9, "NEFT02"], "WXYZ": [65001]}
    (tmp_path / "IFSC.json").write_text(json.dumps(codes), encoding="utf-8")
    (tmp_path / "banknames.json").write_text(json.dumps({"ABCX": "A B | C Bank"}), encoding="utf-8")
    main([str(tmp_path), str(tmp_path / "branches.txt")])
    table = (tmp_path / "branches.txt").read_text(encoding="utf-8")
    assert table == "ABCX|A B   C Bank|1-3,9,NEFT02\nWXYZ|WXYZ|65001\n"


@pytest.mark.usefixtures("branches")
def test_branches_and_banks_are_looked_up() -> None:
    assert branches.is_branch("SBIN0001234") is True
    assert branches.is_branch("BARB0VJANDH") is True
    assert branches.is_branch("SBIN0999999") is False
    assert branches.is_branch("ZZZZ0000001") is False
    assert branches.bank_name("HDFC") == "HDFC Bank"
    assert branches.bank_name("ZZZZ") == ""
