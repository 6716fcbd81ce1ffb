"""JSON Lines: one record a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failsight.formats.importer import Importer, RawRecord, as_record
from failsight.formats.json_stream import BadJson, parse_json
from failsight.formats.lines import split_lines
from failsight.model.run import RecordError


class JsonLines(Importer):
    """A broken line is an error of that line only; blank lines are no records."""

    name = "jsonl"
    extensions = (".jsonl", ".ndjson", ".jsonlines")

    def read(self, pieces: Iterable[str], name: str) -> Iterator[RawRecord | RecordError]:  # noqa: ARG002
        for line, text in enumerate(split_lines(pieces), start=1):
            if text.isspace() or not text:
                continue
            try:
                value = parse_json(text, line)
            except BadJson as bad:
                yield RecordError(line=line, message=f"line {line}: {bad.problem}.")
                continue
            yield as_record(line, value)
