"""The language of the output."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.language.identify import LANGUAGES, identify, is_written_in, language_of_a_question

_NAMES = "|".join(sorted(LANGUAGES, key=len, reverse=True))
_ASK = re.compile(
    rf"\b(?:(?:in|use|using|to be in|into)\s+(?:only\s+|just\s+|entirely\s+|the\s+|fluent\s+|"
    rf"simple\s+|plain\s+|"
    rf"only the\s+)*(?P<in>{_NAMES})\b(?:\s+language)?(?P<only>\s*,?\s*(?:only|"
    rf"no other language))?|"
    rf"\b(?:write|compose|create|give me)\s+an?\s+(?:\w+\s+)?(?P<a>{_NAMES})\s+(?:poem|essay|"
    rf"story|letter|email|haiku|song|text|summary)\b|only\s+(?:the\s+)?(?P<just>{_NAMES})\b)",
    re.I,
)
_RESPOND = re.compile(
    r"\b(?:answer|respond|response|reply|write|explain|output|entire|entirely|completely|only|"
    r"should be|must be|use|rewrite|tell|give|compose|create|describe|speak|summari[sz]e|"
    r"antworte|schreibe|conversation)\b",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:translat\w*|word for|called|known as|means?|meaning|name of|phrases?|words?|"
    r"pronounc\w*|say|taught|studied|fluent|speaker|originally|written in|published|movie|"
    r"film|book in|course|"
    r"teach|learn|class|title|names?|sentences?|grammar|terms?|comments|dialogue in|not)\b[^,.;]{0,60}\Z",
    re.I,
)


_USER = (
    r"(?:users?|customers?|clients?|citizens?|guests?|visitors?|callers?|patients?|members?|students?|persons?|people|"
    r"questions?|quer(?:y|ies)|messages?|inputs?|requests?|e-?mails?|senders?|tenants?|employees?|they|you are)"
)
_SAME = re.compile(
    r"\b(?:answer\w*|respon[ds]\w*|repl(?:y|ies)|writ\w+|speak\w*|communicat\w*|us(?:e|ing)|output|match|mirror|"
    r"talk|stay|antwort\w*|schreib\w*)\b[^.;\n]{0,40}?"
    rf"(?:\b(?:the|whatever|whichever|same) language (?:of|used by|in which|that|spoken by|chosen by)?\s*"
    rf"(?:the |their |your |a )?(?:\w+ )?{_USER}\b|"
    rf"\b{_USER}['’]s?\s+(?:own |native )?language\b|\bthe same language\b|\b(?:his|her|their) (?:own )?language\b|"
    r"\bsprache (?:der|des|von)\b|\bderselben sprache\b|\bgleichen sprache\b)",
    re.I,
)
LONGEST = 400
_MATERIAL = re.compile(r"\n|[:\"“„«]\s*\S.{60}")
_SPEAKS_OF_LANGUAGES = re.compile(
    rf"\b(?:translat\w*|übersetz\w*|tradu\w*|language|sprache|langue|idioma|lingua|{_NAMES}|"
    r"allemand|anglais|espa[nñ]ol|inglés|alemán|tedesco|inglese|francese)\b",
    re.I,
)


class ResponseLanguage(InstructionFamily):
    """ "answer in French", "your entire response should be in Hindi"."""

    name = "response_language"
    subcategory = "task_not_followed"
    clues = tuple(LANGUAGES)
    reliability = 0.95

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _ASK.finditer(prompt.masked):
            start, end = prompt.clause(match.start())
            if not _RESPOND.search(prompt.masked[start:end]) or not prompt.demands(match.start()):
                continue
            if _OTHER.search(prompt.before(match.start())) or re.match(
                r"\s*(?:class|course|test|exam|literature|history|grammar|proverb|word|food|cuisine|"
                r"and then|translation)",
                prompt.masked[match.end() :][:20],
                re.I,
            ):
                continue
            language = LANGUAGES[(match["in"] or match["a"] or match["just"]).lower()]
            yield self.instruction(prompt, (start, end), f"the answer in {language}", mode=language)
            return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        seen = identify(answer.text)
        return CheckResult(is_written_in(answer.text, instruction.mode), f"it reads as {seen or 'an unknown language'}")


class UsersLanguage(InstructionFamily):
    """ "answer in the language of the customer", "reply in the same language": of a system prompt, and told from what
    the user wrote. Nothing is read where that language is not clear, or the user speaks of languages or hands over a
    text."""

    name = "users_language"
    of_the_whole = True
    subcategory = "task_not_followed"
    clues = ("language", "sprache")
    reliability = 0.93

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        asked = prompt.asked.strip()
        if not asked or len(asked) > LONGEST or _MATERIAL.search(asked) or _SPEAKS_OF_LANGUAGES.search(asked):
            return
        for match in _SAME.finditer(prompt.masked):
            spoken = language_of_a_question(asked) if prompt.demands(match.start()) else None
            if spoken is not None:
                wording = f"the answer in the user's language, {spoken}"
                yield self.instruction(prompt, prompt.clause(match.start()), wording, mode=spoken)
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        seen = identify(answer.text)
        written = is_written_in(answer.text, instruction.mode)
        return CheckResult(written is not False, f"it reads as {seen or 'an unknown language'}")
