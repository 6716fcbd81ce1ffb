"""What an item's input asks for: the text to search with, its content words, and whether it can be judged at all."""

from __future__ import annotations

import re
from typing import Literal

from failsight.engine.language.english import looks_english
from failsight.engine.relevance import word_lists
from failsight.engine.relevance.lexical import STOP_WORDS, rarity, tokens, weigh
from failsight.engine.subject import Subject
from failsight.engine.text import split_sentences
from failsight.engine.value import value_class

QueryKind = Literal["question", "request", "keywords", "statement"]
LONGEST = 400
LONGEST_STATEMENT = 250
_MARKER = re.compile(r"(?:^|\n)[#*\s]*(?:user |the )?(?:question|query)[*\s]*:[*\s]*(\S[^\n]*)", re.IGNORECASE)
_ASKING = re.compile(
    r"(?:(?:and|but|so|ok|okay|hi|hello|hey|please|now|also)[,!.\s]+)*"
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|"
    r"had|may|might|what's|who's|where's|how's)\b",
    re.IGNORECASE,
)
_WH_WORD = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_INNER_END = re.compile(r"[.!?]\s+\S")
_REMARK = re.compile(
    r"(?:yes|no|nope|yeah|yep|yup|ok|okay|really|wow|haha|lol|thanks|thank|oh|ah|well|hmm|sure|true|right|agreed?|cool|nice|"
    r"i|i'm|im|we)\b",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"(?:(?:please|now|can you|could you|would you|i want you to|you are to|your task is to)[,\s]+)*"
    r"(?:write|draft|compose|summari[sz]e|translate|rewrite|rephrase|paraphrase|shorten|extract|classify|label|convert|"
    r"generate|create|edit|proofread|correct|fix|review|analy[sz]e|evaluate|continue|complete|format|turn|reply|respond)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""["“]([^"“”]{3,100})["”]""")
_TO_YOU = re.compile(r"\b(?:do|did|have|are|were|would|how|what) (?:about )?you\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"(?:(?:and|but|so|ok|okay|hi|hello|hey|please|now|also|can you|could you)[,!.\s]+)*"
    r"(?:explain|describe|tell|list|give|find|name|define|compare|show|look|search|provide|identify|discuss|outline|"
    r"calculate|summari[sz]e|write|translate|answer|help|recommend|suggest)\b",
    re.IGNORECASE,
)
_PERSON = frozenset(word_lists.PERSON.split())
_REFERENCE = frozenset(word_lists.REFERENCE.split())
TASK_WORDS = frozenset(word_lists.TASK_WORDS.split())


@value_class
class Query:
    """``texts``: what to encode, one or two. ``terms``: content stems to weights. ``doubt``: why a low relevance proves
    little here, or None. ``unusable``: why relevance cannot be judged at all, or None."""

    texts: tuple[str, ...]
    kind: QueryKind
    terms: dict[str, float]
    doubt: str | None = None
    unusable: str | None = None


def read_query(subject: Subject) -> Query:
    """The query of an item: its question where a longer prompt holds one, with the user's previous message where the
    question alone does not name its topic."""
    text = _core(subject.last_user_text)
    kind = _kind(text)
    terms = weigh(text, TASK_WORDS)
    quoted = _QUOTED.search(text) if kind == "request" else None
    texts: tuple[str, ...] = (quoted[1], text) if quoted else (text,)
    earlier = _earlier(subject)
    if earlier and _leans_back(text, terms):
        texts = (f"{earlier} {text}", text)
        terms = weigh(texts[0], TASK_WORDS)
    if not terms:
        return Query(texts, kind, terms, unusable="the input names no topic that a passage could be about")
    if not looks_english(text):
        return Query(texts, kind, terms, unusable="the relevance model reads English only")
    return Query(texts, kind, terms, _doubt(text, kind, terms, bool(earlier)))


def _core(text: str) -> str:
    """The question inside a longer prompt; a short input as it is."""
    stripped = text.strip()
    marked = _MARKER.findall(stripped[-20000:])
    if marked:
        return str(marked[-1])[:LONGEST]
    if len(stripped) <= LONGEST:
        return stripped
    asked = [s.text for s in split_sentences(stripped[-4000:]) if s.text.endswith("?")]
    return " ".join(asked[-2:])[:LONGEST] if asked else stripped[:LONGEST]


def _kind(text: str) -> QueryKind:
    if _ASKING.match(text) or (_WH_WORD.search(text) and not text.endswith((".", "!"))):
        return "question"
    if "?" in text and _asks(text):
        return "question"
    if _REQUEST.match(text) or _TASK.match(text):
        return "request"
    finished = text.endswith((".", "!", "?", "…")) or _INNER_END.search(text)
    sentence = text[:1].isupper() and len(tokens(text)) > 8
    return "statement" if finished or sentence or _REMARK.match(text) else "keywords"


def _asks(text: str) -> bool:
    """Whether a question mark stands behind more than a "really?"."""
    asked = " ".join(s.text for s in split_sentences(text) if "?" in s.text[-3:])
    return len(weigh(asked, TASK_WORDS)) >= 2 or len(weigh(text, TASK_WORDS)) <= 3


def _earlier(subject: Subject) -> str:
    """The user's previous message in the conversation, if any."""
    current = subject.last_user_text.strip()
    said = [m.content.strip() for m in subject.item.conversation or () if m.role == "user" and m.content.strip()]
    before = [message for message in said if message != current]
    return before[-1][:LONGEST] if before else ""


def _leans_back(text: str, terms: dict[str, float]) -> bool:
    return len(terms) <= 1 or (len(terms) <= 4 and bool(_REFERENCE.intersection(tokens(text))))


def _doubt(text: str, kind: QueryKind, terms: dict[str, float], has_earlier: bool) -> str | None:
    """Why a low relevance proves little for this query: what it is, then what it leaves out."""
    found = tokens(text)
    if _TASK.match(text):
        return "the input sets a task for the passages rather than a question about them"
    if _REMARK.match(text) or (kind == "statement" and _PERSON.intersection(found)):
        return "the input is a remark, not a question"
    if kind == "statement":
        full = text[:1].isupper() and text.endswith(".") and len(found) >= 8 and len(text) <= LONGEST_STATEMENT
        return None if full else "the input is no question and no full statement"
    if kind == "question" and _TO_YOU.search(text) and _INNER_END.search(text):
        return "the question is part of a conversation"
    if not has_earlier and len(terms) <= 2 and _REFERENCE.intersection(found):
        return "the question refers to something said before"
    fewest = 5 if _REFERENCE.intersection(found) else 3
    if len(terms) <= fewest and max(terms.values()) < rarity(""):
        return "the question has only common words and may refer to something said before"
    content = [word for word in found if word not in STOP_WORDS]
    return "the input is mostly about the task, hardly about a topic" if len(terms) * 3 < len(content) else None
