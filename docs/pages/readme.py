"""The README with its quoted outputs printed anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).parents[2] / "README.md"
QUOTED = re.compile(r"(?P<head><!-- output: (?P<command>.*?) -->\n```text\n)(?P<text>.*?)```", re.DOTALL)
QUOTED_LINES = 36
TIME = re.compile(r"\d+(\.\d+)? (ms|s)\b")


def readme() -> str:
    """The first lines of each output, the time it took left as it was."""
    return QUOTED.sub(_quoted, FILE.read_text("utf-8"))


def _quoted(block: re.Match[str]) -> str:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", *shlex.split(block["command"])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    text = "\n".join([*lines[:QUOTED_LINES], "…", ""] if len(lines) > QUOTED_LINES else [*lines, ""])
    same = TIME.sub("", text) == TIME.sub("", block["text"])
    return block["head"] + (block["text"] if same else text) + "```"
