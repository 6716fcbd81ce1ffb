"""The bundled sentence encoder: MiniLM-L6-v2 with int8 weights, run by onnxruntime without torch or network.

A text's vector depends on that text alone. Two findings led to the way the model is run:

* Dynamic int8 activations are scaled over the whole input, so a vector moved by up to 3e-2 with its
  neighbours in the batch. Therefore only the weights are int8, on disk; the arithmetic is fp32.
* Even in fp32, batches of texts of equal length gave vectors that differ in the last bits from those of
  single texts. Therefore every text is run alone and unpadded; mean pooling has no padding to mask.

Vectors are bitwise the same on one machine with one onnxruntime; fp32 rounding may differ elsewhere (under 1e-6
between onnxruntime 1.20 and 1.31).

Nothing is sent anywhere. Official onnxruntime wheels from 1.29 on carry a telemetry client, on Linux too. It
is on by default and writes a device identifier during the import already, before
``disable_telemetry_events()`` can be called. ``open_session`` sets ``ORT_DISABLE_TELEMETRY=1`` before the
import, which prevents both: onnxruntime must be imported there only. The tokenizer is read from a file and
asks no hub.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from failsight.errors import ModelMissing

Floats = npt.NDArray[np.float32]

NAME = "minilm-l6-v2-int8@1"
DIMENSION = 384
MAX_TOKENS = 256
FOLDER = Path(__file__).parent / "models" / "minilm-l6-v2-int8"
_FIX = "Reinstall failsight, or in a checkout rebuild the model: python training/export_encoder.py"
_ENTRY_BYTES = 1_900  # one cached vector: 1,536 bytes of numbers, the rest array, key and table slot


def open_session(model: Path, *, intra_op_num_threads: int, spinning: bool = True) -> Any:
    """An onnxruntime session on the CPU, with the runtime's telemetry off before it is first imported.

    spinning: whether its threads burn time while they wait for work. Where the host process imported onnxruntime
    earlier by itself, only its later events can be suppressed.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = intra_op_num_threads
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    if not spinning:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def checked_file(folder: Path, file: str, model: str, fix: str) -> Path:
    """A file of a bundled model, after its sha256 was compared with the one in model.json; raises ``ModelMissing``."""
    path = folder / file
    try:
        expected = json.loads((folder / "model.json").read_bytes())["sha256"][file]
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError, KeyError) as error:
        problem = f"{path} cannot be read ({type(error).__name__}: {error})."
        raise ModelMissing(model=model, fix=f"{problem} {fix}") from error
    if found != expected:
        problem = f"{path} is damaged: its sha256 differs from the one in model.json."
        raise ModelMissing(model=model, fix=f"{problem} {fix}")
    return path


class VectorCache:
    """The most recently used vectors by text, about ``max_bytes`` at most. Threads may share it."""

    def __init__(self, max_bytes: int) -> None:
        self._most = max_bytes // _ENTRY_BYTES
        self._vectors: OrderedDict[bytes, Floats] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._vectors)

    def get(self, text: bytes) -> Floats | None:
        """The vector of a text, which thereby becomes the most recent; None when it is not kept."""
        key = self._key(text)
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def put(self, text: bytes, vector: Floats) -> None:
        """Keep a vector, and let go of the least recently used ones that no longer fit."""
        with self._lock:
            self._vectors[self._key(text)] = vector
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)

    @staticmethod
    def _key(text: bytes) -> bytes:
        return hashlib.blake2b(text, digest_size=16).digest()


class OnnxEncoder:
    """Encodes texts with the bundled model, which is loaded at the first text. Threads may share it.

    ``folder`` holds model.onnx, tokenizer.json and model.json. ``intra_op_num_threads`` is the number of
    processor threads for one text. ``cache_bytes`` bounds the memory for recent vectors; 0 keeps none.
    """

    def __init__(
        self, folder: Path = FOLDER, *, intra_op_num_threads: int = 1, cache_bytes: int = 32 * 1024 * 1024
    ) -> None:
        self._folder = folder
        self._threads = intra_op_num_threads
        self._cache = VectorCache(cache_bytes)
        self._parts: tuple[Any, Any] | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Name and version, as receipts quote it."""
        return NAME

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors of the texts, float32 of shape (len(texts), 384), each of length one.

        Only the first 256 tokens of a text count, [CLS] and [SEP] included. An empty text has a vector too,
        but it means nothing. Raises ``ModelMissing`` when the model cannot be loaded.
        """
        raw = [text.encode("utf-8", "replace") for text in texts]
        vectors = {text: self._vector(text) for text in dict.fromkeys(raw)}
        return np.array([vectors[text] for text in raw], dtype=np.float32).reshape(-1, DIMENSION)

    def _vector(self, text: bytes) -> Floats:
        known = self._cache.get(text)
        if known is not None:
            return known
        session, tokenizer = self._load()
        ids = np.array([tokenizer.encode(text.decode("utf-8")).ids], dtype=np.int64)
        vector: Floats = session.run(["sentence_embedding"], {"input_ids": ids})[0][0].copy()
        self._cache.put(text, vector)
        return vector

    def _load(self) -> tuple[Any, Any]:
        """The session and the tokenizer, created once."""
        with self._lock:
            if self._parts is None:
                model = checked_file(self._folder, "model.onnx", NAME, _FIX)
                words = checked_file(self._folder, "tokenizer.json", NAME, _FIX)
                try:
                    from tokenizers import Tokenizer  # noqa: PLC0415

                    session = open_session(model, intra_op_num_threads=self._threads)
                except ImportError as error:
                    fix = "Install its runtime: pip install onnxruntime tokenizers"
                    raise ModelMissing(model=NAME, fix=f"{error}. {fix}") from error
                tokenizer = Tokenizer.from_file(str(words))
                tokenizer.no_padding()
                tokenizer.enable_truncation(max_length=MAX_TOKENS)
                self._parts = session, tokenizer
            return self._parts
