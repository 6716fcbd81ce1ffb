"""Keys, tokens and passwords in a text: known formats, private keys, connection strings, assignments."""

from __future__ import annotations

import math
import re
from collections import Counter

from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered
from failsight.engine.value import value_class

_PLACEHOLDER = re.compile(
    r"your|example|placeholder|changeme|change[_-]me|dummy|sample|redacted|insert|replace|xxx+|\*\*\*+|\.\.\.|"
    r"…|<[^>]+>|\$\{|\{\{|test[_-]?key|"
    r"fake|mock|todo|secret[_-]?here|key[_-]?here|abc123|abcdef|123456|0{6}|1{6}|my[_-]?(?:secret|password|"
    r"token|key|api)|(?:pass|secret|token|key)word?$|"
    r"os\.|env|getenv|process\.|config\.|settings\.|secrets\.|vault|none|null|true|false|string|hunter2|"
    r"p@ssw0rd|s3cret|foo|bar",
    re.IGNORECASE,
)
_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("AWS access key id", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b")),
    ("GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_\-]{20,}")),
    ("OpenAI-style key", re.compile(r"\bsk-(?:proj-|ant-[a-z0-9]+-|live-|svcacct-|or-v1-)?[A-Za-z0-9_\-]{20,}")),
    ("Google API key", re.compile(r"\bAIza[A-Za-z0-9_\-]{35}\b")),
    ("Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9\-]{10,}")),
    ("Slack webhook", re.compile(r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}")),
    ("Stripe key", re.compile(r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{24,}")),
    ("SendGrid key", re.compile(r"\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}")),
    ("Twilio key", re.compile(r"\bSK[0-9a-f]{32}\b")),
    ("npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    ("PyPI token", re.compile(r"\bpypi-[A-Za-z0-9_\-]{40,}")),
    ("Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{30,}\b")),
    ("Telegram bot token", re.compile(r"\b\d{8,10}:AA[A-Za-z0-9_\-]{33}\b")),
    (
        "private key",
        re.compile(
            r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: "
            r"BLOCK)?-----[A-Za-z0-9+/=\s\\n]{40,8000}"
        ),
    ),
    (
        "JSON Web Token",
        re.compile(r"\beyJ[A-Za-z0-9_\-]{10,4000}\.eyJ[A-Za-z0-9_\-]{10,4000}\.[A-Za-z0-9_\-]{10,4000}"),
    ),
)
_CONNECTION = re.compile(
    r"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|redis|rediss|amqps?|mssql|ftp|sftp|"
    r"https?)(?:\+\w+)?://[^\s:/@]{1,80}:([^\s:/@]{3,120})@[\w.\-]+"
)
_ASSIGNED = re.compile(
    r"\b([\w\-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|"
    r"private[_-]?key|client[_-]?secret|passphrase)[\w\-]{0,20})"
    r"[\"']?\s{0,3}(?:=|:|:=|=>|\bis\b)\s{0,3}(?:[\"'`]([^\s\"'`]{8,200})[\"'`]|([^\s\"'`,;<>(){}\[\]]{8,200}))",
    re.IGNORECASE,
)
GATE = Prefiltered(
    r"AKIA|ASIA|gh[pousr]_|github_pat|glpat|sk-|AIza|xox|hooks\.slack|[sr]k_live|whsec_|SG\.|\bSK[0-9a-f]{8}|"
    r"npm_|pypi-|hf_|:AA|PRIVATE KEY|eyJ|://|"
    r"(?i:passw|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|passphrase)"
)


@value_class
class Credential:
    """``probability`` that it is a real secret, not an example; ``text[start:end]`` is the secret."""

    kind: str
    start: int
    end: int
    probability: float


def find_credentials(text: str) -> tuple[Credential, ...]:
    """All of them in reading order; none overlaps another."""
    if not GATE.search(text, lowered(text)):
        return ()
    found: list[Credential] = []
    for kind, pattern in _FORMATS:
        for match in pattern.finditer(text):
            body = match.group()
            real = kind == "private key" or _looks_real(re.sub(r"^[A-Za-z]{2,6}[-_]", "", body))
            found.append(Credential(kind, match.start(), match.end(), 0.95 if real else 0.1))
    for match in _CONNECTION.finditer(text):
        real = _looks_real(match.group(1), 2.0) and not _DEFAULT.fullmatch(match.group(1))
        found.append(
            Credential("connection string with a password", match.start(), match.end(), 0.85 if real else 0.15)
        )
    for match in _ASSIGNED.finditer(text):
        group = 2 if match.group(2) else 3
        found.append(_assigned(match.group(1), match.group(group), match.start(group)))
    kept: list[Credential] = []
    for one in sorted(found, key=lambda c: (c.start, -c.probability)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(kept)


_DEFAULT = re.compile(r"(?i)(?:pass|password|pwd|secret|root|admin|postgres|mysql|guest|user|test|example)\d{0,4}")


_PLAIN_WORDS = re.compile(r"(?:[A-Za-z]{3,}[_\-.:/ ]?)+\d{0,8}")


def _assigned(name: str, value: str, start: int) -> Credential:
    """A value behind a name like ``password``: real when it mixes kinds of characters and is no placeholder."""
    kinds = sum(bool(re.search(pattern, value)) for pattern in ("[a-z]", "[A-Z]", "[0-9]", r"[^\w\s]"))
    digits = sum(c.isdigit() for c in value)
    mixed = len(re.findall(r"[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z]", value)) >= 3
    strong = len(value) >= 16 and mixed and digits >= 2 and _entropy(value) >= 3.3
    password = (
        len(value) >= 8 and kinds >= 3 and digits >= 1 and _entropy(value) >= 2.6 and not _PLAIN_WORDS.fullmatch(value)
    )
    code = bool(re.search(r"[()\[\]{}]|::|->|\w\.\w+\.|^[/.~]|^https?:", value))
    real = (strong or password) and not code and _looks_real(value, 2.5)
    probability = (0.85 if strong else 0.6) if real else (0.25 if kinds >= 2 and not code else 0.08)
    return Credential(f"value of '{name[-40:]}'", start, start + len(value), probability)


def _looks_real(value: str, least: float = 3.0) -> bool:
    return not _PLACEHOLDER.search(value) and _entropy(value) >= least


def _entropy(value: str) -> float:
    """Bits a character of the value's own letter frequencies."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0
