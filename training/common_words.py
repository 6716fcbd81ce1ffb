"""Writes src/failsight/engine/relevance/common_words.py: the commonest English words, in order of frequency.

The order is that of the bundled encoder's own vocabulary (tokenizer.json, Apache-2.0), which lists whole words by
falling frequency. Run from the repository root: ``python training/common_words.py``. The same tokenizer gives the same
bytes.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

COUNT = 2600
TOKENIZER = Path("src/failsight/judge/models/minilm-l6-v2-int8/tokenizer.json")
TARGET = Path("src/failsight/engine/relevance/common_words.py")
HEADER = '''"""The commonest English words, made by training/common_words.py from the encoder's vocabulary."""

COMMON_WORDS = """
'''


def main() -> None:
    vocabulary = json.loads(TOKENIZER.read_text("utf-8"))["model"]["vocab"]
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    whole = [word for word in ordered if word.isascii() and word.isalpha() and len(word) > 1][:COUNT]
    TARGET.write_text(HEADER + "\n".join(textwrap.wrap(" ".join(whole), 119)) + '\n"""\n', "utf-8")


if __name__ == "__main__":
    main()
