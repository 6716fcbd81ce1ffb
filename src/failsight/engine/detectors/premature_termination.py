"""A run that stops before there is an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.language.english import output_is_english
from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered
from failsight.engine.subject import Subject
from failsight.engine.text import Sentence
from failsight.engine.tool_use.calls import placed_calls

SUB = "premature_termination"
_LIMIT = Prefiltered(
    r"""agent\sstopped\sdue\sto|GraphRecursionError
    |(?:max(?:imum)?|iteration|recursion|step|turn)s?\s(?:number\sof\s)?(?:iterations?|steps?|turns?|limit)s?
        [^.\n]{0,30}(?:reached|exceeded|hit)
    |(?:reached|exceeded|hit)\s(?:the\s|my\s|its\s)?(?:max(?:imum)?|iteration|recursion|step|turn)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ANNOUNCES = Prefiltered(
    r"""\b(?:i['’]ll|i\swill|i['’]m\sgoing\sto|i\sam\sgoing\sto|let\sme|let['’]s|we\swill|we['’]ll|next,?\si)
        \s(?:now\s|first\s|then\s|just\s|go\sahead\sand\s|quickly\s)*
        (?:check|look|search|find|fetch|retrieve|get\sback|pull|query|run|call|calculate|compute|start|begin|proceed|try
        |verify|gather|open|browse|visit|analy[sz]e|investigate|access|read|review|continue|examine)\b
    |\b(?:please\s(?:wait|hold)|one\smoment|just\sa\s(?:moment|second|minute)|hold\son|stand\sby|working\son\sit
        |give\sme\sa\s(?:moment|minute|second))""",
    re.IGNORECASE | re.VERBOSE,
)
_GIVES_UP = Prefiltered(
    r"""\b(?:i|we)(?:\sam|['’]m|\sare|['’]re)?\s(?:currently\s)?
        (?:unable\sto|cannot|can['’]?t|could\snot|couldn['’]t|was\snot\sable\sto|not\sable\sto)
        \s(?:complete|finish|proceed|continue|solve|fulfill?|carry\sout|determine|find|access|retrieve
        |provide\s(?:an|the|a)\s(?:\w+\s)?answer)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HANDS_OVER = Prefiltered(
    r"""transfer|human\sagent|let\sme\sknow|if\syou(?:['’]d|\swould)?\slike|would\syou|shall\si
    |once\syou|after\syou|as\ssoon\sas\syou""",
    re.IGNORECASE | re.VERBOSE,
)


class PrematureTermination(Detector):
    """The run ends on an announcement, on a step limit, on nothing, or gives up although a tool is left to try.

    Fails: "Let me look that up for you, one moment please." as the final answer, and no call follows.
    Passes: "Your parcel arrives on Friday." after the lookup.
    """

    name = SUB
    version = 2
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        output = subject.item.output
        if not output.strip():
            yield _silent(subject)
            return
        low = lowered(output)
        limit = _LIMIT.search(output[-2000:], low)
        if limit and len(output) < 600:
            yield _fail(subject, 0.92, limit.group(), "The run was stopped by a limit before it was done.")
            return
        last = subject.output_sentences[-1] if subject.output_sentences else Sentence(output, 0, len(output))
        if _announces(output, low, last):
            said = "The run ends on the announcement of a next step that never comes."
            yield _fail(subject, 0.75, last.text, said)
            return
        given_up = _GIVES_UP.search(output, low)
        if given_up:
            yield _gives_up(subject, given_up.group())
        elif not subject.memo(output_is_english):
            yield Finding(SUB, "unsure", 0.3, "Only a judge can tell in this language whether the answer is final.")
        else:
            yield Finding(SUB, "pass", 0.2, "The run ends with an answer or a question to the user.")


def _silent(subject: Subject) -> Finding | NotApplicable:
    """No final text: a failure only where results came back and should have been answered."""
    calls = placed_calls(subject) or ()
    if not any(call.result is not None or call.error for call in calls):
        return NotApplicable(SUB, "no final answer and no tool result is recorded: the run may go on elsewhere")
    call = calls[-1]
    shown = Evidence("step", "the last thing that happened is this call", "tool_calls", call.shown)
    return Finding(SUB, "fail", 0.85, "Tools were called, and then no answer was given.", (shown,))


def _announces(output: str, low: str, last: Sentence) -> bool:
    """The end announces work, and there is little before it that could be the answer."""
    if "?" in last.text or len(output) > 400 or _HANDS_OVER.search(output, low):
        return False
    return bool(_ANNOUNCES.search(last.text, low)) and last.start < 250 and not re.search(r"\d", output[: last.start])


def _gives_up(subject: Subject, quote: str) -> Finding:
    calls = placed_calls(subject) or ()
    untried = [tool.name for tool in subject.item.tools or () if tool.name not in {call.name for call in calls}]
    if calls and untried:
        said = f"The run gives up although {', '.join(untried[:3])} was never tried."
        return _soft(subject, 0.5, quote, said)
    return _soft(subject, 0.5, quote, "The run gives up; only a judge can tell whether more could have been done.")


def _soft(subject: Subject, probability: float, quote: str, said: str) -> Finding:
    return Finding(SUB, "unsure", probability, said, (_quoted(subject, quote),))


def _fail(subject: Subject, probability: float, quote: str, said: str) -> Finding:
    return Finding(SUB, "fail", probability, said, (_quoted(subject, quote),))


def _quoted(subject: Subject, quote: str) -> Evidence:
    start = subject.item.output.rfind(quote)
    steps = len(subject.item.conversation or ())
    details = {"step": steps - 1} if steps else {}
    return Evidence("text", "where the run ends", "output", quote, start, start + len(quote), details=details)
