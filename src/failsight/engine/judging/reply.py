"""From a judge's reply to answers: one for each rubric asked, or the problem that it has."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from failsight.engine.judging.json_text import find_objects
from failsight.engine.rubric import Rubric

Said = Literal["fail", "pass", "unsure", "not_applicable"]
DEFAULTS: dict[str, float] = {"fail": 0.75, "pass": 0.25, "unsure": 0.5, "not_applicable": 0.0}
UNSURE_RANGE = 0.3, 0.7
LONGEST_QUOTE = 500
COPIED = "the answer is copied from the data"
LONGEST_REASON = 1_000
_SAID: dict[str, Said] = {
    **dict.fromkeys(("fail", "failed", "fails", "failure"), "fail"),
    **dict.fromkeys(("pass", "passed", "passes", "ok"), "pass"),
    **dict.fromkeys(("unsure", "uncertain", "unknown", "unclear", "cannot_tell"), "unsure"),
    **dict.fromkeys(("not_applicable", "na", "n_a", "inapplicable", "none", "does_not_apply"), "not_applicable"),
}
_WRAPPERS = ("answers", "results", "rubrics", "verdicts", "evaluations", "scores", "reply", "response", "output")
_NAMES = ("rubric", "name", "id", "key", "metric")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(%|/\s*(\d+))?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says to a subcategory's rubric. raw: that part of its reply."""

    said: Said
    probability: float
    reasoning: str
    quote: str
    quote_field: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rating:
    """What a judge says to a metric's rubric; ``score`` 1 to 5, None where it cannot be scored."""

    score: int | None
    explanation: str
    raw: Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """Answers and problems by rubric name; together they cover every rubric that was asked."""

    answers: dict[str, Verdict | Rating] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def read_reply(reply: str, rubrics: Sequence[Rubric], texts: Mapping[str, str], marker: str = "") -> Reading:
    """Reads leniently and judges strictly: an object that the judged ``texts`` hold themselves is an echo and counts as
    nothing; two different answers to one rubric, an answer that repeats our data line, a verdict against its own
    probability and a missing verdict are problems."""
    reading = Reading()
    data = [_squeezed(text) for text in texts.values() if "{" in text]
    objects = [one for one in find_objects(reply) if not (one.whole and _is_in(one.text, data))]
    named = [_by_name(one.value, rubrics) for one in objects]
    for rubric in rubrics:
        said = [one[rubric.name] for one in named if rubric.name in one]
        if not said:
            reading.problems[rubric.name] = "no answer" if objects else "no JSON object with an answer"
            continue
        read = [COPIED if _is_in(one, data) else _read(one, rubric, marker) for one in said]
        answers = [one for one in read if not isinstance(one, str)]
        if not answers:
            reading.problems[rubric.name] = cast("str", read[-1])
        elif len({_core(answer) for answer in answers}) > 1:
            reading.problems[rubric.name] = "two different answers"
        else:
            reading.answers[rubric.name] = answers[-1]
    return reading


def _is_in(value: Any, data: Sequence[str]) -> bool:
    """Whether the judged data holds this very object: then the judge only repeats it."""
    if not data or not value or not isinstance(value, (str, dict)):
        return False
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "{" in text and any(_squeezed(text) in one for one in data)


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("\\", "").lower()


def _by_name(value: Mapping[str, Any], rubrics: Sequence[Rubric]) -> dict[str, Any]:
    """Answers by rubric name, out of wrappers, lists of named answers and spellings of the name."""
    names = {rubric.name for rubric in rubrics}
    found: dict[str, Any] = {}
    for key, part in value.items():
        name = _name(key)
        if name in names:
            found[name] = part
        elif name in _WRAPPERS and isinstance(part, dict):
            found = {**_by_name(part, rubrics), **found}
        elif isinstance(part, list):
            for entry in part:
                own = next((entry[k] for k in _NAMES if k in entry), None) if isinstance(entry, dict) else None
                if isinstance(own, str) and _name(own) in names:
                    found.setdefault(_name(own), entry)
    own = next((value[k] for k in _NAMES if isinstance(value.get(k), str) and _name(value[k]) in names), None)
    if own is not None:
        found.setdefault(_name(own), value)
    if not found and len(rubrics) == 1 and {"verdict", "score"} & {_name(key) for key in value}:
        return {rubrics[0].name: value}
    return found


def _name(key: str) -> str:
    return re.sub(r"[\s\-/]+", "_", key.partition("@")[0].strip().lower())


def _core(answer: Verdict | Rating) -> object:
    return answer.said if isinstance(answer, Verdict) else answer.score


def _read(value: Any, rubric: Rubric, marker: str) -> Verdict | Rating | str:
    """The answer, or what is wrong with it."""
    if isinstance(value, str) and rubric.subcategory:
        value = {"verdict": value}
    elif isinstance(value, (int, float)) and rubric.metric:
        value = {"score": value}
    if not isinstance(value, dict):
        return "the answer is no object"
    known = {_name(str(key)): part for key, part in value.items()}
    reason = _words(known, ("reasoning", "explanation", "reason", "rationale"))
    if marker and marker in reason:
        return "the answer repeats the data instead of judging it"
    return _rating(known, reason) if rubric.metric else _verdict(known, reason)


def _rating(known: Mapping[str, Any], reason: str) -> Rating | str:
    score = _number(known.get("score", known.get("rating")), 5)
    if score is None or not 0 <= score <= 5:
        return "score must be a whole number from 0 to 5"
    whole = math.floor(score + 0.5)
    return Rating(whole or None, reason, known)


def _verdict(known: Mapping[str, Any], reason: str) -> Verdict | str:
    word = known.get("verdict", known.get("decision"))
    said = _SAID.get(_name(word).strip("_.")) if isinstance(word, str) else None
    if said is None:
        return f"verdict must be one of {', '.join(DEFAULTS)}"
    given = known.get("probability")
    number = _number(given, 1)
    if number is None:
        if given is not None:
            return "probability must be a number from 0 to 1"
        number = DEFAULTS[said]
    if 1 < number <= 100 and number == int(number):
        number /= 100
    if not 0 <= number <= 1:
        return "probability must be a number from 0 to 1"
    if (said == "fail" and number < 0.5) or (said == "pass" and number > 0.5):
        return f"verdict {said} contradicts probability {number:g}, which is the probability of failing"
    if said == "unsure":
        number = min(max(number, UNSURE_RANGE[0]), UNSURE_RANGE[1])
    quote = _words(known, ("quote", "evidence"))[:LONGEST_QUOTE]
    return Verdict(said, number, reason, quote, _words(known, ("quote_field", "field", "source")), known)


def _words(known: Mapping[str, Any], names: Sequence[str]) -> str:
    value = next((known[name] for name in names if isinstance(known.get(name), str)), "")
    return str(value).strip()[:LONGEST_REASON]


def _number(value: Any, scale: int) -> float | None:
    """A number, also in words as ``0.9``, ``90%`` or ``4/5``; None for anything else, NaN included."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    number = float(match[1])
    if match[2] == "%":
        return number / 100 * scale
    if match[3] and int(match[3]):
        return number / int(match[3]) * scale
    return number
