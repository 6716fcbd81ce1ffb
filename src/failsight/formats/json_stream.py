"""A cursor over JSON text that arrives in pieces: one element at a time, in memory bounded by the largest element."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from failsight.formats.decoding import is_utf8, mend

MAX_RECORD = 1 << 28
_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_PLAIN = re.compile(r"[^\"{}\[\]]*")
_IN_STRING = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SCALAR_END = re.compile(r"[,\]}\s]")
_RESUME = re.compile(r"[,{\]]")


class BadJson(Exception):
    """This piece is not JSON; ``line`` is 1-based. ``fatal``: nothing after it can be read either."""

    def __init__(self, line: int, problem: str, *, fatal: bool = False) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem
        self.fatal = fatal


class Element(NamedTuple):
    """A parsed element and the 1-based line on which it begins."""

    line: int
    value: Any


def parse_json(text: str, line: int) -> Any:
    """The value of a complete piece of JSON text that begins on ``line``; raises BadJson."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as broken:
        raise BadJson(line + broken.lineno - 1, f"not valid JSON: {broken.msg} at column {broken.colno}") from broken
    except RecursionError as broken:
        raise BadJson(line, "nested too deeply to be read") from broken
    except ValueError as broken:
        raise BadJson(line, f"not valid JSON: {broken}") from broken
    return _checked(value, text, line)


def mended(value: Any) -> Any:
    """The same JSON value with lone surrogates in its texts replaced."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [mended(part) for part in value]
    if isinstance(value, dict):
        return {mend(key): mended(part) for key, part in value.items()}
    return value


def _checked(value: Any, text: str, line: int) -> Any:
    """The value parsed from ``text``, once it is sure to be text that can be written again."""
    if not is_utf8(text):
        raise BadJson(line, "the text is not valid UTF-8; save the file as UTF-8")
    return mended(value) if "\\ud" in text or "\\uD" in text else value


class JsonStream:
    """Reads elements off text pieces. Complete elements inside one piece are parsed at once; one that spans pieces is
    collected by a scanner that knows strings and brackets, each character looked at once."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = 0

    @property
    def line(self) -> int:
        """The 1-based line of the cursor."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is not white space, not consumed; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._next_piece():
                return ""

    def take(self) -> None:
        """Consumes the character that ``peek`` showed."""
        self._at += 1

    def element(self) -> Element:
        """The value at the cursor, which ``peek`` has put on its first character. Raises BadJson, the cursor behind
        the broken value where its end could be found."""
        line, start = self.line, self._at
        if self._text[start] in '{["':
            try:
                value, end = _DECODER.raw_decode(self._text, start)
            except (ValueError, RecursionError):
                pass
            else:
                raw = self._text[start:end]
                self._at = end
                return Element(line, _checked(value, raw, line))
        return Element(line, parse_json(self._collect(line), line))

    def resume(self) -> None:
        """After junk between elements: on to the next comma, opening brace or closing bracket."""
        while True:
            match = _RESUME.search(self._text, self._at)
            if match:
                self._at = match.start()
                return
            if not self._next_piece():
                return

    def _next_piece(self) -> bool:
        """Replaces the consumed piece by the next one; False at the end."""
        self._at = len(self._text)
        line = self.line
        for piece in self._pieces:
            if piece:
                self._text, self._at, self._line, self._counted = piece, 0, line, 0
                return True
        return False

    def _collect(self, line: int) -> str:
        """The raw text of the element at the cursor, over as many pieces as it needs."""
        scan = _BracketScan() if self._text[self._at] in '{["' else _ScalarScan()
        parts, size = [], 0
        while True:
            start = self._at
            end = scan.end(self._text, start)
            parts.append(self._text[start : len(self._text) if end is None else end])
            size += len(parts[-1])
            if end is not None:
                self._at = end
                return "".join(parts)
            if size > MAX_RECORD:
                raise BadJson(line, f"this record is longer than {MAX_RECORD >> 20} million characters", fatal=True)
            if not self._next_piece():
                if isinstance(scan, _ScalarScan):
                    return "".join(parts)
                what = "a quotation mark" if scan.in_string else "a bracket"
                raise BadJson(
                    line, f"the record is never closed ({what} is missing); nothing after it could be read", fatal=True
                )


class _BracketScan:
    """Finds the end of an object, array or string; remembers its state from piece to piece."""

    def __init__(self) -> None:
        self.depth = 0
        self.in_string = False
        self._escaped = False

    def end(self, text: str, at: int) -> int | None:
        if self._escaped:
            self._escaped, at = False, at + 1
        while at < len(text):
            if self.in_string:
                match = _IN_STRING.match(text, at)
                at = match.end() if match else at
                if at >= len(text):
                    break
                if text[at] == "\\":
                    self._escaped = True
                    break
                self.in_string, at = False, at + 1
            else:
                match = _PLAIN.match(text, at)
                at = match.end() if match else at
                if at >= len(text):
                    break
                sign, at = text[at], at + 1
                self.in_string = sign == '"'
                self.depth += (sign in "{[") - (sign in "}]")
            if not self.in_string and self.depth <= 0:
                return at
        return None


class _ScalarScan:
    """Finds the end of a number, a literal or junk: the next comma, closing bracket or white space."""

    in_string = False

    def end(self, text: str, at: int) -> int | None:
        match = _SCALAR_END.search(text, at)
        return match.start() if match else None
