"""A run's digest as Markdown, for a pull request comment or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from failsight.formats.exporters.judge_usage import describe_usage
from failsight.formats.exporters.quoting import one_line, where
from failsight.model.counted import counted
from failsight.model.digest import RunDigest, WorstItem

_SPECIAL = str.maketrans(
    {sign: f"\\{sign}" for sign in "\\`*_{}[]|#~"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}
)


def markdown(digest: RunDigest) -> str:
    """A heading with the verdict, what failed most, the worst items with evidence, and what was not checked."""
    return "\n".join([*_head(digest), *_failures(digest), *_worst(digest), *_rest(digest)]) + "\n"


def _head(digest: RunDigest) -> Iterator[str]:
    summary, result = digest.result.summary, digest.result
    failed = summary.items_with_failures
    sign = "❌" if summary.should_gate_ci else "⚠️" if failed else "✅"
    yield f"## {sign} Failsight: {failed} of {counted(summary.total_items, 'item')} failed"
    yield ""
    facts = [counted(summary.total_failures_detected, "failure")]
    if failed:
        worst = f"severity {summary.overall_severity:.1f} of 5 ({_plain(summary.primary_failure_name or '')})"
        facts[0] += f", the worst of {worst}"
    facts.append(counted(summary.total_uncertain, "check") + " unsure")
    facts.append(counted(summary.total_passes, "check") + " passed")
    if result.records_skipped:
        facts.append(f"**{counted(result.records_skipped, 'record')} could not be read**")
    yield "; ".join(facts) + "."
    yield ""


def _failures(digest: RunDigest) -> Iterator[str]:
    if digest.failures:
        yield "| What failed | Items | Worst severity |"
        yield "|---|---:|---:|"
        for count in digest.failures:
            yield f"| {_plain(count.subcategory_name)} | {count.items:,} | {count.worst_severity:.1f} |"
        yield ""


def _worst(digest: RunDigest) -> Iterator[str]:
    if digest.worst:
        yield "### Worst items"
        yield ""
    for entry in digest.worst:
        yield f"- **{_plain(item_name(entry))}**: {_plain(one_line(entry.item.input_text, 120)) or '(empty input)'}"
        for tag in entry.failures[:3]:
            why = _plain(one_line(tag.judge_rationale or "", 300))
            yield f"  - **{_plain(tag.subcategory_name)}** (severity {tag.severity:.1f}): {why}"
            for piece in tag.evidence_items[:1]:
                place = where(piece.source, piece.metadata.get("start"), piece.metadata.get("end"))
                quote = f": “{_plain(one_line(piece.content_snippet, 160))}”" if piece.content_snippet else ""
                yield f"    {_plain(place)}{quote}"
    if digest.worst:
        yield ""


def _rest(digest: RunDigest) -> Iterator[str]:
    result = digest.result
    failed = [flag for flag in digest.flags if flag.failed]
    if failed:
        yield "**Security:** " + ", ".join(
            f"{flag.code} {_plain(flag.name)} ({counted(flag.failed, 'item')})" for flag in failed
        )
        yield ""
    if result.eval_metrics:
        yield "**Metrics:** " + ", ".join(f"{_plain(name)} {value:.2f}" for name, value in result.eval_metrics.items())
        yield ""
    if result.judge is not None:
        lines = describe_usage(result.judge, result.summary.total_items)
        yield "**Judge:** " + " ".join(_plain(one_line(line, 600)) for line in lines)
        yield ""
    if digest.skipped or digest.unsure:
        yield "<details><summary>Unsure and not checked</summary>"
        yield ""
        for count in digest.unsure:
            yield f"- unsure: {_plain(count.subcategory_name)} ({counted(count.items, 'item')})"
        for group in digest.skipped:
            yield f"- not checked: {', '.join(map(_plain, group.subcategory_ids))}: {_plain(group.reason)}"
        yield ""
        yield "</details>"
        yield ""
    if result.records_skipped:
        yield "**Records that could not be read**"
        yield ""
        for error in result.record_errors[:10]:
            yield f"- {_plain(one_line(error.message, 300))}"
        yield ""


def item_name(entry: WorstItem) -> str:
    """``item 7`` or ``item 7 (order-12)``."""
    name = f"item {entry.item.item_index}"
    return f"{name} ({one_line(entry.item.item_id, 40)})" if entry.item.item_id else name


def _plain(text: str) -> str:
    """Text that Markdown and HTML take literally and that mentions nobody."""
    return text.translate(_SPECIAL)
