"""A number with its noun, for sentences that people read."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 item``, ``2 items``, ``12,000 items``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
