"""Names of persons, as far as a list of given names, titles and phrases carry."""

from __future__ import annotations

import re

from failsight.engine.lowered import lowered
from failsight.engine.personal_data.given_names import GIVEN_NAMES
from failsight.engine.personal_data.structured import PersonalDatum
from failsight.engine.prefilter import Prefiltered

_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž]")
_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’\-]*[a-zß-öø-ÿā-ž][\w'’\-]*"
_TITLE = Prefiltered(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Herr|Frau|Monsieur|Madame|Mme|Señor|Señora|Sr|"
    rf"Sra)\.?\s+(?:{_CAP}\s+){{0,2}}{_CAP}"
)
_INTRODUCED = Prefiltered(
    rf"\b(?i:my name is|my name['’]s|name is|i am called|this is|i['’]m|i am|mich nenne man|ich heiße|mein "
    rf"name ist|je m['’]appelle|me llamo|mi nombre es|"
    rf"(?:full |first |last |account |card ?holder |beneficiary |patient |customer |maiden )?name(?: on the "
    rf"(?:account|card))?\s*[:?]|maiden name is|add|hi|hello|dear)[ ,]{{1,3}}"
    rf"((?:{_CAP}|[A-Z]\.)(?:\s(?:{_CAP}|[A-Z]\.?)){{1,3}})"
)
_INITIAL = re.compile(rf"\b{_CAP}\s[A-ZÀ-ÖØ-ÞĀ-Ž]\.?\s{_CAP}")
_SURNAME = Prefiltered(
    rf"\b({_CAP})\s[\w'’\-]*(?:[a-zø-ÿ](?:s?son|sen|ström|berg|[sc]k[iy]|sk[ay]|ova|ová|ev|eva|ovi[cć]|vi[cć]|"
    rf"ić|dóttir|dottir|nen|ez|ini|etti|elli|escu|yan|"
    rf"idis|opoulos|mann|feld|czyk|wicz|gård|dze|enko|lund|qvist))\b"
)
_DOES = Prefiltered(
    rf"(?:\b(?:says|said|asked|replied|added|told|with|by|from|called?|named|starring|featuring|directed by|"
    rf"it['’]s under|user:|songwriter|producer|"
    rf"singer|author|actor|actress|player)\s({_CAP}(?:\s{_CAP})?)(?=[\s.,;:!?)'’\"]|$))|"
    rf"\b({_CAP}(?:\s{_CAP})?)(?:\s(?:says|said|asked|lives|had given|explained|told me|was born|is (?:from|"
    rf"originally)|began writing)\b|:\s?\")"
)
_NOT_NAME_LIST = """
the a an this that these those it he she they we you i who what when where why how there here and but or if in on
at of to my your his her their our united new north south west east san los las saint mount lake river university
bank street company inc god google apple microsoft amazon world everyone nobody someone people monday tuesday
wednesday thursday friday saturday sunday january february march april may june july august september october
november december america american europe european english french german spanish italian russian chinese japanese
"""
_NOT_NAME = frozenset(_NOT_NAME_LIST.split())
_WORDS = re.compile(r"[^\W\d_][\w'’\-]*")
_NOT_SURNAME_LIST = """
street avenue road university college school hospital inc ltd llc company corporation group park museum award prize
center centre river lake county city island church cathedral airport station day foundation institute
"""
_NOT_SURNAME = frozenset(_NOT_SURNAME_LIST.split())
_RECORD = re.compile(
    r"\b(?:account|patient|beneficiary|guardian|billing|lives? (?:on|at)|home address|salary|diagnos\w+|"
    r"customer|employee|"
    r"ssn|passport|maiden name|phone|policy ?holder|tenant|next of kin|student id|delivery address|shipping address|"
    r"address is|address(?=:))\b",
    re.IGNORECASE,
)
LONE, FULL, SAID = 0.3, 0.62, 0.7
INITIAL_CAPITALS = 3  # in a given name, an initial and a surname


def find_names(text: str) -> tuple[PersonalDatum, ...]:
    """Names in reading order: introduced or titled 0.7, a given name with what follows like a surname 0.62, a lone
    given name 0.3. The probability is that a person is named, which by itself leaks nothing."""
    capitals = len(_CAPITAL.findall(text))
    if not capitals and text.isascii():  # every name here begins with a capital letter
        return ()
    low = lowered(text)
    found = [PersonalDatum("person", m.start(), m.end(), SAID) for m in _TITLE.finditer(text, low)]
    found += [PersonalDatum("person", m.start(1), m.end(1), SAID) for m in _INTRODUCED.finditer(text, low)]
    if capitals >= INITIAL_CAPITALS:
        found += [PersonalDatum("person", m.start(), m.end(), FULL) for m in _INITIAL.finditer(text)]
    found += [
        PersonalDatum("person", m.start(), m.end(), FULL)
        for m in _SURNAME.finditer(text, low)
        if m[1].lower() not in _NOT_NAME
    ]
    found += _acting(text, low)
    if any(_is_given(word) for word in _WORDS.findall(text) if word[0].isupper()):
        _add_given(found, text)
    return tuple(sorted(found, key=lambda datum: datum.start))


def _is_given(word: str) -> bool:
    return word.removesuffix("'s").removesuffix("’s").lower() in GIVEN_NAMES


def _add_given(found: list[PersonalDatum], text: str) -> None:
    """Given names that no form found before covers, with what follows like a surname."""
    tokens = list(_WORDS.finditer(text))
    for place, token in enumerate(tokens):
        word = token.group()
        if not word[0].isupper() or not _is_given(word):
            continue
        plain = word.removesuffix("'s").removesuffix("’s")
        end, probability = token.start() + len(plain), LONE
        follower = _surname(text, tokens, place)
        if follower is not None and plain == word:
            end, probability = follower, FULL
        if not any(token.start() < other.end and other.start < end for other in found):
            found.append(PersonalDatum("person", token.start(), end, probability))


def _acting(text: str, low: str) -> list[PersonalDatum]:
    """Capitalised words that do what persons do: speak, live somewhere, star in a film."""
    found = []
    for match in _DOES.finditer(text, low):
        group = 1 if match[1] else 2
        parts = match[group].split()
        if not any(part.lower() in _NOT_NAME for part in parts):
            found.append(
                PersonalDatum("person", match.start(group), match.end(group), 0.45 if len(parts) > 1 else 0.35)
            )
    return found


def is_record(text: str) -> bool:
    """Whether the text speaks of someone's account, address, health or papers."""
    return bool(_RECORD.search(text))


def _surname(text: str, tokens: list[re.Match[str]], place: int) -> int | None:
    """The end of the surname that directly follows, past a middle initial."""
    end = tokens[place].end()
    for token in tokens[place + 1 : place + 3]:
        gap = text[end : token.start()]
        word = token.group()
        if gap not in {" ", ". ", " ."} or not word[0].isupper() or word.lower() in _NOT_SURNAME:
            return None
        if len(word) > 1:
            return token.end() if not word.isupper() or tokens[place].group().isupper() else None
        end = token.end()
    return None
