"""Which format a source is in, from its name and its first characters."""

from __future__ import annotations

from failsight.errors import UnreadableFile
from failsight.formats.importer import Importer
from failsight.formats.importers import IMPORTERS
from failsight.formats.importers.csv_table import DELIMITERS


def detect_format(name: str, head: str) -> Importer:
    """The importer for a source called ``name`` (``-`` for stdin) whose text begins with ``head``.

    Content wins where it is unmistakable: a file that begins with ``[`` is a JSON document whatever its name, and one
    whose first two lines are both objects is JSON Lines. Raises UnreadableFile when
    neither name nor content tell.
    """
    named = _by_name(name)
    text = head.lstrip()
    if not text:
        raise UnreadableFile(path=name, problem="it is empty", fix="Give a file with at least one record.")
    if text.startswith("["):
        return IMPORTERS["json"]
    if text.startswith("{") and (named is None or named.name != "csv"):
        return _object_or_lines(text, named)
    if named is not None:
        return named
    if any(sign in text.split("\n", 1)[0] for sign in DELIMITERS):
        return IMPORTERS["csv"]
    raise UnreadableFile(
        path=name,
        problem=f"it does not look like JSON, JSON Lines or CSV; it begins with {text[:40]!r}",
        fix=f"Name the format with --format {'|'.join(IMPORTERS.names())}.",
    )


def _by_name(name: str) -> Importer | None:
    bare = name.lower().removesuffix(".gz")
    return next((importer for importer in IMPORTERS if bare.endswith(importer.extensions)), None)


def _object_or_lines(text: str, named: Importer | None) -> Importer:
    """JSON Lines when a second line begins another object and the first does not end in the middle of one."""
    first, _, rest = text.partition("\n")
    first = first.rstrip()
    if first == "{":
        return IMPORTERS["json"]
    if rest.lstrip().startswith("{") and not first.endswith(("[", "{", ",", ":")):
        return IMPORTERS["jsonl"]
    return named or IMPORTERS["json"]
