"""What `ringfence compare --policy` takes, and what it says of what it does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringfence.app import scoring

from .comparing import BANK, HOTLINE, changes, policies, refused, run
from .traffic import lines

WriteModel = Callable[..., Path]


class TestAPolicyFile:
    def test_is_laid_over_the_sites_settings_and_named_by_its_file(
        self, morning: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("ringfence.toml").write_text(f'[[lists]]\nlist = "allow_b"\nvalue = "{HOTLINE}"\n')
        Path("carrier.toml").write_text(
            '[[policies]]\ndecide = "rule"\n[[policies]]\nscope = "trunk"\nmatch = "carrier-9"\npolicy = "monitor"\n'
        )
        told = run(capsys, morning, *policies("current", "carrier.toml"), "--out", "differences.ndjson")
        assert [policy["name"] for policy in told["policies"]] == ["current", "carrier.toml"]
        assert told["passes"] == 1
        # The hotline stays allowed: the file says nothing of lists.
        assert changes(Path("differences.ndjson")) == {
            "cut": set(),
            "spared": {f"hidden-{n}@gw" for n in range(6)},
        }

    def test_may_hold_lists(self, morning: Path, capsys: pytest.CaptureFixture[str]) -> None:
        entries = {"allow_b": BANK, "deny_a": "+12125551100"}
        Path("lists.toml").write_text(
            "".join(f'[[lists]]\nlist = "{name}"\nvalue = "{value}"\n' for name, value in entries.items())
        )
        told = run(capsys, morning, *policies("current", "lists.toml"), "--out", "differences.ndjson")
        assert told["passes"] == 2
        assert changes(Path("differences.ndjson")) == {
            "cut": {"rush-0@home"},
            "spared": {f"plain-{n}@gw" for n in range(6)},
        }
        denied = lines(Path("differences.ndjson"))[-1]
        assert (denied["reason"], denied["probability"]) == ("the caller is on the deny list", 0.0)

    def test_tells_of_a_denied_attacker_that_the_list_cut_them_first(
        self, morning: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("deny.toml").write_text('[[lists]]\nlist = "deny_a"\nvalue = "+12025551000"\n')
        run(capsys, morning, *policies("policy=monitor", "deny.toml"), "--out", "differences.ndjson")
        denied, by_score = lines(Path("differences.ndjson"))[:2]
        assert (denied["call_id"], denied["decided_at"]) == ("plain-0@gw", "2026-01-15T12:00:00.000000Z")
        assert denied["reason"] == "the caller is on the deny list"
        assert (by_score["call_id"], by_score["decided_at"]) == ("plain-1@gw", "2026-01-15T12:00:01.600000Z")

    def test_may_change_the_rule_and_give_a_number_its_own_threshold(
        self, morning: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("six.toml").write_text(
            "[signalling]\nthreshold = 6\n"
            '[[policies]]\nscope = "b_number"\nmatch = "+1 212 555 0200"\nthreshold = 0.95\n'
        )
        told = run(capsys, morning, *policies("current", "later:six.toml"), "--out", "differences.ndjson")
        assert [policy["name"] for policy in told["policies"]] == ["current", "later"]
        assert changes(Path("differences.ndjson"))["spared"] == {f"hidden-{n}@gw" for n in range(6)}


def test_words_change_the_default_and_leave_what_was_set_for_a_trunk(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ringfence.toml").write_text(
        '[[policies]]\nthreshold = 0.99\n[[policies]]\nscope = "trunk"\nmatch = "carrier-9"\npolicy = "monitor"\n'
    )
    told = run(capsys, morning, *policies("current", "decide=rule", "threshold=0.5"), "--out", "x")
    assert [policy["calls_cut"] for policy in told["policies"]] == [0, 14, 6]
    assert {line["trunk"] for line in lines(Path("x"))} == {"carrier-7"}


def test_a_cost_is_the_threshold_that_the_model_keeps_it_with(
    morning: Path,
    capsys: pytest.CaptureFixture[str],
    write_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The attacks dial in a row, which is 0.88 by this model.
    costs = [(10, 0.9), (50, 0.8)]
    listed = [{"false_cuts_per_million": cost, "threshold": threshold} for cost, threshold in costs]
    model = write_model(intercept=-6.0, thresholds=listed)
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", str(model))
    Path("ringfence.toml").write_text("[[policies]]\nthreshold = 0.99\n")
    by_cost = [f"false_cuts_per_million={cost}" for cost in (10, 60)]
    told = run(capsys, morning, *policies("current", *by_cost, "threshold=0.8"))
    assert [policy["calls_cut"] for policy in told["policies"]] == [0, 0, 12, 12]
    assert told["passes"] == 2
    said = refused(capsys, morning, *policies("current", "false_cuts_per_million=9"))
    assert "--policy false_cuts_per_million=9" in said
    assert "it lists 10 (from 0.9 on), 50 (from 0.8 on)" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("decide=rul", "decide is rule or score, not rul"),
        ("policy=hang_up", "policy is monitor, flag, block or disconnect, not hang_up"),
        ("threshold=5", "threshold is a masking probability from 0 to 1"),
        ("threshold=5", "callers="),
        ("threshold=nan", "not nan"),
        ("window=", "window is seconds from 1 to 300, not empty"),
        ("callers=1", "2 to 1000, not 1"),
        ("false_cuts_per_million=0", "how many of a million"),
        ("false_cuts_per_million=few", "not few"),
        ("false_cuts_per_million=10", "scorecard, which scores calls here, lists no costs"),
        ("threshold=0.8,false_cuts_per_million=10", "not both"),
        ("treshold=0.8", "there is no word treshold (did you mean threshold?)"),
        ("decide=rule,", "there is no word (empty)"),
        ("decide=rule,decide=score", "decide stands there twice"),
        ("strict", "there is no file strict"),
        ("mine:nowhere.toml", "there is no file nowhere.toml"),
        ("current", "other:current"),
        ("wrong.toml", "signalling.treshold: there is no such setting"),
        ("broken.toml", "broken.toml"),
        ("twice.toml", "There are two policies for trunk carrier-9"),
        ("typed.toml", "the match is no number"),
    ],
)
def test_a_wrong_policy_is_told_with_the_fix(
    morning: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    trunk = '[[policies]]\nscope = "trunk"\nmatch = "carrier-9"\n'
    files = {
        "wrong": "[signalling]\ntreshold = 5\n",
        "broken": "[signalling\n",
        "twice": trunk * 2,
        "typed": '[[policies]]\nscope = "b_number"\nmatch = "#"\n',
    }
    for name, content in files.items():
        Path(f"{name}.toml").write_text(content)
    told = refused(capsys, morning, *policies("current", text))
    assert f"--policy {text}" in told
    assert said in told


def test_one_policy_has_nothing_to_be_compared_with(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--policy twice" in refused(capsys, morning, *policies("decide=rule"))


class TestAModel:
    def test_two_of_them_are_compared_over_the_same_traffic(
        self, morning: Path, write_model: WriteModel, capsys: pytest.CaptureFixture[str]
    ) -> None:
        strict = write_model({"sequential": 8.0}, intercept=-7.5, version="strict-1", name="strict.json")
        blind = write_model({"sequential": 0.1}, version="blind-1", name="blind.json")
        asked = policies(
            "current", f"strict:model={strict},threshold=0.6", f"blind:model={blind}", "model=off"
        )
        told = run(capsys, morning, *asked, "--out", "differences.ndjson")
        assert told["passes"] == 3
        assert [policy["calls_cut"] for policy in told["policies"]] == [12, 12, 0, 12]
        blinded = {line["call_id"] for line in lines(Path("differences.ndjson")) if line["policy"] == "blind"}
        assert len(blinded) == 12

    def test_that_cannot_be_read_is_refused_with_the_policys_name(
        self, morning: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = refused(capsys, morning, *policies("current", "new:model=nowhere.json"))
        assert "--policy new: Cannot use the model file nowhere.json: No such file or directory" in told

    def test_is_never_written_over(
        self, morning: Path, write_model: WriteModel, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = write_model()
        asked = policies("current", f"model={path}")
        assert str(path) in refused(capsys, morning, *asked, "--out", path)

    def test_that_is_missing_from_the_installation_is_said_once(
        self,
        morning: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(scoring, "files", lambda package: morning.parent)
        asked = policies("model=builtin", "model=builtin,threshold=0.9", "model=builtin,window=8")
        assert run(capsys, morning, *asked)["passes"] == 3
        assert [record.levelname for record in caplog.records] == ["WARNING"]
