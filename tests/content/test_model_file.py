"""The classifier's file: the same model comes back, and anything else is refused in plain words."""

import gzip
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.content.linear import Linear, Vocabulary, logistic
from ringfence.content.model_file import ModelFile, read, write
from ringfence.errors import BadInput

DOCUMENTS = [["pay", "pay", "now"], ["pay", "later"], ["hello", "now"]]


def model() -> ModelFile:
    vocabulary = Vocabulary.of(DOCUMENTS, 1, typed={"pay"})
    linear = Linear(-0.5, [0.5, -1.0, 2.0, 0.25])
    kyc = Linear(0.1, [1.0])
    return ModelFile("", vocabulary, linear, linear, {"kyc": kyc}, 1.2, 0.1, {"rows": 3})


def test_a_vector_has_unit_length_and_knows_its_features() -> None:
    vocabulary = Vocabulary.of(DOCUMENTS, 2)
    assert list(vocabulary.index) == ["now", "pay"]
    vector = vocabulary.vector(["pay", "pay", "now", "unheard"])
    assert math.isclose(sum(value**2 for value in vector.values()), 1)
    assert vector[1] > vector[0]
    assert vocabulary.vector(["unheard"]) == {}


def test_kinds_of_scams_are_told_by_the_features_of_scams_alone() -> None:
    vocabulary = model().vocabulary
    assert list(vocabulary.index) == ["pay", "hello", "later", "now"]
    assert vocabulary.typed_vector(["pay", "now"]) == {0: 1.0}
    assert vocabulary.vector(["pay", "now"]).keys() == {0, 3}


def test_what_is_written_is_read_to_the_last_step_of_a_weight() -> None:
    back = read(write(model()))
    assert back.vocabulary.index == model().vocabulary.index
    assert back.vocabulary.typed == 1
    weights = [back.scam.scale * weight for weight in back.scam.weights]
    assert weights == pytest.approx(model().scam.weights, abs=2.0 / 127)
    assert (back.slope, back.intercept, back.about) == (1.2, 0.1, {"rows": 3})
    assert back.version.startswith("content-linear-")


def test_the_same_model_is_the_same_bytes() -> None:
    assert write(model()) == write(model())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        gzip.compress(b"{"),
        gzip.compress(b"[]"),
        gzip.compress(json.dumps({"format": 1}).encode()),
        gzip.compress(json.dumps({"format": 2, "version": "x"}).encode()),
        write(model())[:-20],
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="the model of messages"):
        read(data)


def test_a_file_that_lacks_weights_is_refused() -> None:
    told = json.loads(gzip.decompress(write(model())))
    told["scam"]["weights"]["bytes"] = told["scam"]["weights"]["bytes"][:4]
    with pytest.raises(BadInput, match="one weight for each feature"):
        read(gzip.compress(json.dumps(told).encode()))


@given(st.floats(-1e6, 1e6))
def test_a_probability_is_one(margin: float) -> None:
    assert 0.0 <= logistic(margin) <= 1.0
    assert logistic(margin) == pytest.approx(1 - logistic(-margin))
