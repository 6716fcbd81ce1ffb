"""The category heads. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.head import Head
from failsight.registry import Registry

HEADS: Registry[Head] = Registry("category head", ())
