"""The command as the tests run it, and the items they give it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from failsight.cli.main import main

FINE = {"id": "fine", "input": "What is 2 + 2?", "output": "2 + 2 is 4."}
BAD = {"id": "bad", "input": "Say hello", "output": "i can help. " * 8}
BROKEN = '{"input": "x", "output": '
EXPLAIN = "0:degenerate_repetition"


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def command() -> list[str]:
    """The installed command where there is one beside this Python, else the module."""
    beside = Path(sys.executable).with_name("failsight")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "failsight"]


def spawn(*arguments: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> Done:
    """The command in a process of its own."""
    done = subprocess.run(
        [*command(), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, **(env or {})},
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run(*arguments: str | Path, stdin: bytes = b"") -> Done:
    """The command inside this process, which need not load everything each time."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["failsight", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
        out.flush()
        err.flush()
    assert isinstance(ended.value.code, int | None)
    return Done(
        ended.value.code or 0,
        cast("io.BytesIO", out.buffer).getvalue().decode(),
        cast("io.BytesIO", err.buffer).getvalue().decode(),
    )


def lines(*records: Any) -> str:
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)
