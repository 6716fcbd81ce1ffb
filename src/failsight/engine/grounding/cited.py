"""What an output may cite: the text of everything the application was given, and how its passages are numbered."""

from __future__ import annotations

import re

from failsight.engine.grounding.support import granted_texts
from failsight.engine.grounding.tokens import tokenize
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

_NUMBERED = re.compile(
    r"\[(\d{1,2})\]|【(\d{1,2})|(?:passage|document|source|context|doc|excerpt)s?\s?#?\[?(\d{1,2})\b|^\s*(\d{1,2})[.):]\s",
    re.IGNORECASE | re.MULTILINE,
)
_OWN_LIST = re.compile(r"^\s*(?:\[\^?\d{1,2}\]:?|\d{1,2}\.)\s+\S.{8,}$", re.MULTILINE)
_ZERO = re.compile(r"\[0\]|【0")
_OWN_HEADING = re.compile(r"^\W*(?:references|sources|citations|bibliography|quellen|fuentes)\W*$", re.I | re.M)


@value_class
class CitedSources:
    """lowered: all given text in lower case; squeezed: without blanks. count: the highest passage number that exists.

    numbered: the passages carry numbers in their text. own_list: the output ends with a list of its own sources, which
    its markers point to. from_zero: its markers count from zero. triples: neighbouring words of the given text.
    vocabularies: the stems of each passage.
    """

    lowered: str
    squeezed: str
    count: int
    numbered: bool
    own_list: bool
    from_zero: bool
    triples: frozenset[tuple[str, str, str]]
    vocabularies: tuple[frozenset[str], ...]

    def shares(self, content: tuple[str, ...]) -> list[float]:
        """For each passage, the share of these stems that it has."""
        return [sum(word in vocabulary for word in content) / len(content) for vocabulary in self.vocabularies]

    def quoted_share(self, quotation: str) -> float:
        """The share of a quotation's words that stand in triples of the given text; omissions are allowed."""
        stems = tokenize(quotation).stems
        if len(stems) < 3:
            return 1.0
        hit = [False] * len(stems)
        for at, triple in enumerate(zip(stems, stems[1:], stems[2:], strict=False)):
            if triple in self.triples:
                hit[at] = hit[at + 1] = hit[at + 2] = True
        return sum(hit) / len(hit)


def cited_sources(subject: Subject) -> CitedSources:
    """Linear in the length of what was given."""
    passages = subject.item.context or ()
    texts = [*passages, *granted_texts(subject)]
    lowered = "\n".join(texts).lower()
    numbers = [int(next(g for g in m.groups() if g)) for passage in passages for m in _NUMBERED.finditer(passage)]
    triples: set[tuple[str, str, str]] = set()
    vocabularies = []
    for text in texts:
        stems = tokenize(text).stems
        vocabularies.append(frozenset(stems))
        triples.update(zip(stems, stems[1:], stems[2:], strict=False))
    output = subject.item.output
    heading = _OWN_HEADING.search(output)
    own_list = heading is not None and _OWN_LIST.search(output, heading.end()) is not None
    return CitedSources(
        lowered,
        re.sub(r"\s", "", lowered),
        max([len(passages), *numbers]),
        bool(numbers),
        own_list,
        _ZERO.search(output) is not None,
        frozenset(triples),
        tuple(vocabularies[: len(passages)]),
    )
