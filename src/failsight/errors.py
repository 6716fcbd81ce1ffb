"""Every error Failsight raises on purpose, as one tree.

    FailsightError                 status 500   exit 3
    ├── InvalidInput               status 400   exit 2
    │   ├── InvalidItem            status 400   exit 3
    │   ├── UnknownName            status 400   exit 2
    │   ├── UnreadableFile         status 400   exit 3
    │   ├── InvalidTaxonomy        status 400   exit 2
    │   ├── ItemTooSlow            status 422   exit 3
    │   ├── DatasetTooLarge        status 400   exit 2
    │   └── NotFound               status 404   exit 2
    │       └── TraceNotFound      status 404   exit 2
    ├── InvalidSetting             status 500   exit 2
    ├── CannotListen               status 500   exit 2
    ├── MissingPart                status 500   exit 3
    │   ├── ModelMissing
    │   └── ExtraMissing
    ├── NotAuthenticated           status 401   exit 2
    ├── TooManyRequests            status 429   exit 3
    ├── DatabaseNotReady           status 503   exit 3
    ├── Unavailable                status 503   exit 3
    ├── NotAvailable               status 501   exit 3
    ├── ServerFault                status 500   exit 3
    ├── JudgeRefused               status 400   exit 3
    └── Unreachable                status 500   exit 3

The docstring of a class is its message; the constructor fills the braces. A message says what was wrong, what was
known, and what to do. ``status_code`` is the HTTP status, ``exit_code`` the process status:
0 pass, 1 a gate failed, 2 wrong usage or configuration, 3 could not evaluate, 4 inconclusive.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Self


class FailsightError(Exception):
    """Something went wrong in Failsight."""

    status_code = 500
    exit_code = 3

    def __init__(self, **known: object) -> None:
        self.known = known
        super().__init__((self.__doc__ or "").format(**known))

    @classmethod
    def saying(cls, text: str, **known: object) -> Self:
        """This error with another text, such as the one a server gave."""
        error = cls.__new__(cls)
        Exception.__init__(error, text)
        error.known = known
        return error


class InvalidInput(FailsightError):
    """{problem}. {fix}"""

    status_code = 400
    exit_code = 2


class InvalidItem(InvalidInput):
    """{where}: field '{field}': {problem}. Fix: {fix}"""

    exit_code = 3


class UnreadableFile(InvalidInput):
    """Cannot read {path}: {problem}. {fix}"""

    exit_code = 3


class InvalidTaxonomy(InvalidInput):
    """The taxonomy {where} is not usable: {problem}. {fix}"""


class UnknownName(InvalidInput):
    """There is no {kind} '{name}'.{hint} Known: {choices}."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        choices = sorted(known)
        close = difflib.get_close_matches(name, choices, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        super().__init__(kind=kind, name=name, hint=hint, choices=", ".join(choices) or "none")


class InvalidSetting(FailsightError):
    """The setting {name} = {value!r} is not usable: {problem}. {fix}"""

    exit_code = 2


class CannotListen(FailsightError):
    """Cannot listen on {host}:{port}: {problem}. Choose another address with --host or --port."""

    exit_code = 2


class MissingPart(FailsightError):
    """A part is missing: {part}. {fix}"""


class ModelMissing(MissingPart):
    """The model {model} is not available. {fix}"""


class ExtraMissing(MissingPart):
    """{feature} needs the package {package}. Install it with: pip install 'failsight[{extra}]'"""


class DatabaseNotReady(FailsightError):
    """The database cannot be used: {problem}. {fix}"""

    status_code = 503


class NotFound(InvalidInput):
    """There is no {kind} '{name}'."""

    status_code = 404
    exit_code = 2


class ItemTooSlow(InvalidInput):
    """The item could not be examined within {seconds} seconds. Shorten it, or send it with analyze."""

    status_code = 422
    exit_code = 3


class DatasetTooLarge(InvalidInput):
    """The data set has {dataset_size} items; at most {max_allowed} are allowed. Send it in parts."""


class TooManyRequests(FailsightError):
    """{problem}. Try again in {retry_after} seconds."""

    status_code = 429


class TraceNotFound(NotFound):
    """There is no trace '{name}'. Upload it first."""


class NotAuthenticated(FailsightError):
    """Not authenticated"""

    status_code = 401
    exit_code = 2


class Unavailable(FailsightError):
    """{problem}. Nothing was started; try again."""

    status_code = 503


class ServerFault(FailsightError):
    """The server could not answer."""


class JudgeRefused(FailsightError):
    """The judge at {url} refuses every question: {problem}. {fix}"""

    status_code = 400


class Unreachable(FailsightError):
    """Cannot reach {url}: {problem}. Is the server running, and is the address right?"""


class NotAvailable(FailsightError):
    """{feature} is not available on this server. {fix}"""

    status_code = 501
