"""What the request states and no call uses: numbers, names, quoted texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from failsight.engine.tool_use.given import squeeze
from failsight.engine.tool_use.quantities import quantities
from failsight.engine.tool_use.terms import STOP_WORDS, stem
from failsight.engine.value import value_class

_QUOTED = re.compile(r"[\"“]([^\"“”\n]{2,60})[\"”]|(?<!\w)['‘]([^'‘’\n]{2,60})['’](?!\w)")
_NAME = re.compile(r"(?<![.!?:\n]\s)(?<![\"“])(?<!^)\b[A-Z][\w'’.-]{0,40}(?:\s[A-Z][\w'’.-]{0,40}){0,6}")
LIMIT = 6000


@value_class
class Leftovers:
    """Unused numbers and names as written, and the share of all numbers and names that they are."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    number_share: float
    name_share: float


def leftovers(request: str, used: Sequence[str]) -> Leftovers:
    """``used``: the names of the calls and the texts of their argument values."""
    request = request[:LIMIT]
    spoken = squeeze(" ; ".join(used))
    words = set(spoken.split())
    stems = {stem(word) for word in words}
    values = {abs(q.value) for text in used for q in quantities(text)}
    values |= {value * factor for value in values for factor in (100.0, 0.01, 1e-3, 1e-6, 1e-9)}
    stated = {abs(q.value): request[q.start : q.end] for q in quantities(request)}
    values = {float(f"{value:.6g}") for value in values}
    numbers = [text for value, text in stated.items() if float(f"{value:.6g}") not in values]
    names: dict[str, str] = {}
    for match in (*_NAME.finditer(request), *_QUOTED.finditer(request)):
        text = match.group(match.lastindex or 0).rstrip(".,")
        if len(squeeze(text)) > 3 and not all(word in STOP_WORDS for word in squeeze(text).split()):
            names.setdefault(squeeze(text), text)
    unused = [text for key, text in names.items() if not _touched(key, words, stems)]
    return Leftovers(
        numbers=tuple(numbers),
        names=tuple(unused),
        number_share=len(numbers) / len(stated) if stated else 0.0,
        name_share=len(unused) / len(names) if names else 0.0,
    )


def _touched(phrase: str, words: set[str], stems: set[str]) -> bool:
    return any(w in words or stem(w) in stems for w in phrase.split() if w not in STOP_WORDS)
