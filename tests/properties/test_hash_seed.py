"""The same input gives the same bytes in another process, whatever order Python's hashes put sets in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.service.analyze import analyze
from failsight.settings import Settings
from failsight.storage.spool import MemorySpool
from failsight.testing.clock import FrozenClock
from failsight.wiring.engine import build_engine
items = [Item.model_validate(json.loads(line)) for line in open(sys.argv[1], encoding="utf-8")]
city = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
names = [f"m{letter}.find" for letter in "abcdefghij"]
tools = [{"name": name, "description": "Find museums of a city", "parameters": city} for name in names]
tools.append({"name": "weigh", "description": "Weigh a parcel", "parameters": {"type": "object", "properties": {}}})
calls = [{"name": name, "arguments": {"city": "Oslo"}} for name in names]
items.append(Item.model_validate({"input": "Find museums in the city of Oslo", "output": "", "tools": tools,
                                  "tool_calls": calls}))
run = analyze(build_engine(Settings(encoder=False)), items, AnalysisOptions(), run_id="r", spool=MemorySpool(),
              clock=FrozenClock())
print(run.result().model_dump_json())
"""


def test_two_processes_agree_to_the_byte() -> None:
    examples = ROOT / "src" / "failsight" / "examples" / "demo.jsonl"
    answers = []
    for seed in ("1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-c", PROGRAM, str(examples)]
        answers.append(subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120).stdout)
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].count(b"tag_id") > 100
