"""One item of a saved result, found without holding the whole result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from failsight.errors import UnreadableFile
from failsight.formats.decoding import decode
from failsight.formats.json_stream import BadJson, JsonStream
from failsight.model.run import FARunInput
from failsight.model.tag import FATag

_RESULT = re.compile(r'\s*\{\s*"(run_id"\s*:|item"\s*:\s*\{\s*"item_index"|result"\s*:\s*\{\s*"run_id")')


def is_result(head: bytes, name: str) -> bool:
    """Whether the bytes begin a result that ``analyze --json`` or ``--jsonl`` wrote."""
    text = next(decode([head], name), "")
    return _RESULT.match(text) is not None or ('"failure_tags"' in text and '"run_id"' in text and '"summary"' in text)


def find_in_result(chunks: Iterable[bytes], index: int, name: str) -> tuple[FARunInput | None, list[FATag]]:
    """The record and the tags of item ``index``; the record is None when the result has no such item. Raises
    UnreadableFile for broken JSON."""
    record, tags = None, []
    try:
        for key, value in _parts(JsonStream(decode(chunks, name))):
            if value.get("item_index") == index:
                if key == "inputs":
                    record = FARunInput.model_validate(value)
                else:
                    tags.append(FATag.model_validate(value))
    except BadJson as bad:
        fix = "Save it again with failsight analyze --json --output FILE."
        raise UnreadableFile(path=name, problem=f"line {bad.line}: {bad.problem}", fix=fix) from bad
    return record, tags


def _parts(stream: JsonStream) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every tag and input of a document or of lines, with the name of its list."""
    while stream.peek() == "{":
        stream.take()
        while stream.peek() not in {"}", ""}:
            if stream.peek() == ",":
                stream.take()
                continue
            key = stream.element().value
            stream.peek()
            stream.take()
            opened = stream.peek()
            if key in {"failure_tags", "inputs"} and opened == "[":
                stream.take()
                yield from ((key, element) for element in _elements(stream))
            elif key == "item" and opened == "{":
                yield "inputs", stream.element().value
            elif key == "tags" and opened == "[":
                stream.take()
                yield from (("failure_tags", element) for element in _elements(stream))
            else:
                stream.element()
        stream.take()


def _elements(stream: JsonStream) -> Iterator[dict[str, Any]]:
    while (sign := stream.peek()) != "]":
        if not sign:
            raise BadJson(stream.line, "the file ends inside a list; it may be cut off", fatal=True)
        if sign == ",":
            stream.take()
        else:
            value = stream.element().value
            if isinstance(value, dict):
                yield value
    stream.take()
