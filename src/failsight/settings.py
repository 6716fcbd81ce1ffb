"""Settings: flag over environment (``FAILSIGHT_*``) over default. Only this file reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from failsight.errors import InvalidSetting

_WORDS = {
    "1": True,
    "on": True,
    "true": True,
    "yes": True,
    "0": False,
    "off": False,
    "false": False,
    "no": False,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """encoder: use the sentence encoder (FAILSIGHT_ENCODER=on|off). taxonomy: path of a taxonomy file that extends or
    replaces the built-in one (FAILSIGHT_TAXONOMY)."""

    encoder: bool = True
    taxonomy: str | None = None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises InvalidSetting for a value that makes no sense."""
    known = os.environ if environment is None else environment
    encoder = known.get("FAILSIGHT_ENCODER", "on").strip().lower()
    if encoder not in _WORDS:
        raise InvalidSetting(
            name="FAILSIGHT_ENCODER", value=encoder, problem="it is no yes or no", fix="Use on or off."
        )
    return Settings(encoder=_WORDS[encoder], taxonomy=known.get("FAILSIGHT_TAXONOMY") or None)
