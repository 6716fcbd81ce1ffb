"""Long items are cut with a budget, and never in silence."""

from __future__ import annotations

import json

from failsight.engine.judging.prompt import build_request
from failsight.engine.judging.shown import show
from failsight.model.item import Item
from failsight.wiring.taxonomy import load_rubrics

RUBRIC = next(rubric for rubric in load_rubrics() if rubric.name == "fluency")


def test_what_fits_is_whole() -> None:
    shown = show(Item(input="a" * 100, output="b" * 100, context=("c" * 100,)), budget=300)
    assert shown.cuts == ()
    assert shown.cut_of(["input", "output"]) is None
    assert shown.texts == {"input": "a" * 100, "output": "b" * 100, "context[0]": "c" * 100}


def test_a_long_text_loses_its_middle_and_the_short_ones_nothing() -> None:
    long = "".join(f"{n:05d} " for n in range(2000))
    shown = show(Item(input="short", output=long, context=("also short",)), budget=3000)
    said = json.loads(shown.text)
    assert said["input"] == "short"
    assert said["context"] == ["also short"]
    assert said["output"].startswith("00000 00001")
    assert said["output"].endswith("01999 ")
    assert len(said["output"]) < 3100
    [cut] = shown.cuts
    start, end = (int(word) for word in cut.what.split() if word.isdigit())
    assert said["output"] == f"{long[:start]} [... {end - start} characters left out here ...] {long[end:]}"
    assert shown.texts["output"] == long
    assert shown.cut_of(["input"]) is None
    assert "of output" in (shown.cut_of(["output", "context"]) or "")
    assert "were shortened" in build_request(shown, [RUBRIC]).messages[1].content


def test_too_many_passages_lose_their_middle_ones_and_keep_their_numbers() -> None:
    shown = show(Item(input="q", output="a", context=tuple(f"passage {n}" for n in range(5000))), budget=10_000)
    passages = json.loads(shown.text)["context"]
    assert passages[0] == "passage 0"
    assert passages[-1] == "passage 4999"
    assert "entries left out here" in passages[10]
    assert shown.texts["context[4999]"] == "passage 4999"
    assert len(shown.text) < 15_000
    assert shown.cut_of(["context"])


def test_big_arguments_are_cut_as_text() -> None:
    call = {"name": "load", "arguments": {"rows": list(range(20_000))}, "result": "ok"}
    shown = show(Item.model_validate({"input": "q", "output": "a", "tool_calls": [call]}), budget=2_000)
    [said] = json.loads(shown.text)["tool_calls"]
    assert isinstance(said["arguments"], str)
    assert said["result"] == "ok"
    assert "tool_calls[0].arguments" in (shown.cut_of(["tool_calls"]) or "")


def test_none_is_left_out_and_nothing_retrieved_is_shown() -> None:
    assert set(json.loads(show(Item(input="q", output="a")).text)) == {"input", "output"}
    assert json.loads(show(Item(input="q", output="a", context=(), tool_calls=())).text)["context"] == []
