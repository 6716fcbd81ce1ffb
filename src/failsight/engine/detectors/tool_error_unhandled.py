"""Tool failures that the answer hides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.language.english import output_is_english
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls
from failsight.engine.tool_use.outcome import Outcome, outcome

SUB = "tool_error_unhandled"
_ADMITS = re.compile(
    r"""\b(?:errors?|fail(?:ed|s|ure|ing)?|unable|could\s?n[o'’]t|could\snot|can(?:no|['’])t|can\snot|did\s?n['’]?t|did\snot|does\s?n['’]t
    |was\s?n['’]t|is\s?n['’]t|were\s?n['’]t|are\s?n['’]t|won['’]t|no\s(?:\w+\s){0,4}(?:found|available|results?|match\w*|records?|data|information)
    |not\s(?:\w+\s){0,3}(?:found|available|able|possible|exist|find|complete\w*|work\w*|go|success\w*|valid|recogni[sz]ed)
    |unavailable|problems?|issues?|trouble|difficult\w*|unfortunately|sorry|apologi[sz]e|try\sagain|retry|timed?\s?-?out|denied|invalid|unsuccessful
    |missing|without\ssuccess|instead|no\s(?:\w+\s)?(?:such|matching|longer)|none\sof|nothing|transfer\w*|escalat\w*|down|outage|not\sfound
    |fehler\w*|leider|nicht|kein\w*|erreur|impossible|d[ée]sol[ée]|pas|aucun\w*|error|lo\ssiento|no\spud\w*|no\sse|fall[óo]|erro|n[ãa]o|fout|niet|errore|purtroppo|non)\b
    |失败|错误|抱歉|无法|没有|未能|エラー|失敗|できません|오류|실패|없""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAIMS = re.compile(
    r"""\b(?:success\w*|done\b|complet(?:e|ed)|confirmed|booked|scheduled|sent|created|updated|cancel+ed|ordered|purchased|saved|deleted|added|removed
    |transferred|submitted|processed|activated|set\sup|all\sset|here\s(?:is|are|['’]s)|is\snow|has\sbeen|have\sbeen|(?:it|there)['’]?s?\s(?:is\s)?(?:currently|\d)
    |i['’]ve|i\shave\s\w+ed)\b|\d""",
    re.IGNORECASE | re.VERBOSE,
)


class ToolErrorUnhandled(Detector):
    """A tool reported a failure, nothing made up for it, and the answer speaks as if all had gone well.

    Fails: the result of ``book_table`` is ``{"status": "error"}``; the answer: "Your table is booked for 7 pm."
    Passes: the same result; the answer: "The booking failed, shall I try another time?"
    """

    name = SUB
    version = 2
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject) or ()
        outcomes = [outcome(call) for call in calls]
        if all(found.kind == "unknown" for found in outcomes):
            yield NotApplicable(SUB, "no result of a tool call is recorded")
            return
        open_failures = _unrecovered(calls, outcomes)
        if not open_failures:
            failed = sum(found.kind == "failed" for found in outcomes)
            said = f"{failed} failed calls were made up for by later ones." if failed else "No tool reported a failure."
            yield Finding(SUB, "pass", 0.08 if failed else 0.02, said)
            return
        yield _judge(subject, calls, outcomes, open_failures)


def _unrecovered(calls: tuple[PlacedCall, ...], outcomes: list[Outcome]) -> list[int]:
    """Failed calls after which the same tool never succeeded."""
    last_good = {call.name: place for place, call in enumerate(calls) if outcomes[place].kind in ("ok", "empty")}
    return [p for p, o in enumerate(outcomes) if o.kind == "failed" and last_good.get(calls[p].name, -1) < p]


def _judge(
    subject: Subject, calls: tuple[PlacedCall, ...], outcomes: list[Outcome], open_failures: list[int]
) -> Finding:
    output, place = subject.item.output, open_failures[-1]
    call, reason = calls[place], outcomes[place].reason
    admits = _ADMITS.search(output)
    if admits:
        return Finding(SUB, "pass", 0.1, f"{call.name} failed and the answer says so ({admits.group()!r}).")
    at_end = not any(found.kind == "ok" for found in outcomes[place + 1 :])
    claim = _CLAIMS.search(output)
    shown = Evidence("tool_result", f"{call.name} failed: {reason}", "tool_calls", call.shown)
    if not subject.memo(output_is_english):
        said = f"{call.name} failed and the answer seems not to say so; only a judge can tell in this language."
        return Finding(SUB, "unsure", 0.5, said, (shown,))
    if at_end and claim:
        quote = Evidence("text", "the answer speaks of success", "output", claim.group(), claim.start(), claim.end())
        said = f"{call.name} failed ({reason}), no later call made up for it, and the answer does not mention it."
        return Finding(SUB, "fail", 0.85, said, (shown, quote), extent=len(open_failures) / len(calls))
    said = f"{call.name} failed and the answer does not mention it; later calls or its vague wording may explain that."
    return Finding(SUB, "unsure", 0.45, said, (shown,))
