"""Personal data with a form of its own: e-mail, telephone, card, bank account, identity numbers, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

from failsight.engine.lowered import lowered
from failsight.engine.personal_data.checksums import is_card, is_iban, is_public_address, is_ssn, may_be_card
from failsight.engine.prefilter import Prefiltered
from failsight.engine.value import value_class

_FLAGS = re.IGNORECASE
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"(?<![\w.+\-/])[\w.+\-]{1,64}@(?:[\w\-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w@])")
_ROLE = re.compile(
    r"^(?:info|support|help|helpdesk|contact|sales|service|customer\w*|admin|office|hello|team|no-?reply|"
    r"donotreply|press|media|jobs|careers|hr|"
    r"billing|privacy|legal|webmaster|postmaster|enquir\w+|inquir\w+|feedback|security|abuse|orders?|booking|"
    r"reservations?|mail|news\w*|marketing|"
    r"kontakt|empfang|bewerbung|contacto|atencion|care|returns?|refunds?|accounts?|tickets?|events?|community|"
    r"partners?)\b",
    _FLAGS,
)
_SAMPLE = re.compile(
    r"(?:^|[@.])(?:example|sample|test|domain|email|company|yourcompany|your|mydomain|acme|website|yourdomain|"
    r"abc|xyz|foo|bar|placeholder)\w*\.|\.(?:example|test|invalid|localhost|local)$|"
    r"^(?:user|username|name|your\w*|me|you|john\.?doe|jane\.?doe|johndoe|janedoe|jdoe|someone|test\w*|"
    r"firstname\w*|first\.last|abc|xyz|example|recipient|sender)@",
    _FLAGS,
)
_CARD = re.compile(r"(?<![\w.\-/])\d(?:[ \-]?\d){11,18}(?![\w\-]|\.\d)")
_IBAN_START = re.compile(r"\d(?<=[A-Za-z]{2}\d)\d")  # quick: it looks at digits only
_CARD_WORD = re.compile(
    r"\b(?:card|cc|credit|debit|visa|master ?card|amex|maestro|karte|kreditkarte|tarjeta|carte)\b", _FLAGS
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,4})?\b", _FLAGS)
_SSN = re.compile(r"(?<![\w\-.])(\d{3})([\- ])(\d{2})\2(\d{4})(?![\w\-])")
_SSN_WORD = Prefiltered(r"\b(?:ssn|social security|soc\.? sec)", _FLAGS)
_SSN_PLAIN = re.compile(r"(?<!\w)(\d{3})(\d{2})(\d{4})(?!\w)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])")
_PHONE = re.compile(
    r"(?<![\w.,/#$€£\-])(?:\+|00)\d{1,3}[ .\-]?(?:\(0?\d{1,4}\)[ .\-]?)?\d{1,4}(?:[ "
    r".\-]?\d{2,5}){1,4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w|\.\d)|"
    r"(?<![\w.,/#$€£\-+])\(?\d{3}\)?[ .\-]?\d{3}[ .\-]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w|[.,\-]\d)|"
    r"(?<![\w.,/#$€£\-+])\(?0\d{1,5}\)?[ ./\-]?\d{2,4}(?:[ .\-]?\d{2,4}){1,4}(?!\w|[.,\-/]\d)|"
    r"(?<![\w.,/#$€£\-+])(?:\(\d{2,4}\)|\d{2})[ .\-]\d{2,6}(?:[ .\-]\d{2,4}){0,3}(?!\w|[.,:/\-]\d)|"
    r"(?<![\w.,/#$€£\-+])\d{3,4}[ .\-]\d{3,4}(?:[ .\-]\d{2,4}){0,2}(?:\s?x\d{1,6})?(?!\w|[.,\-/]\d)"
)
_PHONE_WORD = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell(?:phone)?|call(?:ed|ing)?|fax|whats ?app|sms|text me|ring|desk|"
    r"answer(?:ing)? at|messages? to|"
    r"(?:registered|contact|my|his|her|their|your)(?: \w+)? number|reach (?:me|him|her|us|them)|registered|"
    r"handy|telefon\w*|mobil|téléphone|teléfono|móvil|dial)\b",
    _FLAGS,
)
_SAMPLE_PHONE = re.compile(r"555|(\d)\1{5,}|1234567|12345|0000|987654|(?<!\d)(?:1[- .]?)?8(?:00|44|55|66|77|88)(?!\d)")
_CRYPTO = Prefiltered(r"\b(?:bc1[ac-hj-np-z02-9]{25,60}|0x[0-9a-fA-F]{40})\b")
_DOCUMENT = Prefiltered(
    r"\b(?:passport|driver['’]?s? licen[cs]e|driving licen[cs]e|licen[cs]e number|id card|national id|nhs "
    r"number|national insurance|tax id|"
    r"ausweis\w*|reisepass\w*|steuer-?id\w*|dni|nie|curp|cpf|aadhaar|pan card|medicare number|account number|"
    r"acct|routing number|kontonummer)\b(?:\W+(?:number|no|nr|is|num)\b)*[\W_]{0,4}"
    r"((?=[A-Z0-9\- ]*\d{3})[A-Z0-9][A-Z0-9\-]{5,19})\b",
    _FLAGS,
)
_BIRTH = Prefiltered(
    r"\b(?:date of birth|dob|born on|birth ?date|geburtsdatum|geboren am|né[e]? le|fecha de nacimiento)\b[^\d\n]{0,12}"
    r"(\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}|\d{1,2}\.? \w{3,9},? \d{4}|\w{3,9} \d{1,2},? \d{4})",
    _FLAGS,
)
_STREET = re.compile(
    r"(?<![\w.])(?:\d{1,5}[A-Za-z]?,? (?:[\w.'’]+ ){1,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|"
    r"boulevard|blvd|court|ct|place|pl|way|terrace|close|crescent|square|parkway|highway|hwy|suite|apt|rapids|"
    r"street)\b\.?|"
    r"[A-ZÄÖÜ][\w\-äöüß]*(?:straße|strasse|str\.|gasse|weg|platz|allee|gata|gatan|veien|vej|gade|straat|"
    r"laan)\s\d{1,4}[a-z]?\b|"
    r"\b(?:calle|avenida|rue|via|ul\.|rua|av\.?|plaza|piazza)\s(?:[\w.'’]+\s){1,4}\d{1,5}\b|\d{1,5},? (?:rue|"
    r"bis rue|avenue|boulevard) (?:[\w'’]+ ?){1,4}|"
    r"\b(?:apt|apartment|suite|unit|flat)\.? ?#?\d{1,5}\b|\bp\.? ?o\.? box \d+)",
    _FLAGS,
)
_STREET_WORD = Prefiltered(
    r"\b(?:st|ave|rd|ln|dr|blvd|ct|pl|hwy|street|avenue|road|lane|drive|boulevard|court|place|way|terrace|"
    r"close|crescent|square|"
    r"parkway|highway|suite|apt|apartment|unit|flat|rapids|calle|avenida|rue|via|ul|rua|av|plaza|piazza|box)\b|"
    r"(?:straße|strasse|str\.|gasse|weg|platz|allee|gata|gatan|veien|vej|gade|straat|laan)\s\d"
)
_GATE = re.compile(r"\d{3}|@|\d\.\d|0x|bc1|\d [A-Za-z]|[a-zß.] \d", _FLAGS)


@value_class
class PersonalDatum:
    """``probability`` that this is a person's datum; kinds: email, phone, card, iban, ssn, ip, document, crypto
    (structured), address and birth (weaker by themselves). ``text[start:end]`` is it."""

    kind: str
    start: int
    end: int
    probability: float


STRUCTURED = frozenset(["email", "phone", "card", "iban", "ssn", "ip", "document", "crypto"])


def find_structured(text: str) -> tuple[PersonalDatum, ...]:
    """All of them in reading order, stronger kinds first where they overlap."""
    if not _GATE.search(text):
        return ()
    digits = len(_DIGIT.findall(text))
    found: list[PersonalDatum] = []
    for least, search in _SEARCHES:
        for datum in search(text) if digits >= least else ():
            if not any(datum.start < other.end and other.start < datum.end for other in found):
                found.append(datum)
    return tuple(sorted(found, key=lambda datum: datum.start))


def _near(pattern: re.Pattern[str], text: str, start: int, end: int, reach: int = 45) -> bool:
    return bool(pattern.search(text, max(0, start - reach), min(len(text), end + reach // 2)))


def _emails(text: str) -> list[PersonalDatum]:
    found = []
    for match in _EMAIL.finditer(text) if "@" in text else ():
        address = match.group()
        local = address.split("@")[0]
        probability = 0.15 if _SAMPLE.search(address) else 0.35 if _ROLE.match(local) else 0.92
        found.append(PersonalDatum("email", match.start(), match.end(), probability))
    return found


def _accounts(text: str) -> list[PersonalDatum]:
    found = []
    for match in _IBAN.finditer(text) if _IBAN_START.search(text) else ():
        value = match.group()
        while value and not is_iban(value) and " " in value:
            value = value.rpartition(" ")[0]
        if is_iban(value):
            found.append(PersonalDatum("iban", match.start(), match.start() + len(value), 0.95))
    return found


def _cards(text: str) -> list[PersonalDatum]:
    found = []
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        beside = _near(_CARD_WORD, text, match.start(), match.end(), 60)
        if is_card(digits):
            found.append(PersonalDatum("card", match.start(), match.end(), 0.95 if beside else 0.75))
        elif beside and may_be_card(digits):
            found.append(PersonalDatum("card", match.start(), match.end(), 0.85))
    return found


def _wallets(text: str) -> list[PersonalDatum]:
    return [PersonalDatum("crypto", m.start(), m.end(), 0.55) for m in _CRYPTO.finditer(text, lowered(text))]


def _social_security(text: str) -> list[PersonalDatum]:
    found = []
    for match in _SSN.finditer(text):
        if is_ssn(match[1], match[3], match[4]):
            beside = _near(_SSN_WORD.pattern, text, match.start(), match.end())
            found.append(PersonalDatum("ssn", match.start(), match.end(), 0.95 if beside else 0.8))
    if _SSN_WORD.search(text, lowered(text)):
        for match in _SSN_PLAIN.finditer(text):
            if is_ssn(match[1], match[2], match[3]) and _near(_SSN_WORD.pattern, text, match.start(), match.end()):
                found.append(PersonalDatum("ssn", match.start(), match.end(), 0.85))
    return found


def _documents(text: str) -> list[PersonalDatum]:
    found = []
    for match in _DOCUMENT.finditer(text, lowered(text)):
        value = match[1]
        sample = bool(re.search(r"(\d)\1{4}|12345|xxxx", value, _FLAGS))
        found.append(PersonalDatum("document", match.start(1), match.end(1), 0.3 if sample else 0.75))
    return found


def _lines(text: str) -> list[PersonalDatum]:
    found = []
    for match in _IPV4.finditer(text) if text.count(".") >= 3 else ():
        before = text[max(0, match.start() - 14) : match.start()].lower()
        if is_public_address(match.group()) and not re.search(r"version|\bv\.?\s?$|release|section|chapter", before):
            found.append(PersonalDatum("ip", match.start(), match.end(), 0.62))
    if text.count(":") >= 3:
        found += [
            PersonalDatum("ip", m.start(), m.end(), 0.62) for m in _IPV6.finditer(text) if is_public_address(m.group())
        ]
    return found


def _phones(text: str) -> list[PersonalDatum]:
    found = []
    for match in _PHONE.finditer(text):
        value = match.group()
        digits = re.sub(r"\D", "", value)
        if not 7 <= len(digits) <= 15 or _SAMPLE_PHONE.search(value):
            continue
        beside = _near(_PHONE_WORD, text, match.start(), match.end())
        shaped = value.startswith(("+", "(")) or bool(re.fullmatch(r"\d{3}[ .\-]\d{3}[ .\-]\d{4}(?:\s?x\d+)?", value))
        year_like = bool(re.fullmatch(r"(?:1[5-9]|20)\d\d[ .\-](?:1[5-9]|20)?\d\d(?:[ .\-]\d\d?)?", value))
        if year_like or not (beside or (shaped and len(digits) >= 9)):
            continue
        found.append(PersonalDatum("phone", match.start(), match.end(), 0.88 if beside and shaped else 0.75))
    return found


def _places(text: str) -> list[PersonalDatum]:
    low = lowered(text)
    streets = _STREET.finditer(text) if _STREET_WORD.search(low) else ()
    found = [PersonalDatum("address", m.start(), m.end(), 0.4) for m in streets]
    return found + [PersonalDatum("birth", m.start(1), m.end(1), 0.4) for m in _BIRTH.finditer(text, low)]


_SEARCHES: tuple[tuple[int, Callable[[str], list[PersonalDatum]]], ...] = (
    (0, _emails),
    (2, _accounts),
    (12, _cards),
    (1, _wallets),
    (9, _social_security),
    (3, _documents),
    (0, _lines),
    (7, _phones),
    (0, _places),
)  # each with the digits that a find has at least
