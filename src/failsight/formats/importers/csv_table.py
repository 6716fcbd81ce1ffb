"""CSV: a header row with the field names, then one record a row; comma, semicolon or tab."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar

from failsight.errors import UnreadableFile
from failsight.formats.decoding import is_utf8
from failsight.formats.importer import Importer, RawRecord
from failsight.formats.json_stream import MAX_RECORD
from failsight.formats.lines import split_lines
from failsight.model.counted import counted
from failsight.model.run import InputType, RecordError

DELIMITERS = ",;\t"


class CsvTable(Importer):
    """Quoted cells may hold line breaks. Lists and objects are written as JSON inside a cell."""

    name = "csv"
    extensions = (".csv", ".tsv")
    input_type: ClassVar[InputType] = "csv"
    cells = True

    def read(self, pieces: Iterable[str], name: str) -> Iterator[RawRecord | RecordError]:
        # The csv module has one limit for the whole process; it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
        lines = (line + "\n" for line in split_lines(pieces))
        head = next(lines, "")
        rows = csv.reader(_with_first(head, lines), delimiter=delimiter_of(head), strict=True)
        header = _header(next(rows, []), name)
        while True:
            line = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as broken:
                yield RecordError(line=line, message=_broken_row(line, str(broken), rows.line_num))
                continue
            if any(cells):
                yield _row(line, header, cells)


def delimiter_of(header: str) -> str:
    """The delimiter that splits the header line most often outside of quotes; a comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), sign == ","))


def _with_first(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    twice = [cell for cell, times in Counter(header).items() if cell and times > 1]
    if twice:
        problem = f"the column '{twice[0]}' stands twice in its header row"
        raise UnreadableFile(path=name, problem=problem, fix="Rename one of the two columns.")
    if not any(header):
        raise UnreadableFile(path=name, problem="its first row is empty", fix="Start it with a row of column names.")
    return header


def _row(line: int, header: list[str], cells: list[str]) -> RawRecord | RecordError:
    if len(cells) > len(header):
        return RecordError(
            line=line,
            message=f"line {line}: the row has {counted(len(cells), 'cell')} and the header {len(header)}. "
            "Fix: put cells that hold the delimiter or a line break in double quotes.",
        )
    if not all(map(is_utf8, cells)):
        return RecordError(line=line, message=f"line {line}: the text is not valid UTF-8; save the file as UTF-8.")
    return RawRecord(line, {key: cell for key, cell in zip(header, cells, strict=False) if key})


def _broken_row(line: int, problem: str, last: int) -> str:
    if problem == "unexpected end of data":
        problem = f"a double quote is never closed, so lines {line} to {last} are one broken row"
    return f"line {line}: {problem}. Fix: close every quoted cell and write a quote inside it twice."
