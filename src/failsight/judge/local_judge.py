"""The bundled local judge: a small cross-encoder that says which tokens of an output its context does not support.

Four transformer layers read windows of question, context and output (``grounding_window``). The word embeddings are
those of the sentence encoder, read from its file, so they are shipped once. Weights and activations are int8, with one
activation scale for a whole input; therefore each window is run alone, and its scores depend on it alone. Integer sums
are exact whatever the order, so the number of threads does not change a bit.

As for the encoder, nothing is sent anywhere, and every file is compared with its sha256 before it is used.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from failsight.engine.local_judge import TokenScores
from failsight.errors import ModelMissing
from failsight.judge.cores import usable_cores
from failsight.judge.encoder import FOLDER as ENCODER
from failsight.judge.encoder import checked_file, open_session
from failsight.judge.grounding_window import Text, Window, join, read_text, windows

NAME = "grounding-int8@2"
FOLDER = Path(__file__).parent / "models" / "grounding-int8"
_FIX = "Reinstall failsight, or in a checkout rebuild the model: see training/README.md"
LONGEST = 4_000  # tokens of an output that are read, about 3,000 words: half a second of one core
_THREADS = 4  # more do not make a window of 300 tokens faster

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Parts:
    session: Any
    tokenizer: Any
    codes: npt.NDArray[np.int8]
    scales: Floats


class OnnxLocalJudge:
    """Reads outputs with the bundled model, which is loaded at the first output. Threads may share it.

    ``folder`` holds model.onnx and model.json, ``encoder`` the sentence encoder's files. ``intra_op_num_threads`` is
    the number of processor threads for one window; by default those this process may use, four at most.
    """

    def __init__(
        self, folder: Path = FOLDER, *, encoder: Path = ENCODER, intra_op_num_threads: int | None = None
    ) -> None:
        self._folder, self._encoder = folder, encoder
        self._threads = intra_op_num_threads or min(_THREADS, usable_cores())
        self._parts: _Parts | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Name and version, as receipts quote it."""
        return NAME

    def read(self, question: str, support: Sequence[str], output: str) -> TokenScores:
        """Scores of the output's tokens, of the first LONGEST. Raises ``ModelMissing`` when no model can be loaded."""
        parts = self._load()
        said = read_text(parts.tokenizer, _clean(output), LONGEST)
        asked, *given = [read_text(parts.tokenizer, _clean(text)) for text in (question, *support)]
        found = [_run(parts, window) for window in windows(asked, join(given), said)]
        return _scores(said, found)

    def _load(self) -> _Parts:
        """Session, tokenizer and word embeddings, created once."""
        with self._lock:
            if self._parts is None:
                model = checked_file(self._folder, "model.onnx", NAME, _FIX)
                words = checked_file(self._encoder, "tokenizer.json", NAME, _FIX)
                table = checked_file(self._encoder, "model.onnx", NAME, _FIX)
                codes, scales = _words(table, self._folder)
                try:
                    from tokenizers import Tokenizer  # noqa: PLC0415

                    session = open_session(model, intra_op_num_threads=self._threads, spinning=False)
                except ImportError as error:
                    fix = "Install its runtime: pip install onnxruntime tokenizers"
                    raise ModelMissing(model=NAME, fix=f"{error}. {fix}") from error
                tokenizer = Tokenizer.from_file(str(words))
                tokenizer.no_padding()
                tokenizer.no_truncation()
                self._parts = _Parts(session, tokenizer, codes, scales)
            return self._parts


def _clean(text: str) -> str:
    """Lone surrogates become question marks: one character stays one character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _words(table: Path, folder: Path) -> tuple[npt.NDArray[np.int8], Floats]:
    """Codes (words, 384) and scales (words, 1) of the word embeddings, where model.json says they are."""
    try:
        place = json.loads((folder / "model.json").read_bytes())["words"]
        rows, width = place["shape"]
        codes = np.memmap(table, dtype=np.int8, mode="r", offset=place["codes"], shape=(rows, width))
        scales = np.fromfile(table, dtype="<f4", count=rows, offset=place["scales"]).reshape(rows, 1)
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{folder / 'model.json'} cannot be used ({type(error).__name__}: {error})."
        raise ModelMissing(model=NAME, fix=f"{problem} {_FIX}") from error
    return codes, scales.astype(np.float32)


def _run(parts: _Parts, window: Window) -> tuple[Floats, Floats]:
    """Log odds of the window's output tokens (tokens, 2) and of the window (3,), as ``TokenScores`` names them."""
    words = parts.codes[window.ids].astype(np.float32) * parts.scales[window.ids]
    end = window.offset + window.last - window.first
    tokens, response = parts.session.run(
        ["tokens", "response"],
        {
            "words": words[None],
            "segments": window.segments[None],
            "flags": window.flags[None].astype(np.float32),
            "first": np.array([window.offset], dtype=np.int64),
            "last": np.array([end], dtype=np.int64),
        },
    )
    return tokens[0], response[0]


def _scores(output: Text, found: list[tuple[Floats, Floats]]) -> TokenScores:
    if not found:
        return TokenScores((), (), (), (), 0.0)
    logits = np.concatenate([tokens for tokens, _ in found]).astype(float)
    whole = np.stack([response for _, response in found]).astype(float).max(axis=0).tolist()
    starts, ends = output.starts.tolist(), output.ends.tolist()
    return TokenScores(tuple(starts), tuple(ends), tuple(logits[:, 0].tolist()), tuple(logits[:, 1].tolist()), *whole)
