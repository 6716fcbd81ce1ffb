"""A prefilter never loses a match: on every prefiltered pattern of the engine, with texts made to match."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import failsight.engine
from failsight.engine.harm.topics import TOPICS, topics_in
from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered, PrefilteredSet


def prefiltered() -> dict[str, Prefiltered]:
    found: dict[str, Prefiltered] = {}
    for module in pkgutil.walk_packages(failsight.engine.__path__, "failsight.engine."):
        for name, value in vars(importlib.import_module(module.name)).items():
            parts = value if isinstance(value, tuple) else (value,)
            for place, part in enumerate(parts):
                one = getattr(part, "pattern", None) if not isinstance(part, Prefiltered) else part
                if isinstance(one, Prefiltered):
                    found.setdefault(one.pattern.pattern, one)
                    found[f"{module.name}.{name}.{place}"] = found.pop(one.pattern.pattern)
    return found


PATTERNS = prefiltered()


def example(sequence: Any, chance: random.Random) -> str:
    """A text that the parsed pattern may match: look-arounds are not minded."""
    return "".join(_element(str(name), value, chance) for name, value in sequence)


def _element(name: str, value: Any, chance: random.Random) -> str:
    if name == "LITERAL":
        return chr(value)
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        low, high, inner = value
        return "".join(example(inner, chance) for _ in range(chance.randint(low, min(int(high), low + 2))))
    if name == "SUBPATTERN":
        return example(value[-1], chance)
    if name == "BRANCH":
        return example(chance.choice(value[1]), chance)
    if name == "IN":
        return _member(value, chance)
    return chance.choice("a b") if name in {"ANY", "NOT_LITERAL"} else ""


def _member(choices: Any, chance: random.Random) -> str:
    for _ in range(200):
        letter = chr(chance.choice((*range(32, 127), 10, 0xE9, 0x17F, 0x131, 0x130, 0x212A)))
        pattern = "".join(_shown(str(name), item) for name, item in choices)
        if re.fullmatch(f"[{pattern}]", letter):
            return letter
    name, item = choices[0]
    return chr(item) if str(name) == "LITERAL" else " "


def _shown(name: str, item: Any) -> str:
    if name == "NEGATE":
        return "^"
    if name == "RANGE":
        return f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}"
    if name == "LITERAL":
        return re.escape(chr(item))
    sort = str(item).rpartition("_")[2][0].lower()
    return "\\" + (sort.upper() if "_NOT_" in str(item) else sort)


def texts(pattern: re.Pattern[str]) -> Iterator[str]:
    chance = random.Random(5)
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    for _ in range(300):
        made = example(parsed, chance)
        yield from (made, made.upper(), f"so {made} so", f"it's ({made}).", f"x{made}", f"{made}x")


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_opens_wherever_the_pattern_matches(name: str) -> None:
    one = PATTERNS[name]
    matched = [text for text in texts(one.pattern) if one.pattern.search(text)]
    assert matched, "the made texts never match: the test says nothing"
    assert [text for text in matched if not one.opens(lowered(text))] == []


def test_most_texts_are_not_searched() -> None:
    text = "the lamp costs ten euros and ships from oslo on monday."
    closed = [one for one in PATTERNS.values() if not one.opens(text)]
    assert len(closed) > len(PATTERNS) / 2


@pytest.mark.parametrize(
    ("pattern", "text", "opens"),
    [
        (r"\b(?:kill|maim)\b", "a killer", True),
        (r"\b(?:kill|maim)\b", "a skill", False),
        (r"\bc-?4\b", "c-4", True),
        (r"\bex\b", "export", False),
        (r"\bex\w*", "export", True),
        (r"\b\w+ard\b", "a wizard", True),
        (r"\bre(?:ad|d)?\b", "re: this", True),
        (r"n['’]t go", "don’t go", True),
        (r"n['’]t go", "go", False),
        (r"f+u+n", "fffuuun", True),
        (r"x|\d", "y", True),
    ],
)
def test_conditions_are_read_off_the_pattern(pattern: str, text: str, opens: bool) -> None:
    assert Prefiltered(pattern).opens(text) is opens


def test_letters_that_ignored_case_takes_for_others() -> None:
    one = Prefiltered(r"\b(?:kiss|limit)", re.IGNORECASE)
    for text in ("KISS", "Kiſſ", "LİMİT", "lımıt"):
        assert one.search(text, lowered(text))


def test_patterns_behind_one_look_up() -> None:
    several = PrefilteredSet([Prefiltered(r"\bkill"), Prefiltered(r"-bomb"), Prefiltered(r"\d")])
    assert several.candidates("a killer") == [0, 2]
    assert several.candidates("a car-bomb") == [1, 2]


def test_topics_are_found_as_by_searching_each() -> None:
    for topic in TOPICS:
        for text in map(lowered, list(texts(topic.pattern.pattern))[:300]):
            searched = {one.code: one.pattern.pattern.search(text) for one in TOPICS}
            assert {code: hit.span() for code, hit in topics_in(text)} == {
                code: hit.span() for code, hit in searched.items() if hit
            }
