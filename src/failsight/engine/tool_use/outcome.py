"""Whether a call failed, read off its error or its result."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from failsight.engine.tool_use.calls import PlacedCall
from failsight.engine.value import value_class

_FAILURE_START = re.compile(
    r"""\W{0,4}(?:(?:[a-z_]+\s){0,3}?(?:error|exception|failed|failure)\b\s*(?:$|[:\-.(!]|code|while|occurred|\d)
    |traceback\s\(most|fatal\b|(?:http\s?)?(?:4\d\d|5\d\d)\s(?:client|server|bad|unauth|forbid|not\sfound|internal|gateway|too\smany|service)
    |(?:request|connection|operation)\s(?:timed\sout|timeout|refused|failed)|timed\sout|permission\sdenied|access\sdenied|rate\slimit
    |unauthorized|forbidden\b|not\sfound\b|invalid\s(?:request|argument|parameter|api\skey|token))""",
    re.IGNORECASE | re.VERBOSE,
)
_EXCEPTION = re.compile(r"^\W{0,3}[A-Za-z_.]{0,60}(?:Error|Exception)\b\s{0,3}[:(]|Traceback \(most recent call last\)")
_EMPTY = frozenset(["", "[]", "{}", "null", "none", "''", '""', "()", "nan", "n/a"])
_NOTHING = re.compile(r"\W{0,3}no (?:\w+ ){0,3}(?:found|available|match(?:es|ing)?|results?)\b", re.IGNORECASE)
_BAD_STATUS = frozenset(["error", "failed", "failure", "fail", "timeout", "denied", "rejected", "exception"])


@value_class
class Outcome:
    """``kind``: ok, failed, empty, or unknown when nothing came back. ``reason`` quotes what says so."""

    kind: str
    reason: str = ""


def outcome(call: PlacedCall) -> Outcome:
    """What became of a call."""
    if call.error:
        return Outcome("failed", call.error[:160])
    return Outcome("unknown") if call.result is None else _read(call.result)


@lru_cache(maxsize=16)
def _read(result: str) -> Outcome:
    """Cached, because several detectors ask for the outcome of the same call."""
    text = result.strip()
    if text.lower() in _EMPTY:
        return Outcome("empty", text or "an empty result")
    if text[0] in "{[":
        return _structured(text)
    if _EXCEPTION.search(text[:400]) or _FAILURE_START.match(text[:200]):
        return Outcome("failed", text[:160])
    return Outcome("empty", text[:160]) if len(text) < 200 and _NOTHING.match(text) else Outcome("ok")


def _structured(text: str) -> Outcome:
    try:
        data = json.loads(text) if len(text) < 50_000 else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return Outcome("ok")
    reason = _reported(data)
    if reason:
        return Outcome("failed", reason[:160])
    holders = [data[key] for key in ("results", "data", "items", "records", "matches", "hits") if key in data]
    if holders and all(value in ([], {}, None, "") for value in holders):
        return Outcome("empty", text[:160])
    return Outcome("ok")


def _reported(data: dict[str, Any]) -> str:
    """The part of an object by which it reports a failure, or an empty text."""
    for key in ("error", "errors", "exception", "error_message", "errorMessage"):
        value = data.get(key)
        if value not in (None, False, "", [], {}, 0, "none", "None"):
            return f"{key}: {json.dumps(value, ensure_ascii=False, default=str)}"
    for key in ("success", "ok", "succeeded"):
        if data.get(key) is False:
            return f"{key}: false"
    if data.get("isError") is True or data.get("is_error") is True:
        return "isError: true"
    for key in ("status", "state", "result", "type"):
        value = data.get(key)
        if isinstance(value, str) and value.lower() in _BAD_STATUS and len(data) <= 6:
            return f"{key}: {value}"
    for key in ("status", "status_code", "statusCode", "code", "http_status"):
        value = data.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
            return f"{key}: {value}"
    return ""
