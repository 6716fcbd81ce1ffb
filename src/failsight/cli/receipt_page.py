"""The receipt of one verdict: collected as plain data, then printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from failsight.cli.detector_pages import documentation
from failsight.cli.report import build_console, indented
from failsight.cli.sink import Sink
from failsight.engine.detectors import DETECTORS
from failsight.engine.receipt import explain_confidence, explain_severity
from failsight.engine.rubric import Rubric
from failsight.formats.exporters.quoting import one_line, surroundings, where
from failsight.model.run import FARunInput
from failsight.model.tag import FAEvidenceItem, FATag
from failsight.model.taxonomy import Taxonomy

AROUND = 240
JUDGED = "judge:"
Rubrics = Callable[[], Sequence[Rubric]]
_JUDGED = ("rubric", "prompt", "request", "asked", "not shown", "reply")
_STEP = re.compile(r"[^.\[\]]+")


def facts(tag: FATag, record: FARunInput, taxonomy: Taxonomy, rubrics: Rubrics = tuple) -> dict[str, Any]:
    """Everything the page shows, ready for JSON. rubrics: where a judge's questions are looked up."""
    known = taxonomy.subcategories().get(tag.subcategory_id)
    return {
        "tag": tag.model_dump(mode="json"),
        "item": record.model_dump(mode="json", include={"item_index", "item_id", "input_preview", "output_preview"}),
        "what_it_is": " ".join(known[1].description.split()) if known else "",
        "severity": explain_severity(tag),
        "confidence": explain_confidence(tag),
        "evidence": [_evidence(piece, record) for piece in tag.evidence_items],
        "judge": [_judge(piece) for piece in tag.evidence_items if "request_hash" in piece.metadata],
        "detectors": [_detector(receipt, rubrics) for receipt in tag.detectors],
    }


def render(receipt: dict[str, Any], sink: Sink) -> None:
    """Prints what ``facts`` collected."""
    console = build_console(sink)
    tag, item = receipt["tag"], receipt["item"]
    named = f" ({one_line(item['item_id'], 40)})" if item["item_id"] else ""
    style = {"fail": "bold red", "unsure": "bold yellow", "pass": "bold green"}.get(tag["decision"], "bold")
    head = Text(f"{tag['subcategory_name']}: {tag['decision']}", style=style)
    console.print(head.append(f"  item {item['item_index']}{named}", style="not bold default"))
    if tag["decision"] == "fail":
        console.print(f"severity {tag['severity']:.1f} of 5, confidence {tag['confidence']:.0%}")
    _section(console, "What this is", [receipt["what_it_is"]])
    _section(console, "Why", [one_line(tag["judge_rationale"] or "", 1000)])
    _section(console, "Input", [one_line(item["input_preview"], 200) or "(empty)"])
    _section(console, "Output", [one_line(item["output_preview"], 200) or "(empty)"])
    if receipt["evidence"]:
        _section(console, "Evidence", [])
    for number, piece in enumerate(receipt["evidence"], start=1):
        _print_evidence(console, number, piece)
    for judged in receipt["judge"]:
        _section(console, f"Judge {judged['model']}", [f"{name}: {judged[name]}" for name in _JUDGED if judged[name]])
    _section(console, "How the severity came about", receipt["severity"])
    _section(console, "How the confidence came about", receipt["confidence"])
    for detector in receipt["detectors"]:
        kind = "Rubric" if detector["receipt"].startswith(JUDGED) else "Detector"
        title = f"{kind} {detector['receipt'].removeprefix(JUDGED)}" + (
            f" ({detector['note']})" if detector["note"] else ""
        )
        _section(console, title, detector["documentation"].splitlines())


def _evidence(piece: FAEvidenceItem, record: FARunInput) -> dict[str, Any]:
    start, end = piece.metadata.get("start"), piece.metadata.get("end")
    text = _field(record, piece.source)
    if text is not None and not isinstance(start, int) and piece.content_snippet:
        found = text.find(piece.content_snippet)
        start, end = (found, found + len(piece.content_snippet)) if found >= 0 else (None, None)
    shown = {"before": "", "quoted": piece.content_snippet or "", "behind": ""}
    if text is not None and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        shown = dict(zip(shown, surroundings(text, start, end, AROUND), strict=True))
    return {"description": piece.description, "place": where(piece.source, start, end), **shown}


def _field(record: FARunInput, source: str) -> str | None:
    """The text that an evidence's source names (``output``, ``context[2]``, ``tool_calls[0].result``), or None."""
    steps = _STEP.findall(source)
    roots: dict[str, Any] = {
        "input": record.input_text,
        "output": record.output_text,
        "context": record.context,
        "tool_calls": record.tool_calls,
    }
    value: Any = roots
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value if isinstance(value, str) else None


def _judge(piece: FAEvidenceItem) -> dict[str, Any]:
    """What was asked, where the call is kept, and what came back."""
    known = piece.metadata
    reply, several = known.get("reply"), known.get("probabilities") or []
    return {
        "model": known.get("model", ""),
        "rubric": known.get("rubric", ""),
        "prompt": known.get("prompt_version", ""),
        "request": known["request_hash"],
        "asked": f"{len(several)} times, probabilities {', '.join(map(str, several))}" if several else "",
        "not shown": known.get("not_shown", ""),
        "reply": one_line(reply if isinstance(reply, str) else "", 2000),
    }


def _detector(receipt: str, rubrics: Rubrics) -> dict[str, str]:
    """The detector's documentation, or the judge's question; a note when this installation has another version of it,
    or none."""
    name = receipt.partition("@")[0]
    if name.startswith(JUDGED):
        return _rubric(receipt, rubrics)
    if name not in DETECTORS.names():
        return {"receipt": receipt, "note": "not part of this installation", "documentation": ""}
    detector = DETECTORS[name]
    note = "" if detector.receipt == receipt else f"this installation has {detector.receipt}"
    return {"receipt": receipt, "note": note, "documentation": documentation(detector)}


def _rubric(receipt: str, rubrics: Rubrics) -> dict[str, str]:
    asked = receipt.removeprefix(JUDGED)
    rubric = next((one for one in rubrics() if one.name == asked.partition("@")[0]), None)
    if rubric is None:
        return {"receipt": receipt, "note": "not part of this installation", "documentation": ""}
    note = "" if rubric.receipt == asked else f"this installation has {rubric.receipt}"
    lists = (("Fails when", rubric.fail_when), ("Passes when", rubric.pass_when), ("Not counted", rubric.ignore))
    lines = [rubric.question, *(f"{title}: {'; '.join(words)}." for title, words in lists if words)]
    return {"receipt": receipt, "note": note, "documentation": "\n".join(lines)}


def _print_evidence(console: Console, number: int, piece: dict[str, Any]) -> None:
    indented(console, Text(f"{number}. {one_line(piece['description'], 300)}"), 2)
    indented(console, Text(piece["place"], style="dim"), 5)
    if piece["quoted"]:
        quote = Text(one_line(piece["before"], AROUND), style="dim")
        lead, trail = piece["before"][-1:].isspace(), piece["behind"][:1].isspace()
        quote.append(" " if lead else "").append(f"[{one_line(piece['quoted'], AROUND)}]", style="bold not dim")
        quote.append(" " if trail else "").append(one_line(piece["behind"], AROUND))
        indented(console, quote, 5)


def _section(console: Console, title: str, lines: list[str]) -> None:
    if not any(lines) and title != "Evidence":
        return
    console.print()
    console.print(Text(title, style="bold"))
    for line in lines:
        indented(console, Text(line), 2)
