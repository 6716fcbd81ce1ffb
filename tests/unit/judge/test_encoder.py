"""The real encoder on the real bundled model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from failsight.errors import ModelMissing
from failsight.judge.encoder import DIMENSION, FOLDER, NAME, OnnxEncoder, VectorCache

TEXTS = [
    "How long do I have to return a pair of shoes?",
    "Unworn shoes can be sent back within thirty days of delivery.",
    "The volcano erupted twice in the nineteenth century.",
    "Yes.",
    "Bitte senden Sie mir die Rechnung für März.",
    "The function raises a KeyError when the customer is unknown, so wrap the call and return None instead. " * 4,
]
RELATED = [
    (TEXTS[0], TEXTS[1], TEXTS[2]),
    (
        "Which river flows through Paris?",
        "The Seine divides the French capital.",
        "Basalt forms when lava cools quickly.",
    ),
    (
        "My card was charged twice for one order.",
        "The payment was taken two times.",
        "Our office is closed on public holidays.",
    ),
    (
        "def add(a, b): return a + b",
        "A Python function that sums two numbers.",
        "Simmer the onions until they are golden.",
    ),
    (
        "The patient is allergic to penicillin.",
        "Penicillin gives her a rash.",
        "The train to Leeds leaves from platform four.",
    ),
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(cache_bytes=0)


def run_python(program: str, home: Path) -> str:
    """Run a program in a new interpreter with an empty home folder; its standard output."""
    environment = {"HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_vectors_are_float32_rows_of_length_one(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSION)


def test_a_vector_depends_on_its_text_alone(encoder: OnnxEncoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    assert together.tobytes() == alone.tobytes() == backwards.tobytes()


def test_a_second_encoder_and_more_threads_give_the_same_bits(encoder: OnnxEncoder) -> None:
    expected = encoder.encode(TEXTS).tobytes()
    assert OnnxEncoder(intra_op_num_threads=2).encode(TEXTS).tobytes() == expected
    with ThreadPoolExecutor(4) as pool:
        assert {rows.tobytes() for rows in pool.map(encoder.encode, [TEXTS] * 8)} == {expected}


@pytest.mark.parametrize(("text", "related", "unrelated"), RELATED)
def test_related_texts_are_closer_than_unrelated_ones(
    encoder: OnnxEncoder, text: str, related: str, unrelated: str
) -> None:
    here, near, far = encoder.encode([text, related, unrelated])
    assert here @ near > here @ far + 0.2


def test_only_the_first_256_tokens_count(encoder: OnnxEncoder) -> None:
    full, longer, shorter = encoder.encode(["word " * 254, "word " * 50_000 + "end", "word " * 253])
    assert full.tobytes() == longer.tobytes()
    assert full.tobytes() != shorter.tobytes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "\0",
        "👩‍👩‍👧 🎉🎉",
        "日本語のテキスト",
        "مرحبا",
        "e\u0301" * 40,
        "x" * 9_999,
        "half \ud83d pair",
    ],
)
def test_odd_texts_have_vectors_too(encoder: OnnxEncoder, text: str) -> None:
    (vector,) = encoder.encode([text])
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


def test_a_cached_vector_is_the_same_and_the_caller_cannot_change_it() -> None:
    cached = OnnxEncoder()
    first = cached.encode(TEXTS)
    expected = first.tobytes()
    first[:] = 0.0
    assert cached.encode(TEXTS).tobytes() == expected


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    cached = OnnxEncoder(folder)
    expected = cached.encode(TEXTS).tobytes()
    shutil.rmtree(folder)
    cached._parts = None
    assert cached.encode(TEXTS).tobytes() == expected
    with pytest.raises(ModelMissing):
        cached.encode(["a new text"])


def test_the_cache_is_bounded_and_forgets_the_least_recently_used() -> None:
    cache = VectorCache(max_bytes=2 * 1_900)
    for text in (b"a", b"b"):
        cache.put(text, np.zeros(DIMENSION, dtype=np.float32))
    assert cache.get(b"a") is not None
    cache.put(b"c", np.zeros(DIMENSION, dtype=np.float32))
    assert len(cache) == 2
    assert cache.get(b"b") is None
    assert cache.get(b"a") is not None


def test_importing_loads_no_runtime(tmp_path: Path) -> None:
    program = (
        "import sys, failsight.judge.encoder as room; room.OnnxEncoder().name; "
        "print([name for name in ('onnxruntime', 'tokenizers') if name in sys.modules])"
    )
    assert run_python(program, tmp_path) == "[]"


def test_encoding_leaves_no_telemetry_behind(tmp_path: Path) -> None:
    program = "from failsight.judge.encoder import OnnxEncoder; print(OnnxEncoder().encode(['a']).shape)"
    assert run_python(program, tmp_path) == "(1, 384)"
    assert list(tmp_path.rglob("*")) == []


def test_the_name_is_that_of_the_model_on_disk(encoder: OnnxEncoder) -> None:
    card = json.loads((FOLDER / "model.json").read_text())
    assert encoder.name == card["name"] == NAME


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"minilm-l6-v2-int8@1 .*cannot be read.*Reinstall failsight"):
        OnnxEncoder(tmp_path).encode(["a"])


def test_a_damaged_model_is_not_used(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    (folder / "model.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    with pytest.raises(ModelMissing, match="is damaged"):
        OnnxEncoder(folder).encode(["a"])
