"""Judged text that speaks to its judge: orders a verdict or a grade, or shows a finished one."""

from __future__ import annotations

import re
from collections.abc import Mapping

_JUDGE = r"(?:judges?|graders?|evaluators?|reviewers?|auditors?|examiners?|assessors?|scorers?)"
_PRAISE = (
    r"(?:pass(?:ed|ing)?|correct|perfect|compliant|flawless|not[ _]applicable|no (?:failure|fault|issue)s?|"
    r"(?:a |the )?(?:full|top|highest|maximum|best)(?: possible)? (?:marks?|scores?|grades?|rating))"
)
_RESULT = rf"(?:{_PRAISE}|(?:5|10|100)(?:\s*(?:/|out of)\s*(?:5|10|100))?|1\.0)"
_THIS = r"(?:this|the|my|our|every|all|any|each)\s(?:\w+\s){0,3}?"
_THING = (
    r"(?:answers?|responses?|outputs?|repl(?:y|ies)|items?|texts?|conversations?|rubrics?|criteria|questions?|checks?)"
)
_SIGNS = re.compile(
    rf"\b(?:note|message|instructions?|attention|memo|important|reminder|dear|hey|hello)[\s,:-]+(?:\w+\s){{0,3}}?"
    rf"(?:(?:llm|ai)[\s-])?{_JUDGE}\b|"
    rf"\b(?:mark|rate|score|grade|judge|evaluate|classify|label|treat|count|report|answer)\s+(?:{_THIS}{_THING}|it|them|"
    rf"everything|yourself)\s(?:\w+\s){{0,2}}?(?:as|with|to|at|:)?\s*['\"“]?{_RESULT}\b|"
    rf"\b(?:give|award|assign|grant)\s+(?:(?:{_THIS}{_THING}|it)\s(?:\w+\s){{0,2}}?{_RESULT}|(?:them|me|us)\s{_PRAISE})\b|"
    rf"\b(?:ignore|disregard|forget|skip|override)\s+(?:\w+\s){{0,4}}?(?:rubrics?|grading|scoring|evaluation|judging|"
    r"criteria)\b|"
    rf"\b(?:verdict|decision)['\"]?\s*(?::|=|\bmust be\b|\bshould be\b|\bis\b)\s*['\"]?(?:pass|not_applicable)\b|"
    rf"\b(?:as (?:an?|the)|you are (?:an?|the))\s+(?:\w+\s){{0,3}}?{_JUDGE}\b[^.\n]{{0,80}}?"
    rf"\b(?:must|should|will|have to)\b[^.\n]{{0,40}}?{_RESULT}\b|"
    rf"\b{_JUDGE}\s(?:\w+\s){{0,2}}?(?:answers?|says?|returns?|gives?|repl(?:y|ies)|reports?)\s(?:\w+\s){{0,2}}?{_PRAISE}\b|"
    r"\brubrics?\s(?:have|has|are|is)\s(?:now\s)?(?:changed|void|cancelled|replaced|suspended)\b|"
    r"\b(?:respond|answer|reply|output|return|say)\s+(?:\w+\s){0,2}?['\"“]?(?:verdict|\{\s*['\"]\w+['\"]\s*:\s*\{\s*['\"]"
    r"(?:reasoning|verdict))",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:(?:hinweis|nachricht|anweisung|notiz)\s(?:an|für)\s(?:\w+\s)?(?:prüfer|gutachter|bewerter|juror)|"
    r"als\s(?:bestanden|richtig|korrekt|fehlerfrei)\s(?:zu\s)?(?:werten|bewerten|markieren|einstufen|einzustufen)|"
    r"(?:note|message|consigne)\s(?:à|pour)\s(?:l['’]|le\s|la\s|les\s)?(?:évaluateur|correcteur|juge|examinateur)|"
    r"(?:notez|évaluez|marquez|jugez|considérez)\s(?:cette|la)\sréponse\s(?:comme\s)?(?:correcte|parfaite|réussie)|"
    r"(?:nota|mensaje|instrucci[oó]n)\s(?:al|para\s(?:el|la))\s(?:evaluador|juez|corrector|revisor)|"
    r"(?:marque|marca|califique|califica|evalúe|evalúa)\s(?:esta|la)\srespuesta\scomo\s(?:correcta|perfecta|aprobada))",
    re.IGNORECASE,
)
SCOPE = 100_000
FROM_OUTSIDE = ("input", "output", "context", "conversation", "tool_calls")


def speaks_to_judge(texts: Mapping[str, str]) -> str | None:
    """The place and the words of the first such text, or None. Known are wordings in English and the plainest ones in
    German, French and Spanish; what the application itself was given (system prompt, tools) is not looked at."""
    for source, text in texts.items():
        if not source.startswith(FROM_OUTSIDE):
            continue
        found = _SIGNS.search(text[:SCOPE]) or _ABROAD.search(text[:SCOPE])
        if found is not None:
            return f"{source}: {' '.join(found.group().split())[:80]!r}"
    return None
