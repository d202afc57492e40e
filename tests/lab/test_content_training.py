"""`ringfence train content` on a handful of messages: what it makes is a model, twice the same, and told in a card."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ringfence.cli import main
from ringfence.content.analysis import Analyser
from ringfence.content.model_file import read
from ringfence.errors import BadInput
from ringfence.lab.content.card import model_card
from ringfence.lab.content.corpus import MADE_UP, Example, made_up, table
from ringfence.lab.content.fit import fit_judge, fit_types, weights
from ringfence.lab.content.train import Plan, corpus, train
from ringfence.lab.content.validation import auc, balance, by_source, folds
from ringfence.model.scam import Label, ScamType

HONEST = ("Lunch at one?", "Your library book is due on Friday", "Your table for two is booked for tonight")
SCAM = (
    "You won a prize, pay the fee",
    "Your card is blocked, tell us the code",
    "Pay customs duty for your parcel",
)


def written(folder: Path, name: str, rows: list[tuple[str, str, str, str]]) -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["text", "label", "channel", "src"])
        writer.writerows(rows)
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    rows = [(text, "legit", "sms", "nus") for text in HONEST] + [
        (text, "scam", "sms", "ours") for text in SCAM
    ]
    written(folder, "train.csv", rows)
    written(folder, "train_more.csv", [("Sale ends tonight", "promo", "sms", "shop")])
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> bytes:
    return train(Plan(folder, count=1))


def test_a_model_that_learnt_little_judges_already(model: bytes) -> None:
    judge = Analyser.of(model)
    scam = judge.analyse("URGENT: your SBI account is blocked, update KYC at http://sbi-kyc.top/a").verdict
    honest = judge.analyse("Your appointment with Dr Lee is on Friday at 10:30. Reply C to confirm.").verdict
    assert scam.scam_probability > 0.8 > 0.4 > honest.scam_probability


def test_the_same_plan_gives_the_same_bytes(folder: Path, model: bytes) -> None:
    assert train(Plan(folder, count=1)) == model


def test_the_file_says_what_it_learnt_and_how_good_it_was_where_it_had_not(model: bytes) -> None:
    about = read(model).about
    assert about["corpora"]["nus"] == {"legit": 3}
    assert about["plan"] == {"count": 1, "seed": 1, "scams": Plan(Path()).scams, "research": True}
    assert about["families"] > 3_000
    assert about["held_out_auc"]["made up"] > 0.85
    assert {"en", "hi", "all"} <= set(about["types_right"])
    assert str(Path.cwd()) not in json.dumps(about)


def test_the_card_names_sources_licences_and_failures(model: bytes) -> None:
    card = model_card(model, model)
    for told in (
        "research corpus without a stated licence",
        "| made up |",
        "Known failures",
        "--without-research",
    ):
        assert told in card


def test_research_corpora_are_left_out_where_asked(folder: Path) -> None:
    assert {row.source for row in corpus(Plan(folder, count=1, research=False))} == {"ours", "shop", MADE_UP}


def test_a_missing_table_and_a_wrong_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"train\.csv"):
        corpus(Plan(tmp_path, count=1))
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInput, match="columns text, label"):
        table(tmp_path / "odd.csv")


def test_the_command_says_which_file_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "model.gz"
    with pytest.raises(SystemExit) as ended:
        main(["train", "content", "--out", str(out), "--data", str(tmp_path)])
    assert ended.value.code == 2
    assert "train.csv" in capsys.readouterr().err
    assert not out.exists()


def example(label: Label, source: str, language: str = "en", family: str = "") -> Example:
    kind = ScamType.KYC if label is Label.SCAM else None
    return Example("x", label, kind, "sms", source, family, language)


def test_a_plot_is_held_out_in_all_its_languages() -> None:
    examples = list(made_up(1, 1, ["kyc", "loan"]))
    fold = folds(examples, 3)
    of: dict[str, set[int]] = {}
    for one, number in zip(examples, fold, strict=True):
        of.setdefault(one.group, set()).add(number)
    assert all(len(numbers) == 1 for numbers in of.values())
    spoken = Counter(group for group, _ in {(one.group, one.language) for one in examples})
    assert max(spoken.values()) > 5


def test_no_language_is_a_sign_of_a_scam() -> None:
    examples = (
        [example(Label.SCAM, "a", "hi")] * 3 + [example(Label.LEGIT, "b", "hi")] + [example(Label.LEGIT, "c")]
    )
    weight = weights(examples)
    assert weight[:3].sum() == pytest.approx(weight[3])


def test_in_calibration_scams_have_their_share_and_no_source_has_it_all() -> None:
    examples = (
        [example(Label.SCAM, "a")] * 4 + [example(Label.LEGIT, "b")] * 16 + [example(Label.LEGIT, "c")] * 4
    )
    weight = balance(examples, 0.25)
    assert weight[:4].sum() / weight.sum() == pytest.approx(0.25)
    assert weight[4:20].sum() == pytest.approx(2 * weight[20:].sum())


def test_figures_by_source_leave_open_what_a_source_cannot_tell() -> None:
    examples = [example(Label.SCAM, "a"), example(Label.LEGIT, "a"), example(Label.LEGIT, "b")]
    one, other = by_source(examples, np.array([0.9, 0.6, 0.1]))
    assert (one.recall, one.flagged, one.auc) == (1.0, 1.0, 1.0)
    assert (other.recall, other.flagged, other.auc) == (None, 0.0, None)
    assert auc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5


def test_the_same_messages_give_the_same_weights() -> None:
    examples = list(made_up(2, 1, ["kyc.en", "otp.en"]))
    documents = [example.text.lower().split() for example in examples]
    one, same = (fit_judge(examples, documents) for _ in range(2))
    assert one == same
    kinds, again = (fit_types(examples, documents, one.vocabulary) for _ in range(2))
    assert kinds == again
