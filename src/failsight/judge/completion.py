"""What an endpoint's answer means: a completion, or what to do about it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from failsight.judge.retry_after import read_retry_after
from failsight.model.judge import JudgeProblem

Kind = Literal["reply", "busy", "broken", "absent", "not_taken", "too_long", "hopeless"]
MOST_QUOTED = 300
_MODERATED = ("moderation", "flagged", "content policy", "content_policy", "content management", "content_filter")
_COMPLAINTS = {400, 422, 500}
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context[ _-](?:length|size|window)|(?:prompt|input|request)\b.{0,30}"
    r"\btoo (?:long|large)|max(?:imum)?(?:_|\s)(?:completion_|output_|new_)?tokens.{0,40}(?:too large|at most|exceed)|"
    r"exceeds? the (?:maximum|max) (?:number of |allowed )?(?:input )?tokens",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call's end. ``reply``: the judge spoke (``problem``: refused or cut). ``busy``: too much was asked, wait.
    ``broken``: an accident, worth another try. ``absent``: nobody listens there. ``not_taken``: the endpoint does not
    take this body. ``too_long``: the model's context does not. ``hopeless``: it would refuse every other call too.
    retry_after: seconds the endpoint asks for."""

    kind: Kind
    text: str | None = None
    problem: JudgeProblem | None = None
    detail: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    retry_after: float | None = None


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """An answer that has come in full. headers: names in lower case."""
    if status == 200:
        return _read_completion(headers, body)
    said = _complaint(body)
    quoted = f"status {status}" + (f": {said[:MOST_QUOTED]}" if said else "")
    if 300 <= status < 400:
        return Outcome("hopeless", detail=f"it redirects to {headers.get('location', 'nowhere')[:MOST_QUOTED]!r}")
    if status in {400, 403} and any(word in said.lower() for word in _MODERATED):
        return Outcome("reply", text=said, problem="refused", detail=f"the endpoint's moderation refused ({quoted})")
    if status == 429 and "insufficient_quota" in said.lower():
        return Outcome("hopeless", detail=f"the account has no quota left ({quoted})")
    kind = _kind(status, said)
    return Outcome(kind, detail=quoted, retry_after=read_retry_after(headers) if kind in {"busy", "broken"} else None)


def _kind(status: int, said: str) -> Kind:
    """What an error means, by its status and its words."""
    if status == 413 or (status in _COMPLAINTS and _TOO_LONG.search(said)):
        return "too_long"
    if status in {429, 503, 504, 529}:
        return "busy"
    if status >= 500 or status in {408, 409, 425}:
        return "broken"
    if status in {401, 402, 403, 404, 405, 407, 410} or "model_not_found" in said:
        return "hopeless"
    return "not_taken"


def _read_completion(headers: Mapping[str, str], body: bytes) -> Outcome:
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
        choice = answer["choices"][0]
        message = choice["message"]
        content, refusal = _content(message.get("content")), message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        kind = headers.get("content-type", "no content type")[:80]
        said = _complaint(body)[:MOST_QUOTED]
        detail = f"the answer ({kind}, {len(body)} bytes) is no chat completion" + (f": {said}" if said else "")
        return Outcome("broken", detail=detail)
    usage = answer.get("usage")
    tokens_in, tokens_out = (_count(usage, name) for name in ("prompt_tokens", "completion_tokens"))
    problem: JudgeProblem | None = None
    detail, ended = "", choice.get("finish_reason")
    if isinstance(refusal, str) and refusal:
        problem, detail, content = "refused", "the judge refused to answer", content or refusal
    elif ended == "content_filter":
        problem, detail = "refused", "the endpoint's content filter ended the reply"
    elif ended == "length":
        problem, detail = "cut", "the reply ended at the limit of tokens"
    return Outcome("reply", content, problem, detail, tokens_in, tokens_out)


def _content(content: Any) -> str:
    """The text of a message; some endpoints send it in parts, and none at all where the model only thought."""
    if content is None:
        return ""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content)
    if not isinstance(content, str):
        raise TypeError("the content is no text")
    return content.encode("utf-8", "replace").decode("utf-8")


def _count(usage: Any, name: str) -> int | None:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _complaint(body: bytes) -> str:
    """What an error's body says, in one line; nothing where it is a page."""
    text = body[:20_000].decode("utf-8", "replace")
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError):
        return "" if text.lstrip().startswith("<") else " ".join(text.split())[:2000]
    error = decoded.get("error", decoded) if isinstance(decoded, dict) else decoded
    if isinstance(error, dict):
        parts = [error.get(name) for name in ("message", "code", "type", "param")]
        error = " ".join(str(part) for part in parts if part) or json.dumps(error)
    return " ".join(str(error).split())[:2000]
