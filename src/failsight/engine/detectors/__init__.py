"""The detectors, in the order in which they run. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.detector import Detector
from failsight.engine.detectors.degenerate_repetition import DegenerateRepetition
from failsight.registry import Registry

DETECTORS: Registry[Detector] = Registry("detector", (DegenerateRepetition(),))
