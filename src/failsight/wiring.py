"""Chooses the parts: the one place that knows which implementation stands behind which port."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from failsight.engine.detectors import DETECTORS
from failsight.engine.encoder import Encoder
from failsight.engine.heads import HEADS
from failsight.engine.metrics import METRICS
from failsight.engine.pipeline import Engine
from failsight.engine.taxonomy import parse_taxonomy
from failsight.errors import InvalidItem, UnreadableFile
from failsight.formats.record import read_item
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import FARunResult, Mode, RecordError
from failsight.model.taxonomy import FeatureKind, Taxonomy
from failsight.service.analyze import analyze as run_analysis
from failsight.service.ports import Progress
from failsight.settings import Settings, read_settings
from failsight.storage.spool import MemorySpool


class SystemClock:
    """The machine's clock."""

    def now_iso(self) -> str:
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


def new_run_id() -> str:
    return str(uuid.uuid4())


def load_taxonomy(path: str | None = None) -> Taxonomy:
    """The built-in taxonomy, or the file's, which may extend it."""
    text = resources.files("failsight.engine").joinpath("taxonomy.yaml").read_text("utf-8")
    built_in = parse_taxonomy(text, "taxonomy.yaml")
    if path is None:
        return built_in
    try:
        return parse_taxonomy(Path(path).read_text("utf-8"), path, parent=built_in)
    except OSError as broken:
        raise UnreadableFile(
            path=path, problem=broken.strerror, fix="Give the path of a taxonomy YAML file."
        ) from broken


def build_encoder(settings: Settings) -> Encoder | None:
    """The sentence encoder, or None when it is switched off."""
    if not settings.encoder:
        return None
    from failsight.judge.encoder import OnnxEncoder  # noqa: PLC0415  (start-up stays fast without it)

    return OnnxEncoder()


@lru_cache(maxsize=4)
def build_engine(settings: Settings) -> Engine:
    """An engine with every built-in detector, metric and head."""
    return Engine(load_taxonomy(settings.taxonomy), DETECTORS, METRICS, HEADS, build_encoder(settings))


def analyze(  # noqa: PLR0913  (the names of the wire body, by name)
    items: Iterable[Item | Mapping[str, Any]],
    *,
    feature_kind: FeatureKind | None = None,
    buckets: Sequence[str] = (),
    subcategories: Sequence[str] = (),
    run_eval: bool = True,
    run_security: bool = True,
    mandatory_eval_metrics: Sequence[str] = (),
    mandatory_security_categories: Sequence[str] = (),
    mode: Mode = "minimal",
    on_invalid: Literal["raise", "skip"] = "raise",
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> FARunResult:
    """Find why items failed. Offline, synchronous, safe inside a running event loop.

    items: dicts with at least ``input`` and ``output`` (see ``failsight.Item`` for the rest), or Item objects.
    feature_kind: rag, agent, agentic_rag or generic_llm; detected from the items when None.
    buckets, subcategories: restrict the checks to these ids. run_eval, run_security: add metrics and S1-S23 flags.
    on_invalid: ``raise`` InvalidItem at the first bad item, before anything is analysed, or ``skip`` it and list it in
    ``record_errors``. Raises UnknownName for ids that do not exist.
    """
    options = AnalysisOptions(
        feature_kind=feature_kind,
        mode=mode,
        buckets=tuple(buckets),
        subcategories=tuple(subcategories),
        run_eval=run_eval,
        run_security=run_security,
        mandatory_eval_metrics=tuple(mandatory_eval_metrics),
        mandatory_security_categories=tuple(mandatory_security_categories),
    )
    read = [_read(record, index, on_invalid) for index, record in enumerate(items)]
    engine = build_engine(settings or read_settings())
    analysis = run_analysis(
        engine,
        read,
        options,
        run_id=new_run_id(),
        spool=MemorySpool(),
        clock=SystemClock(),
        progress=progress,
    )
    return analysis.result()


def _read(record: Item | Mapping[str, Any], index: int, on_invalid: str) -> Item | RecordError:
    if isinstance(record, Item):
        return record
    try:
        return read_item(record, f"item {index}")
    except InvalidItem as bad:
        if on_invalid == "raise":
            raise
        return RecordError(field=str(bad.known["field"]), message=str(bad))
