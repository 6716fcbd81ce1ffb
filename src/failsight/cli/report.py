"""The report a person reads: the verdict first, then what failed most, the worst items, and what was not judged."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from failsight import __version__
from failsight.cli.sink import Sink
from failsight.formats.exporters.judge_usage import describe_usage
from failsight.formats.exporters.markdown import item_name
from failsight.formats.exporters.quoting import one_line, where
from failsight.model.counted import counted
from failsight.model.digest import RunDigest, WorstItem
from failsight.model.tag import FAEvidenceItem, FATag

WIDTH = 100
BAR = 16
NARROW = 90
SHOWN_FAILURES = 10
PER_ITEM = 2


class ReportConsole(Console):
    """A console that lets its caller know when whoever read along has gone."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def build_console(sink: Sink) -> Console:
    """Colours and the window's width on a terminal; elsewhere plain text of 100 columns."""
    width = None if sink.terminal else WIDTH
    console = ReportConsole(file=sink.stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(console.width, 120)
    return console


def indented(console: Console, text: Text, by: int) -> None:
    """Prints a text wrapped and indented, without blanks at the line ends."""
    for line in text.wrap(console, console.width - by):
        line.rstrip()
        console.print(Text(" " * by).append_text(line), no_wrap=True, overflow="ignore", crop=False)


def render(digest: RunDigest, sink: Sink, *, title: str, next_step: Callable[[str], str]) -> None:
    """Prints the report. ``next_step`` gives the command that explains a tag such as ``7:secret_leak``."""
    console = build_console(sink)
    _verdict(console, digest, title)
    _failures(console, digest)
    _worst(console, digest)
    _unsure(console, digest)
    _skipped(console, digest)
    _security(console, digest)
    _metrics(console, digest)
    _judge(console, digest)
    _next(console, digest, next_step)


def _verdict(console: Console, digest: RunDigest, title: str) -> None:
    result, summary = digest.result, digest.result.summary
    facts = [counted(summary.total_items, "item"), result.feature_kind, f"{result.duration_ms / 1000:.1f} s"]
    console.print(Text(f"Failsight {__version__} · {one_line(title, 60)} · " + " · ".join(facts), style="dim"))
    console.print()
    if not summary.items_with_failures:
        unsure = f"; {counted(summary.total_uncertain, 'check')} unsure" if summary.total_uncertain else ""
        line = f"✓ No failure found in {counted(summary.total_items, 'item')}"
        console.print(Text(line, style="bold green").append(unsure, style="not bold default"))
    else:
        line = f"✗ {summary.items_with_failures:,} of {counted(summary.total_items, 'item')} failed"
        verdict = Text(line, style="bold red")
        worst = f", worst: {summary.primary_failure_name}, severity {summary.overall_severity:.1f} of 5"
        verdict.append(worst, style="not bold default")
        console.print(verdict)
        words = ["would stop a release" if summary.should_gate_ci else "would not stop a release"]
        words += ["worth an alert"] if summary.should_alert else []
        console.print(Text("  " + ", ".join(words), style="dim"))
    if result.records_skipped:
        console.print(Text(f"! {counted(result.records_skipped, 'record')} could not be read", style="bold yellow"))


def _failures(console: Console, digest: RunDigest) -> None:
    if not digest.failures:
        return
    _heading(console, "What failed most")
    shown = digest.failures[:SHOWN_FAILURES]
    name_width = max(len(count.subcategory_name) for count in shown)
    number_width = max(len(f"{count.items:,}") for count in shown)
    bar = BAR if console.width >= NARROW else BAR // 2
    for count in shown:
        filled = max(1, round(bar * count.items / digest.failures[0].items))
        line = Text(f"  {count.subcategory_name:<{name_width}}  ")
        line.append("█" * filled, style=_colour(count.worst_severity)).append(" " * (bar - filled))
        line.append(f" {count.items:>{number_width},} {'item ' if count.items == 1 else 'items'}")
        line.append(f"  severity up to {count.worst_severity:.1f}", style="dim")
        console.print(line, no_wrap=True, overflow="ellipsis")
    if len(digest.failures) > SHOWN_FAILURES:
        more = counted(len(digest.failures) - SHOWN_FAILURES, "more kind", "more kinds")
        console.print(Text(f"  and {more} of failure", style="dim"))


def _worst(console: Console, digest: RunDigest) -> None:
    if not digest.worst:
        return
    _heading(console, "Worst items")
    for place, entry in enumerate(digest.worst):
        if place:
            console.print()
        _item(console, entry)


def _item(console: Console, entry: WorstItem) -> None:
    asked = one_line(entry.item.input_text, console.width - 30)
    line = Text("  ").append(item_name(entry), style="bold")
    console.print(
        line.append(f"  {asked}" if asked else "  (empty input)", style="dim"), no_wrap=True, overflow="ellipsis"
    )
    for tag in entry.failures[:PER_ITEM]:
        _failure(console, tag)
    if len(entry.failures) > PER_ITEM:
        names = ", ".join(tag.subcategory_name for tag in entry.failures[PER_ITEM:])
        indented(console, Text(f"also: {names}", style="dim"), 4)


def _failure(console: Console, tag: FATag) -> None:
    head = Text("✗ ", style="red").append(tag.subcategory_name, style=f"bold {_colour(tag.severity)}")
    head.append(f"  severity {tag.severity:.1f}, confidence {tag.confidence:.0%}", style="dim")
    indented(console, head, 4)
    if tag.judge_rationale:
        indented(console, Text(one_line(tag.judge_rationale, 400)), 6)
    quotes = {(quote := _quoted(piece, console.width)).plain: quote for piece in tag.evidence_items}
    for quote in list(quotes.values())[:2]:
        indented(console, quote, 6)


def _quoted(piece: FAEvidenceItem, width: int) -> Text:
    place = where(piece.source, piece.metadata.get("start"), piece.metadata.get("end"))
    line = Text(f"{place}: ", style="dim")
    if piece.content_snippet:
        return line.append(f"“{one_line(piece.content_snippet, width)}”", style="italic not dim")
    return line.append(one_line(piece.description, 2 * width), style="not dim")


def _unsure(console: Console, digest: RunDigest) -> None:
    if digest.unsure:
        _heading(console, "Unsure, for a person or a judge to look at")
        names = ", ".join(f"{count.subcategory_name} ({count.items:,})" for count in digest.unsure)
        indented(console, Text(names), 2)


def _skipped(console: Console, digest: RunDigest) -> None:
    if digest.skipped:
        _heading(console, "Not checked")
    for group in digest.skipped:
        line = Text(f"{counted(len(group.subcategory_ids), 'check')}: {one_line(group.reason, 200)}")
        indented(console, line.append(f" ({', '.join(group.subcategory_ids)})", style="dim"), 2)


def _security(console: Console, digest: RunDigest) -> None:
    if not digest.flags:
        return
    _heading(console, "Security")
    failed = [flag for flag in digest.flags if flag.failed]
    for flag in failed:
        line = Text(f"{flag.code} {flag.name}", style="bold red" if flag.severity == "critical" else "bold yellow")
        indented(console, line.append(f"  {counted(flag.failed, 'item')}", style="not bold default"), 2)
    passed = [f"{flag.code} {flag.name}" for flag in digest.flags if not flag.failed]
    if passed:
        indented(console, Text(f"nothing found: {', '.join(passed)}", style="dim"), 2)


def _judge(console: Console, digest: RunDigest) -> None:
    usage = digest.result.judge
    if usage is None:
        return
    _heading(console, "Judge")
    for place, line in enumerate(describe_usage(usage, digest.result.summary.total_items)):
        indented(console, Text(one_line(line, 600), style="bold yellow" if place else ""), 2)


def _metrics(console: Console, digest: RunDigest) -> None:
    if digest.result.eval_metrics:
        _heading(console, "Metrics (mean, 0 to 1, higher is better)")
        pairs = [f"{name} {value:.2f}" for name, value in digest.result.eval_metrics.items()]
        indented(console, Text("   ".join(pairs)), 2)


def _next(console: Console, digest: RunDigest, next_step: Callable[[str], str]) -> None:
    if digest.worst:
        worst = digest.worst[0]
        command = next_step(f"{worst.item.item_index}:{worst.failures[0].subcategory_id}")
        console.print()
        console.print(Text("Why exactly: ").append(command, style="bold"), soft_wrap=True)


def _heading(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold"))


def _colour(severity: float) -> str:
    return "red" if severity >= 3 else "yellow"
