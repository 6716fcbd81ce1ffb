"""An answer that states live facts or somebody's records as if they had been looked up, although no tool was called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from failsight.engine.language.english import output_is_english, request_is_english
from failsight.engine.subject import Subject
from failsight.engine.text import Sentence
from failsight.engine.tool_use.quantities import quantities, stated_numbers
from failsight.engine.tool_use.request import declines
from failsight.engine.tool_use.terms import STOP_WORDS, stem, terms
from failsight.engine.value import value_class
from failsight.model.item import ToolSchema

# What no model knows by itself: it changes by the hour, or it is somebody's own.
_LIVE = re.compile(
    r"\b(?:weather|forecast|temperature|orders?|parcel|package|shipment|shipping|delivery|tracking|balance|account|"
    r"transactions?|invoices?|payments?|subscription|stock|share price|exchange rate|flights?|gate|traffic|"
    r"availability|inventory|appointments?|calendar|meetings?|bookings?|reservations?|inbox|tickets?|refund|status|"
    r"usage|quota|bills?|claims?|consumption|instalments?|installments?|grades?|marks|exam|points|salary|payslip|"
    r"premium|deposit|fines?|loans?|listings?|slots?|seats?|meter readings?|mileage|entitlement)\b"
)
_NOW_OR_MINE = re.compile(
    r"\b(?:now|today|tonight|tomorrow|currently|current|latest|this (?:morning|afternoon|evening|week|month)|my|our|i|"
    r"we|is|are|has|where|when|will|status)\b"
)
_GENERAL = re.compile(
    r"\b(?:usually|typically|generally|normally|often|averages?|in general|how (?:do|does|can|could|to|should)|explain|"
    r"what does|difference|example|imagine|suppose|pretend|write|draft|story|polic(?:y|ies)|define|means?|tend to|"
    r"every|always|would|could|if you)\b"
)
_READS = frozenset(
    ["get", "fetch", "find", "lookup", "look", "check", "search", "query", "read", "retrieve", "list", "track", "show",
     "view", "status", "current", "forecast"]
)  # fmt: skip
_READS_SAID = re.compile(
    r"\s*(?:gets?|fetch\w*|finds?|looks? ?up|checks?|quer(?:y|ies)|reads?|retriev\w+|returns?|tracks?|shows?|current)\b"
)
_STATES = re.compile(
    r"\b(?:is|are|was|were|has|have|been|currently)\b[^.!?\n]{0,25}?\b(shipped|delivered|delayed|out for delivery|"
    r"on (?:its|the) way|in transit|in stock|out of stock|sold out|sunny|cloudy|rain(?:ing|y)|snow(?:ing|y)|clear|"
    r"windy|overcast|foggy|cancelled|canceled|confirmed|refunded|overdue|paid|on time|active|expired|processed|"
    r"approved)\b"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WHEN = re.compile(rf"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})\b")
_LONGEST = 700


@value_class
class Invented:
    """``said`` stands at ``output[start:end]``; ``tool`` would have told it."""

    tool: str
    said: str
    start: int
    end: int


def invented_answer(subject: Subject) -> Invented | None:
    """The first live fact that the answer states and that nothing in the item gave it; None where any doubt is left:
    the request asks about things in general, the answer hedges or declines, or it had something to rest on."""
    item = subject.item
    request, output = subject.last_user_text, item.output
    if item.context or not output.strip() or len(output) > _LONGEST or any(_earlier(subject)):
        return None
    low = request.lower()
    if not _LIVE.search(low) or not _NOW_OR_MINE.search(low) or _GENERAL.search(low):
        return None
    if not (subject.memo(request_is_english) and subject.memo(output_is_english)) or declines(output):
        return None
    tool = _telling_tool(subject, low)
    if tool is None:
        return None
    given = f"{request}\n{item.system_prompt or ''}"
    for sentence in subject.output_sentences:
        found = _specific(sentence, given)
        if found is not None:
            return Invented(tool.name, output[found[0] : found[1]], *found)
    return None


def _earlier(subject: Subject) -> Iterator[bool]:
    """Whether earlier turns may have told it: an answer of the assistant, a call, a result."""
    for message in subject.item.conversation or ():
        yield message.role in ("assistant", "tool") or bool(message.tool_calls)


def _telling_tool(subject: Subject, request: str) -> ToolSchema | None:
    """A tool that reads, and whose name shares the subject of the request."""
    asked = {stem(word) for word in terms(request) if word not in STOP_WORDS and _LIVE.fullmatch(word)}
    for tool in subject.item.tools or ():
        words = terms(tool.name)
        reads = not _READS.isdisjoint(words) or _READS_SAID.match(tool.description.lower())
        about = {stem(word) for word in words} | {stem(word) for word in terms(tool.description[:120])}
        if reads and asked & about:
            return tool
    return None


def _specific(sentence: Sentence, given: str) -> tuple[int, int] | None:
    """A number, a state or a day in a plain statement that what was given does not have."""
    text, low = sentence.text, sentence.text.lower()
    if text.endswith("?") or _GENERAL.search(low):
        return None
    known = stated_numbers(given)
    for number in quantities(text):
        around = text[max(0, number.start - 1) : number.end + 1]
        if number.value not in known and abs(number.value) not in known and not re.search(r"[A-Za-z_#]", around[:1]):
            if text[number.end : number.end + 2] in (". ", ") ") and not text[: number.start].strip():
                continue  # the number of a list item
            return sentence.start + number.start, sentence.start + number.end
    found = _STATES.search(low) or _WHEN.search(low)
    if found is None or len(low) != len(text) or found.group(1) in given.lower():
        return None
    return sentence.start + found.start(), sentence.start + found.end()
