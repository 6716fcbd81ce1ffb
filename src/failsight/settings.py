"""Settings: flag over environment (``FAILSIGHT_*``) over default. Only this file reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Settings:
    """encoder: use the sentence encoder (FAILSIGHT_ENCODER=on|off). taxonomy: path of a taxonomy file that extends or
    replaces the built-in one (FAILSIGHT_TAXONOMY). data_dir: where the embedded database lives (FAILSIGHT_DATA_DIR).
    database_url: a PostgreSQL or SQLite URL instead of it (FAILSIGHT_DATABASE_URL). sync_items: data sets up to this
    size are answered at once (FAILSIGHT_SYNC_ITEMS). max_items: of one run (FAILSIGHT_MAX_ITEMS). max_body_bytes: of
    one request (FAILSIGHT_MAX_BODY_BYTES). projection: count test results in a columnar copy beside the database
    (FAILSIGHT_PROJECTION=on|off). busy_seconds: how long to wait for a locked or unreachable database before saying so
    (FAILSIGHT_BUSY_SECONDS). server: address of a server that works instead of this process (FAILSIGHT_SERVER).
    api_key: key for it (FAILSIGHT_API_KEY)."""

    encoder: bool = True
    taxonomy: str | None = None
    data_dir: str = "failsight-data"
    database_url: str | None = None
    sync_items: int = 20
    max_items: int = 100_000
    max_body_bytes: int = 32 * 1024 * 1024
    projection: bool = True
    busy_seconds: int = 10
    server: str | None = None
    api_key: str | None = field(default=None, repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises InvalidSetting for a value that makes no sense."""
    known = os.environ if environment is None else environment
    return Settings(
        encoder=_switch(known, "FAILSIGHT_ENCODER"),
        taxonomy=known.get("FAILSIGHT_TAXONOMY") or None,
        data_dir=known.get("FAILSIGHT_DATA_DIR") or Settings.data_dir,
        database_url=known.get("FAILSIGHT_DATABASE_URL") or None,
        sync_items=_number(known, "FAILSIGHT_SYNC_ITEMS", Settings.sync_items),
        max_items=_number(known, "FAILSIGHT_MAX_ITEMS", Settings.max_items),
        max_body_bytes=_number(known, "FAILSIGHT_MAX_BODY_BYTES", Settings.max_body_bytes),
        projection=_switch(known, "FAILSIGHT_PROJECTION"),
        busy_seconds=_number(known, "FAILSIGHT_BUSY_SECONDS", Settings.busy_seconds),
        server=known.get("FAILSIGHT_SERVER", "").strip() or None,
        api_key=known.get("FAILSIGHT_API_KEY", "").strip() or None,
    )


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that has the same settings."""
    known = {
        "FAILSIGHT_ENCODER": "on" if settings.encoder else "off",
        "FAILSIGHT_TAXONOMY": settings.taxonomy or "",
        "FAILSIGHT_DATA_DIR": settings.data_dir,
        "FAILSIGHT_DATABASE_URL": settings.database_url or "",
        "FAILSIGHT_SYNC_ITEMS": str(settings.sync_items),
        "FAILSIGHT_MAX_ITEMS": str(settings.max_items),
        "FAILSIGHT_MAX_BODY_BYTES": str(settings.max_body_bytes),
        "FAILSIGHT_PROJECTION": "on" if settings.projection else "off",
        "FAILSIGHT_BUSY_SECONDS": str(settings.busy_seconds),
    }
    return dict(os.environ) | {name: value for name, value in known.items() if value}


def _switch(known: Mapping[str, str], name: str) -> bool:
    word = known.get(name, "on").strip().lower()
    if word not in _WORDS:
        raise InvalidSetting(name=name, value=word, problem="it is no yes or no", fix="Use on or off.")
    return _WORDS[word]


def _number(known: Mapping[str, str], name: str, default: int) -> int:
    text = known.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise InvalidSetting(name=name, value=text, problem="it is no whole number", fix="Use digits only.")
    return int(text)
