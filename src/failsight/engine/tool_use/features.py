"""The numbers by which the calls of one request are judged; ``training/tool_use.py`` fits their weights."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls, tools_by_name
from failsight.engine.tool_use.given import Given, extended, given
from failsight.engine.tool_use.json_schema import argument_schema
from failsight.engine.tool_use.leftovers import Leftovers, leftovers
from failsight.engine.tool_use.parts import part_features
from failsight.engine.tool_use.relevance import Fit, tool_fits
from failsight.engine.tool_use.request import declines
from failsight.engine.tool_use.support import Leaf, leaves, measure
from failsight.engine.tool_use.terms import content_stems, stem, terms
from failsight.engine.value import value_class

_JOINS = re.compile(
    r"\b(?:and|also|then|finally|lastly|additionally|second(?:ly)?|third(?:ly)?|first(?:ly)?|after that|next"
    r"|respectively|both|each|as well as)\b|[;,]",
    re.IGNORECASE,
)
_RESTS_ON = ("number_stated", "text_stated", "date", "number_percent", "boolean_true_named")


@value_class
class WeighedLeaf:
    """An argument value of a call, what was measured on it, and its probability of being unsupported."""

    call: PlacedCall
    leaf: Leaf
    measured: Mapping[str, float]
    probability: float


@value_class
class CallFeatures:
    """``values``: the features by name. ``leaves``: all values, most suspicious first."""

    values: Mapping[str, float]
    leaves: tuple[WeighedLeaf, ...]
    left: Leftovers
    given: Given


def weigh_leaves(subject: Subject, weigh: Callable[[Mapping[str, float]], float]) -> tuple[WeighedLeaf, ...]:
    """Every argument value of every call to a known tool, against what was given before that call."""
    base, tools, found = subject.memo(given), tools_by_name(subject), []
    returned: str | None = None
    for call in placed_calls(subject) or ():
        if returned:
            base = extended(base, returned)
        returned = call.result
        tool = tools.get(call.name)
        if tool is not None:
            for leaf in leaves(call.arguments, argument_schema(tool.parameters)):
                measured = measure(leaf, base)
                found.append(WeighedLeaf(call, leaf, measured, weigh(measured)))
    return tuple(sorted(found, key=lambda weighed: -weighed.probability))


def call_features(subject: Subject, weighed: tuple[WeighedLeaf, ...]) -> CallFeatures:
    """Features of an item that made calls."""
    calls = placed_calls(subject) or ()
    request, base = subject.last_user_text, subject.memo(given)
    used = [call.name for call in calls] + [_spoken(w.leaf.value) for w in weighed]
    left = leftovers(request, used)
    joins = math.log1p(len(_JOINS.findall(request[:6000])))
    made = math.log(max(1, len(calls)))
    keys = {call.key for call in calls}
    scalars: dict[int, list[Any]] = {}
    for w in weighed:
        scalars.setdefault(id(w.call), []).append(w.leaf.value)
    values = {
        **_request_features(subject),
        **part_features(request, list(scalars.values()), len(calls)),
        **_uncovered(subject, calls, used),
        **_leaf_features(weighed),
        **_fit_features(calls, subject.memo(tool_fits)),
        "calls": made, "several": float(len(calls) > 1), "duplicate": float(len(keys) < len(calls)),
        "numbers_left": math.log1p(len(left.numbers)), "number_share_left": left.number_share,
        "names_left": math.log1p(len(left.names)), "name_share_left": left.name_share,
        "joins": joins, "joins_several": joins * (len(calls) > 1), "questions": math.log1p(request.count("?")),
    }  # fmt: skip
    return CallFeatures(values, weighed, left, base)


def silence_features(subject: Subject) -> dict[str, float]:
    """Features of an item that made no call although tools were on offer."""
    fits = list(subject.memo(tool_fits).values())
    output = subject.item.output
    found = {**_request_features(subject), "empty": float(not output.strip()), "declines": float(declines(output))}
    if fits:
        best = tools_by_name(subject)[max(fits, key=lambda fit: (fit.cosine, fit.words)).tool]
        schema = argument_schema(best.parameters)
        kinds = [
            schema.properties[n].get("type") for n in schema.required if isinstance(schema.properties.get(n), dict)
        ]
        needed = sum(kind in ("number", "integer") for kind in kinds)
        stated = len(subject.memo(given).numbers - {1.0})
        found["numbers_lacking"] = max(0.0, 1 - stated / needed) if needed else 0.0
        found["required"] = len(schema.required) / 4
    return found


def _request_features(subject: Subject) -> dict[str, float]:
    fits = subject.memo(tool_fits).values()
    length = len(content_stems(subject.last_user_text[:6000]))
    return {
        "bias": 1.0,
        "one_tool": float(len(fits) == 1), "tools": math.log1p(len(fits)),
        "request_short": float(length <= 3), "request_length": math.log1p(length),
        "foreign": float(not subject.memo(given).english),
        "best_cosine": max((fit.cosine for fit in fits), default=0.0),
        "best_named": max((fit.named for fit in fits), default=0.0),
        "best_words": max((fit.words for fit in fits), default=0.0),
    }  # fmt: skip


def _leaf_features(weighed: Sequence[WeighedLeaf]) -> dict[str, float]:
    chances = [w.probability for w in weighed]
    needed = [w for w in weighed if w.leaf.required and not isinstance(w.leaf.value, bool)]
    bare = sum(not any(w.measured.get(key) for key in _RESTS_ON) for w in needed)
    count = max(1, len(needed))
    return {
        "worst": _logit(chances[0] if chances else 0.05),
        "second": _logit(chances[1] if len(chances) > 1 else 0.02),
        "any": _logit(1 - math.prod(1 - p for p in chances) if chances else 0.05),
        "suspects": math.log1p(sum(p > 0.5 for p in chances)),
        "suspect_share": sum(p > 0.5 for p in chances) / max(1, len(chances)),
        "mean": sum(chances) / len(chances) if chances else 0.05,
        "required_mean": sum(w.probability for w in needed) / count if needed else 0.05,
        "required_bare": bare / count,
        "small_required": math.log1p(sum(w.measured.get("number_small_required", 0.0) for w in needed)),
        "function_word": float(any(w.measured.get("text_function_word") for w in weighed)),
        "no_arguments": float(not chances),
        "same_text": float(_same_text(weighed)),
    }


def _same_text(weighed: Sequence[WeighedLeaf]) -> bool:
    """Whether two required arguments of one call have the same text."""
    texts = [
        (id(w.call), w.leaf.value.lower())
        for w in weighed
        if isinstance(w.leaf.value, str) and w.leaf.required and w.leaf.siblings == 1 and "enum" not in w.leaf.spec
    ]
    return len(set(texts)) < len(texts)


def _fit_features(calls: Sequence[PlacedCall], fits: Mapping[str, Fit]) -> dict[str, float]:
    names = {call.name for call in calls}
    called = [fits[name] for name in names if name in fits]
    unused = [fit for fit in fits.values() if fit.tool not in names]
    if not called:
        return {}
    cosine, named, words = (min(f.cosine for f in called), min(f.named for f in called), min(f.words for f in called))
    found = {"cosine": cosine, "named": named, "words": words, "top_cosine": max(f.cosine for f in called)}
    if unused:
        margin = max(f.cosine for f in unused) - cosine
        found["other_cosine"] = max(f.cosine for f in unused)
        found["other_margin"] = margin
        found["other_ahead"] = float(margin > 0)
        found["other_named"] = max(f.named for f in unused) - named
        found["other_words"] = max(f.words for f in unused) - words
        hits = frozenset[str]().union(*(f.named_by for f in called))
        alone = max(unused, key=lambda f: len(f.named_by - hits))
        found["other_alone"] = alone.named * len(alone.named_by - hits) / max(1, len(alone.named_by))
        parts = list(zip(*(f.parts for f in called), strict=True))[1:]
        rivals = list(zip(*(f.parts for f in unused), strict=True))[1:]
        ahead = [max(rival) - max(own) for own, rival in zip(parts, rivals, strict=True)]
        found["other_part"] = max((gap for gap in ahead if gap > 0), default=0.0)
    return found


def _uncovered(subject: Subject, calls: Sequence[PlacedCall], used: Sequence[str]) -> dict[str, float]:
    """What of the request neither the called tools speak of nor a value has, and its longest run."""
    fits = subject.memo(tool_fits)
    known = {stem(term) for term in terms(" ".join(used))}
    known.update(*(fits[call.name].shares for call in calls if call.name in fits))
    wanted = content_stems(subject.last_user_text[:1500])
    run = longest = missed = 0
    for word in wanted:
        run = 0 if word in known else run + 1
        missed += word not in known
        longest = max(longest, run)
    return {"uncovered": missed / max(1, len(wanted)), "uncovered_run": math.log1p(longest)}


def _spoken(value: object) -> str:
    """A value as a reader would write it: no exponents."""
    return f"{value:.12f}".rstrip("0") if isinstance(value, float) else str(value)


def _logit(probability: float) -> float:
    bounded = min(max(probability, 0.002), 0.998)
    return math.log(bounded / (1 - bounded))
