"""The category heads. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.head import Head
from failsight.engine.heads.abusive_language import AbusiveLanguage
from failsight.engine.heads.harmful_topics import HarmfulTopics
from failsight.registry import Registry

HEADS: Registry[Head] = Registry("category head", (HarmfulTopics(), AbusiveLanguage()))
