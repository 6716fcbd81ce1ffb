"""What every sentence encoder promises, real or not."""

from __future__ import annotations

import numpy as np
import pytest

from failsight.engine.encoder import Encoder
from failsight.judge.encoder import OnnxEncoder
from failsight.testing.encoder import HashingEncoder

TEXTS = [
    "Shoes can be returned.",
    "",
    "   \n",
    "日本語のテキスト",
    "half \ud83d pair",
    "x" * 3000,
    "Shoes can be returned.",
]


@pytest.fixture(params=[HashingEncoder, OnnxEncoder], scope="module")
def encoder(request: pytest.FixtureRequest) -> Encoder:
    made: Encoder = request.param()
    return made


def test_rows_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.encode(["a"]).shape[1])


def test_a_vector_depends_on_its_text_alone(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert together.tobytes() == alone.tobytes()
    assert together[0].tobytes() == together[-1].tobytes()


def test_a_second_one_gives_the_same_bits(encoder: Encoder) -> None:
    assert type(encoder)().encode(TEXTS).tobytes() == encoder.encode(TEXTS).tobytes()


def test_texts_that_share_words_are_closer(encoder: Encoder) -> None:
    here, near, far = encoder.encode(
        ["the price of the red lamp", "a red lamp at that price", "volcanoes erupt rarely"]
    )
    assert here @ near > here @ far


def test_the_name_carries_a_version(encoder: Encoder) -> None:
    assert "@" in encoder.name
