"""Words and phrases that a prompt names: quoted, in brackets, or bare after "word" and "keywords"."""

from __future__ import annotations

import re

_OPEN = "\"“”„«‘'`"
_CLOSE = {'"': '"”“', "“": '”"“', "”": '”"', "„": '“”"', "«": "»", "‘": "’'", "'": "'’", "`": "`'"}
_BARE = re.compile(r"[^\W_][\w&+#-]*(?:['’][^\W_]+)?")
_JOIN = re.compile(
    r"\s*(?:,\s*(?:and|or|und|oder|nor|&)\b|,|;|/|\band\b|\bor\b|\bnor\b|\bund\b|\boder\b|"
    r"&)\s*(?:the (?:key ?)?words? )?",
    re.I,
)
_LIKE = re.compile(r"(?:like|such as|for example|e\.g\.)[\s:,]+(?=[\"“”'‘])", re.I)
_LIST_GOES_ON = re.compile(
    r"\s*(?:\Z|[.,;:!?)\]\n]|(?:and|or|nor|in|within|somewhere|anywhere|at|throughout|for|should|must|can|cannot|may|"
    r"each|appear|is|are|exactly|into|und|oder)\b)",
    re.I,
)
_NOT_A_TERM = frozenset(
    (  # noqa: SIM905
        "a an the that which who in of for from to with without is are was should must may can cannot could will would "
        "shall need needs has have limit limits count counts length list lists search cloud processor document file "
        "below above following here and or not no at least most more less fewer exactly only again as be it its this "
        "these those your their each every any all both than when while on choice choices order spacing frequency "
        "definition meaning meanings appear appears include included used using containing starting beginning ending "
        "per long max maximum minimum provided given listed mentioned written like such before "
        "after until first changed"
    ).split()
)


def read_terms(text: str, start: int, *, bare: str = "none") -> tuple[tuple[str, ...], int]:
    """The terms that stand at ``start`` and where they end.

    bare: whether unquoted words count: ``none``, ``one`` or ``many``.
    """
    position = _skip(text, start, " \t\n:([")
    like = _LIKE.match(text, position)
    position = like.end() if like else position
    terms: list[str] = []
    quoted = False
    while position < len(text) and len(terms) < 30:
        term, end = _quoted(text, position)
        if term is None and bare != "none" and (not terms or (bare == "many" and not quoted)):
            term, end = _bare(text, position, first=not terms)
        else:
            quoted = True
        if term is None:
            break
        terms.append(term)
        start = end
        join = _JOIN.match(text, end)
        if join is None:
            break
        position = _skip(text, join.end(), " \t\n[(")
    return tuple(dict.fromkeys(terms)), start


def quoted_at(text: str, start: int) -> tuple[str, int, int] | None:
    """The quotation that begins at ``start`` (white space and colons skipped): text and the span inside the quotes."""
    position = _skip(text, start, " \t\n:")
    term, end = _quoted(text, position)
    return None if term is None else (term, position + 1, end - 1)


def _quoted(text: str, position: int) -> tuple[str | None, int]:
    opening = text[position : position + 1]
    if not opening or opening not in _OPEN:
        return None, position
    closers = _CLOSE[opening]
    for end in range(position + 1, min(len(text), position + 400)):
        sign = text[end]
        if sign in closers and not (sign in "'’" and end + 1 < len(text) and text[end + 1].isalnum()):
            inside = text[position + 1 : end].strip()
            return (inside.rstrip(",") if len(inside) > 1 else inside) or None, end + 1
        if sign == "\n" and opening in "'`":
            break
    return None, position


def _bare(text: str, position: int, *, first: bool) -> tuple[str | None, int]:
    """An unquoted word; one after a comma or "and" must end the list or be followed by what may follow a list."""
    match = _BARE.match(text, position)
    if match is None or match.group().lower() in _NOT_A_TERM:
        return None, position
    if not first and _LIST_GOES_ON.match(text, match.end()) is None:
        return None, position
    return match.group(), match.end()


def _skip(text: str, position: int, signs: str) -> int:
    while position < len(text) and text[position] in signs:
        position += 1
    return position
