"""Writes the reference pages of docs/ from the code: ``python docs/generate.py [--check]``.

With ``--check`` nothing is written; the exit code is 1 when a page on disk differs from what the code says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pages.checks import detectors, metrics, security_flags, taxonomy
from pages.readme import readme
from pages.rubrics import rubrics
from pages.usage import commands, exit_codes, settings

FOLDER = Path(__file__).parent
PAGES: dict[str, Callable[[], str]] = {
    "detectors.md": detectors,
    "rubrics.md": rubrics,
    "metrics.md": metrics,
    "taxonomy-reference.md": taxonomy,
    "security-flags.md": security_flags,
    "settings.md": settings,
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "../README.md": readme,
}


def drifted() -> list[str]:
    """Pages on disk that differ from what the code says."""
    return [
        name
        for name, make in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != make()
    ]


def main() -> None:
    if "--check" in sys.argv[1:]:
        wrong = drifted()
        if wrong:
            sys.exit(f"drifted from the code: {', '.join(wrong)}. Run: python docs/generate.py")
        return
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
