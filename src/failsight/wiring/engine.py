"""The engine: every built-in detector, metric and head, and the bundled models."""

from __future__ import annotations

from functools import lru_cache

from failsight import __version__
from failsight.engine.detectors import DETECTORS
from failsight.engine.encoder import Encoder
from failsight.engine.heads import HEADS
from failsight.engine.local_judge import LocalJudge
from failsight.engine.metrics import METRICS
from failsight.engine.pipeline import Engine
from failsight.settings import Settings
from failsight.wiring.taxonomy import load_judge_only, load_taxonomy


def build_encoder(settings: Settings) -> Encoder | None:
    """The sentence encoder, or None when it is switched off."""
    if not settings.encoder:
        return None
    from failsight.judge.encoder import OnnxEncoder  # noqa: PLC0415  (start-up stays fast without it)

    return OnnxEncoder()


def build_local_judge(settings: Settings) -> LocalJudge | None:
    """The local judge, or None when it is switched off; it reads words with the encoder's table."""
    if not (settings.encoder and settings.local_judge):
        return None
    from failsight.judge.local_judge import OnnxLocalJudge  # noqa: PLC0415  (start-up stays fast without it)

    return OnnxLocalJudge()


@lru_cache(maxsize=4)
def build_engine(settings: Settings) -> Engine:
    """An engine with every built-in detector, metric and head."""
    return Engine(
        load_taxonomy(settings.taxonomy),
        DETECTORS,
        METRICS,
        HEADS,
        build_encoder(settings),
        local_judge=build_local_judge(settings),
        judge_only=load_judge_only(settings.taxonomy),
        version=__version__,
    )
