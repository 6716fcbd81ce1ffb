"""Settings: flag over environment (``FAILSIGHT_*``) over default. Only this file reads the environment."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from failsight.errors import InvalidSetting
from failsight.model.judge import JudgeBudget, JudgeMode, JudgePrice

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
    """encoder: use the bundled models, the sentence encoder and the local judge (FAILSIGHT_ENCODER=on|off).
    local_judge:
    use the local judge (FAILSIGHT_LOCAL_JUDGE=on|off). taxonomy: path of a taxonomy file that extends or
    replaces the built-in one (FAILSIGHT_TAXONOMY). data_dir: where the embedded database lives (FAILSIGHT_DATA_DIR).
    database_url: a PostgreSQL or SQLite URL instead of it (FAILSIGHT_DATABASE_URL). sync_items: data sets up to this
    size are answered at once (FAILSIGHT_SYNC_ITEMS). sync_seconds: unless that takes longer than so many seconds
    (FAILSIGHT_SYNC_SECONDS). max_items: of one run (FAILSIGHT_MAX_ITEMS). max_body_bytes: of
    one request (FAILSIGHT_MAX_BODY_BYTES). projection: count test results in a columnar copy beside the database
    (FAILSIGHT_PROJECTION=on|off). busy_seconds: how long to wait for a locked or unreachable database before saying so
    (FAILSIGHT_BUSY_SECONDS). lease_seconds: how long a piece of a job waits for a worker that is gone
    (FAILSIGHT_LEASE_SECONDS). item_seconds: how long one item may take before its worker is ended
    (FAILSIGHT_ITEM_SECONDS). server: address of a server that works instead of this process (FAILSIGHT_SERVER).
    api_key: key for it (FAILSIGHT_API_KEY). judge: when an LLM is asked: always, uncertain (where the local checks
    cannot tell) or never, whatever else is set (FAILSIGHT_JUDGE). judge_model: its name at the endpoint
    (FAILSIGHT_JUDGE_MODEL). judge_price: US dollars for a million tokens in and out, as 0.15/0.60
    (FAILSIGHT_JUDGE_PRICE). judge_budget: the most a run may ask, as 200000 tokens, 2usd, or both with a comma
    (FAILSIGHT_JUDGE_BUDGET). judge_cache: folder of the kept replies, off keeps none; the folder judge in data_dir when
    left out (FAILSIGHT_JUDGE_CACHE). judge_concurrency: calls at once, at most (FAILSIGHT_JUDGE_CONCURRENCY).
    judge_timeout: seconds for one call (FAILSIGHT_JUDGE_TIMEOUT). judge_item_chars: characters of an item that a judge
    is shown, at most (FAILSIGHT_JUDGE_ITEM_CHARS). openai_base_url: of any endpoint that speaks the
    OpenAI protocol; OpenAI's own when left out (OPENAI_BASE_URL). openai_api_key: key for it (OPENAI_API_KEY)."""

    encoder: bool = True
    local_judge: bool = True
    taxonomy: str | None = None
    data_dir: str = "failsight-data"
    database_url: str | None = None
    sync_items: int = 20
    sync_seconds: int = 30
    max_items: int = 100_000
    max_body_bytes: int = 32 * 1024 * 1024
    projection: bool = True
    busy_seconds: int = 10
    lease_seconds: int = 30
    item_seconds: int = 60
    server: str | None = None
    api_key: str | None = field(default=None, repr=False)
    judge: JudgeMode = "never"
    judge_model: str | None = None
    judge_price: JudgePrice | None = None
    judge_budget: JudgeBudget | None = None
    judge_cache: str | None = None
    judge_concurrency: int = 4
    judge_timeout: int = 60
    judge_item_chars: int = 48_000
    openai_base_url: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises InvalidSetting for a value that makes no sense."""
    known = os.environ if environment is None else environment
    return Settings(
        encoder=_switch(known, "FAILSIGHT_ENCODER"),
        local_judge=_switch(known, "FAILSIGHT_LOCAL_JUDGE"),
        taxonomy=known.get("FAILSIGHT_TAXONOMY") or None,
        data_dir=known.get("FAILSIGHT_DATA_DIR") or Settings.data_dir,
        database_url=known.get("FAILSIGHT_DATABASE_URL") or None,
        sync_items=_number(known, "FAILSIGHT_SYNC_ITEMS", Settings.sync_items),
        sync_seconds=_number(known, "FAILSIGHT_SYNC_SECONDS", Settings.sync_seconds),
        max_items=_number(known, "FAILSIGHT_MAX_ITEMS", Settings.max_items),
        max_body_bytes=_number(known, "FAILSIGHT_MAX_BODY_BYTES", Settings.max_body_bytes),
        projection=_switch(known, "FAILSIGHT_PROJECTION"),
        busy_seconds=_number(known, "FAILSIGHT_BUSY_SECONDS", Settings.busy_seconds),
        lease_seconds=_number(known, "FAILSIGHT_LEASE_SECONDS", Settings.lease_seconds, least=1),
        item_seconds=_number(known, "FAILSIGHT_ITEM_SECONDS", Settings.item_seconds, least=1),
        server=known.get("FAILSIGHT_SERVER", "").strip() or None,
        api_key=known.get("FAILSIGHT_API_KEY", "").strip() or None,
        judge=_judge_mode(known.get("FAILSIGHT_JUDGE", "")),
        judge_model=known.get("FAILSIGHT_JUDGE_MODEL", "").strip() or None,
        judge_price=read_price(known.get("FAILSIGHT_JUDGE_PRICE", "")),
        judge_budget=read_budget(known.get("FAILSIGHT_JUDGE_BUDGET", "")),
        judge_cache=known.get("FAILSIGHT_JUDGE_CACHE", "").strip() or None,
        judge_concurrency=_number(known, "FAILSIGHT_JUDGE_CONCURRENCY", Settings.judge_concurrency, least=1),
        judge_timeout=_number(known, "FAILSIGHT_JUDGE_TIMEOUT", Settings.judge_timeout, least=1),
        judge_item_chars=_number(known, "FAILSIGHT_JUDGE_ITEM_CHARS", Settings.judge_item_chars, least=1000),
        openai_base_url=known.get("OPENAI_BASE_URL", "").strip() or None,
        openai_api_key=known.get("OPENAI_API_KEY", "").strip() or None,
    )


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that has the same settings."""
    known = {
        "FAILSIGHT_ENCODER": "on" if settings.encoder else "off",
        "FAILSIGHT_LOCAL_JUDGE": "on" if settings.local_judge else "off",
        "FAILSIGHT_TAXONOMY": settings.taxonomy or "",
        "FAILSIGHT_DATA_DIR": settings.data_dir,
        "FAILSIGHT_DATABASE_URL": settings.database_url or "",
        "FAILSIGHT_SYNC_ITEMS": str(settings.sync_items),
        "FAILSIGHT_MAX_ITEMS": str(settings.max_items),
        "FAILSIGHT_MAX_BODY_BYTES": str(settings.max_body_bytes),
        "FAILSIGHT_PROJECTION": "on" if settings.projection else "off",
        "FAILSIGHT_BUSY_SECONDS": str(settings.busy_seconds),
        "FAILSIGHT_JUDGE": settings.judge,
        "FAILSIGHT_JUDGE_MODEL": settings.judge_model or "",
        "FAILSIGHT_JUDGE_PRICE": str(settings.judge_price or ""),
        "FAILSIGHT_JUDGE_BUDGET": str(settings.judge_budget or ""),
        "FAILSIGHT_JUDGE_CACHE": settings.judge_cache or "",
        "FAILSIGHT_JUDGE_CONCURRENCY": str(settings.judge_concurrency),
        "FAILSIGHT_JUDGE_TIMEOUT": str(settings.judge_timeout),
        "FAILSIGHT_JUDGE_ITEM_CHARS": str(settings.judge_item_chars),
        "OPENAI_BASE_URL": settings.openai_base_url or "",
        "OPENAI_API_KEY": settings.openai_api_key or "",
        "FAILSIGHT_LEASE_SECONDS": str(settings.lease_seconds),
        "FAILSIGHT_ITEM_SECONDS": str(settings.item_seconds),
    }
    return dict(os.environ) | {name: value for name, value in known.items() if value}


def _switch(known: Mapping[str, str], name: str) -> bool:
    word = known.get(name, "on").strip().lower()
    if word not in _WORDS:
        raise InvalidSetting(name=name, value=word, problem="it is no yes or no", fix="Use on or off.")
    return _WORDS[word]


def _number(known: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = known.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        problem = "it is no whole number" + (f" from {least} on" if least else "")
        raise InvalidSetting(name=name, value=text, problem=problem, fix="Use digits only.")
    return int(text)


def read_price(text: str, name: str = "FAILSIGHT_JUDGE_PRICE") -> JudgePrice | None:
    """US dollars for a million tokens in and out, from a text such as ``0.15/0.60``; None from an empty one."""
    if not text.strip():
        return None
    prices = [_amount(part) for part in text.split("/")]
    if len(prices) != 2 or None in prices:
        fix = "Give US dollars for a million tokens in and out, such as 0.15/0.60."
        raise InvalidSetting(name=name, value=text, problem="it is no price", fix=fix)
    return JudgePrice(usd_in=prices[0], usd_out=prices[1])


def read_budget(text: str, name: str = "FAILSIGHT_JUDGE_BUDGET") -> JudgeBudget | None:
    """The most a run may ask, from a text such as ``200000`` (tokens), ``2usd`` or both; None from an empty one."""
    if not text.strip():
        return None
    limits: dict[str, float] = {}
    for part in text.lower().split(","):
        dollars = re.fullmatch(r"\s*\$(.*)|(.*?)\s*usd\s*", part)
        amount = _amount(part) if dollars is None else _amount(dollars[1] or dollars[2] or "")
        kind = "max_tokens" if dollars is None else "max_usd"
        if not amount or kind in limits or (dollars is None and amount % 1):
            fix = "Give tokens such as 200000, US dollars such as 2usd, or both with a comma."
            raise InvalidSetting(name=name, value=text, problem="it is no budget", fix=fix)
        limits[kind] = amount
    return JudgeBudget.model_validate(limits)


def _amount(text: str) -> float | None:
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})\s*", text, re.ASCII)
    return float(found[1]) if found and math.isfinite(float(found[1])) else None


def _judge_mode(text: str) -> JudgeMode:
    word = text.strip().lower() or Settings.judge
    if word not in get_args(JudgeMode):
        fix = "Use always, uncertain or never."
        raise InvalidSetting(name="FAILSIGHT_JUDGE", value=text, problem="there is no such mode", fix=fix)
    return cast("JudgeMode", word)
