"""The families of verifiable instructions. A new one is one class and one line here."""

from __future__ import annotations

from failsight.engine.instructions.families.characters import ForbiddenCharacters
from failsight.engine.instructions.families.formats import RequestedFormat
from failsight.engine.instructions.families.framing import (
    EndPhrase,
    OneOfOptions,
    Postscript,
    QuotedWhole,
    RepeatRequest,
    StartPhrase,
)
from failsight.engine.instructions.families.headings import RequiredHeadings
from failsight.engine.instructions.families.items import ComparedCriteria, ItemCount, NumberedQuestions
from failsight.engine.instructions.families.keywords import ForbiddenWords, RequiredWords, WordFrequency
from failsight.engine.instructions.families.layout import AngledTitle, BulletPoints, Highlights, Placeholders
from failsight.engine.instructions.families.length import CharacterCount, SentenceCount, WordCount
from failsight.engine.instructions.families.letter_case import LetterCase
from failsight.engine.instructions.families.letters import CapitalWords, LetterFrequency
from failsight.engine.instructions.families.parts import (
    DividedParts,
    MarkedSections,
    ParagraphCount,
    ParagraphStart,
    Versions,
)
from failsight.engine.instructions.families.response_language import ResponseLanguage, UsersLanguage
from failsight.engine.instructions.instruction import InstructionFamily
from failsight.registry import Registry

FAMILIES: Registry[InstructionFamily] = Registry(
    "instruction family",
    (
        WordCount(),
        SentenceCount(),
        CharacterCount(),
        ParagraphCount(),
        ParagraphStart(),
        DividedParts(),
        MarkedSections(),
        Versions(),
        BulletPoints(),
        Highlights(),
        Placeholders(),
        AngledTitle(),
        RequestedFormat(),
        RequiredHeadings(),
        LetterCase(),
        CapitalWords(),
        ForbiddenCharacters(),
        LetterFrequency(),
        RequiredWords(),
        ForbiddenWords(),
        WordFrequency(),
        ResponseLanguage(),
        UsersLanguage(),
        StartPhrase(),
        EndPhrase(),
        QuotedWhole(),
        Postscript(),
        OneOfOptions(),
        RepeatRequest(),
        ItemCount(),
        NumberedQuestions(),
        ComparedCriteria(),
    ),
)
