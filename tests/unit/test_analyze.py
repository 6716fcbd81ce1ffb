"""failsight.analyze and failsight.analyze_file as a program calls them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import failsight
from failsight import FARunResult, InvalidInput, InvalidItem, Settings, UnknownName, UnreadableFile

REPEATED = {"id": "r", "input": "Hi", "output": "I can help. " * 6}
FINE = {"id": "f", "input": "What is 2 + 2?", "output": "2 + 2 is 4."}
OFF = Settings(encoder=False)


def analyze(items: list[Any], **options: Any) -> FARunResult:
    return failsight.analyze(items, settings=OFF, **options)


def test_inside_a_running_event_loop() -> None:
    async def main() -> FARunResult:
        return analyze([REPEATED, FINE])

    result = asyncio.run(main())
    assert result.summary.total_items == 2
    assert [item.item_id for item in result.get_failed_items()] == ["r"]


def test_html_escapes_what_the_items_say() -> None:
    text = analyze([{"input": "<b>", "output": "<script>x</script>. " * 6}])._repr_html_()
    assert "1 of 1 item failed" in text
    assert "<script>" not in text


def test_to_pandas_has_one_row_a_tag() -> None:
    pytest.importorskip("pandas")
    result = analyze([REPEATED, FINE])
    assert len(result.to_pandas()) == len(result.failure_tags)


def test_to_pandas_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from failsight import FARunResult, ExtraMissing\n"
        "try: FARunResult().to_pandas()\nexcept ExtraMissing as missing: print(missing)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'failsight[pandas]'" in said


def test_a_bad_item_raises_before_anything_is_analysed() -> None:
    with pytest.raises(InvalidItem, match="item 1: field 'output'"):
        analyze([FINE, {"input": "x"}])


def test_bad_items_can_be_skipped_and_listed() -> None:
    result = analyze([FINE, {"input": "x"}, 3, REPEATED], on_invalid="skip")
    assert (result.summary.total_items, result.records_skipped) == (2, 2)
    assert [error.field for error in result.record_errors] == ["output", "(record)"]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"feature_kind": "ragg"}, InvalidInput, "'rag', 'agent'"),
        ({"mode": "max"}, InvalidInput, "'minimal' or 'full'"),
        ({"buckets": "security"}, InvalidInput, "list of names"),
        ({"buckets": ["securty"]}, UnknownName, "Did you mean 'security'"),
        ({"subcategories": ["x"]}, UnknownName, "subcategory 'x'"),
        ({"bucket": ["x"]}, TypeError, "bucket"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        analyze([FINE], **options)


def test_a_file_is_analysed_like_its_items(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_text(json.dumps({"data": [REPEATED, {"input": 1}, FINE]}), "utf-8")
    result = failsight.analyze_file(path, settings=OFF)
    direct = analyze([REPEATED, FINE])
    assert [tag.decision for tag in result.tags] == [tag.decision for tag in direct.tags]
    assert (result.records_skipped, result.record_errors[0].line) == (1, 1)
    assert result.input_type == "json"
    with pytest.raises(TypeError, match="bucket"):
        failsight.analyze_file(path, bucket=["x"])  # type: ignore[call-arg]


def test_several_files_and_a_mapping(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("q,output\nx,y\n", "utf-8")
    second.write_text("q,output\nz,\n", "utf-8")
    result = failsight.analyze_file([first, str(second)], mapping={"input": "q"}, settings=OFF)
    assert [item.input_text for item in result.inputs] == ["x", "z"]
    assert result.input_type == "csv"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UnreadableFile, match=r"no such file.*Check the spelling"):
        failsight.analyze_file("nowhere.jsonl")
