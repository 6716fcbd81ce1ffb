"""``failsight analyze`` with a judge, inside this process and outside of it, and the endpoint that it asks."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from failsight.cli.main import main
from failsight.testing.endpoint import Body

KEY = "sk-test-0123456789abcdef"
TAG = "0:over_refusal"


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Start = Callable[..., Done]


def verdicts(body: Body) -> str:
    """Every rubric fails, every metric gets a 4."""
    asked = body["response_format"]["json_schema"]["schema"]["properties"]
    verdict = {"reasoning": "as seen", "quote": "", "quote_field": "", "verdict": "fail", "probability": 0.9}
    score = {"explanation": "good", "score": 4}
    return json.dumps({name: score if "score" in part["properties"] else verdict for name, part in asked.items()})


def items(count: int) -> list[dict[str, Any]]:
    return [{"input": f"Name {n + 2} fruits.", "output": "I would rather not do that today."} for n in range(count)]


def write(path: Path, count: int) -> None:
    """That many items as JSON Lines."""
    path.write_text("".join(json.dumps(item) + "\n" for item in items(count)))


def result(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_judge(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [tag for tag in run["failure_tags"] if any(name.startswith("judge:") for name in tag["detectors"])]


def verdicts_of(run: dict[str, Any]) -> str:
    """Everything on the items, in bytes, but what differs in every run."""
    found = [run["failure_tags"], run["inputs"], run["detectors_run"], run["detectors_skipped"], run["eval_metrics"]]
    return json.dumps(found).replace(run["run_id"], "")


def environment_of(folder: Path, url: str) -> dict[str, str]:
    """This process's without settings of its own, for the endpoint at ``url``."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("FAILSIGHT_", "OPENAI_"))}
    return known | {
        "FAILSIGHT_ENCODER": "off",
        "FAILSIGHT_DATA_DIR": str(folder / "data"),
        "FAILSIGHT_JUDGE_MODEL": "m",
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": KEY,
    }


def starter(environment: dict[str, str]) -> Start:
    """The command inside this process, which need not load everything each time."""

    def start(*arguments: str | Path, **changed: str) -> Done:
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for name in ("stdout", "stderr")}
        with pytest.MonkeyPatch.context() as patch:
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in (environment | changed).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["failsight", *map(str, arguments)])
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = (cast("io.BytesIO", stream.buffer).getvalue().decode() for stream in streams.values())
        assert KEY not in out + err
        assert isinstance(ended.value.code, int | None)
        return Done(ended.value.code or 0, out, err)

    return start
