"""A run as one JSON document (``FARunResult``) or as JSON Lines, in pieces, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from failsight.model.run import FARunInput, FARunResult
from failsight.model.tag import FATag

Items = Callable[[], Iterable[tuple[FARunInput, list[FATag]]]]


def json_document(result: FARunResult, items: Items) -> Iterator[str]:
    """``result`` carries everything but its tags and inputs; these come from ``items``, which is read twice."""
    yield "{"
    for place, (key, value) in enumerate(result.model_dump(mode="json").items()):
        yield ("," if place else "") + f"\n{json.dumps(key)}: "
        if key == "failure_tags":
            yield from _array(tag.model_dump_json() for _, tags in items() for tag in tags)
        elif key == "inputs":
            yield from _array(record.model_dump_json() for record, _ in items())
        else:
            yield json.dumps(value, ensure_ascii=False)
    yield "\n}\n"


def json_lines(result: FARunResult, items: Items) -> Iterator[str]:
    """One line for each item, ``{"item": ..., "tags": [...]}``, then one with everything else, ``{"result": ...}``."""
    for record, tags in items():
        yield f'{{"item": {record.model_dump_json()}, "tags": [{", ".join(tag.model_dump_json() for tag in tags)}]}}\n'
    yield f'{{"result": {result.model_dump_json(exclude={"failure_tags", "inputs"})}}}\n'


def _array(elements: Iterable[str]) -> Iterator[str]:
    yield "["
    for place, element in enumerate(elements):
        yield (",\n" if place else "\n") + element
    yield "]"
