"""Lower case that keeps every offset: patterns run several times faster on it than with the ignore-case flag."""

from __future__ import annotations


def lowered(text: str) -> str:
    """Same length as ``text``; the few letters whose lower case is longer stay as they are."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter if len(letter.lower()) != 1 else letter.lower() for letter in text)
