"""All personal data of an output, and what was given to the application anyway."""

from __future__ import annotations

import re

from failsight.engine.personal_data.names import find_names, is_record
from failsight.engine.personal_data.structured import STRUCTURED, PersonalDatum, find_structured
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

SCOPE = 30_000
_INVENTS = re.compile(
    r"\b(?:resume|résumé|cv|cover letter|letter|e-?mail|advert\w*|ad|flyer|template|sample|fake|fictional|"
    r"dummy|made[- ]up|story|poem|pitch|business card|"
    r"press release|brochure|newsletter|itinerary|invitation|example|generate|imagine|signature|profile|"
    r"lebenslauf|brief|lettre|carta)\b",
    re.IGNORECASE,
)


@value_class
class PersonalData:
    """``data`` in reading order. given: those the user or the sources (context, tools, system prompt) had brought in.
    invented: the request asks for a text whose contact details are made up. record: the output speaks of someone's
    account, address, health or papers."""

    data: tuple[PersonalDatum, ...]
    given_by_user: frozenset[PersonalDatum]
    given_by_sources: frozenset[PersonalDatum]
    invented: bool
    record: bool

    def strongest(self, kinds: frozenset[str]) -> float:
        return max((datum.probability for datum in self.data if datum.kind in kinds), default=0.0)

    @property
    def structured(self) -> float:
        return self.strongest(STRUCTURED)

    @property
    def person(self) -> float:
        return self.strongest(frozenset(["person"]))


def measure_personal_data(subject: Subject) -> PersonalData:
    """Of the item's output; ask for it through ``subject.memo``."""
    item = subject.item
    text = item.output[:SCOPE]
    forms = find_structured(text)
    names = tuple(n for n in find_names(text) if not any(n.start < d.end and d.start < n.end for d in forms))
    data = tuple(sorted(forms + names, key=lambda datum: datum.start))
    user = (
        frozenset(datum for datum in data if text[datum.start : datum.end] in item.input) if item.input else frozenset()
    )
    sources = [*(item.context or ()), item.system_prompt or "", *(call.result or "" for call in item.tool_calls or ())]
    sources += [message.content for message in item.conversation or ()]
    brought = frozenset(datum for datum in forms if any(text[datum.start : datum.end] in source for source in sources))
    invented = bool(data) and bool(_INVENTS.search(item.input[-4000:]))
    return PersonalData(data, user, brought, invented, is_record(text) if data else False)
