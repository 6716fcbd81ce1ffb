"""Judged text as JSON in which nothing can be taken for a message, an order of ours, or the end of the data.

Everything is lossless: the JSON decodes to the very same value. What could act on a model or a reader is written as
``\\uXXXX``: control, direction and invisible characters, and the characters of tokens that chat templates use to
separate messages.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U000f0000-\U0010ffff]"
)
_TOKENS = re.compile(
    r"<(?=[|｜])|(?<=[|｜])>|"
    r"<(?=/?\s*(?:s|bos|eos|pad|unk|mask|sep|cls|think|thinking|answer|system|assistant|user|human|tool|"
    r"start_of_turn|end_of_turn|start_of_image|tool_call|tool_calls|tool_response|function_calls?|"
    r"extra_id_\d+|begin_of_\w+|end_of_\w+|im_start|im_end|image|instructions?)\s*>)|"
    r"<(?=<\s*/?\s*SYS)|<(?=/?\s*SYS\s*>>)|"
    r"\[(?=\s*/?\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|IMG|ARGS|CALL_ID|"
    r"THINK|PREFIX|SUFFIX|MIDDLE|gMASK|sop|BOS|EOS|CLS|SEP|MASK|PAD|UNK)\s*\])",
    re.IGNORECASE,
)


def encode(value: Any) -> str:
    """``value`` as one line of JSON without anything that acts; ``json.loads`` gives ``value`` back."""
    text = json.dumps(value, ensure_ascii=False)
    return _TOKENS.sub(_escaped, _UNSEEN.sub(_escaped, text))


def encode_fields(fields: Mapping[str, Any]) -> str:
    """A JSON object with one field a line. No line begins with judged text: each begins with a brace or a name."""
    lines = [f"{json.dumps(name)}: {encode(value)}" for name, value in fields.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def marker_of(text: str) -> str:
    """16 hexadecimal digits made of the text that the text itself does not contain."""
    digest = text
    while True:
        digest = hashlib.sha256(digest.encode("utf-8", "surrogatepass")).hexdigest()
        if digest[:16] not in text.lower():
            return digest[:16]


def defuse(text: str) -> str:
    """Plain text, such as a judge's own reply that is quoted back, with the same things made visible and harmless."""
    return _TOKENS.sub(_escaped, _UNSEEN.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    """The match as JSON escapes; characters beyond the first plane become two."""
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
