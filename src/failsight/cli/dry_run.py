"""``failsight analyze --dry-run``: what a judge would be asked and what that would cost; nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from failsight.cli.sink import open_sink
from failsight.engine.judging.estimate import Estimate
from failsight.engine.pipeline import Engine
from failsight.formats.exporters.judge_usage import describe_cost
from failsight.model.analysis import AnalysisOptions
from failsight.model.counted import counted
from failsight.model.item import Item
from failsight.model.judge import JudgeMode, JudgeReply, JudgeRequest
from failsight.model.run import RecordError
from failsight.service.judge_items import estimate_items
from failsight.settings import Settings
from failsight.wiring.taxonomy import load_rubrics


def estimate(
    engine: Engine, items: Iterable[Item | RecordError], options: AnalysisOptions, settings: Settings
) -> dict[JudgeMode, Estimate]:
    """What the mode would ask; both modes where none is chosen."""
    plan = engine.plan(options)
    modes: tuple[JudgeMode, ...] = ("uncertain", "always") if settings.judge == "never" else (settings.judge,)
    read = (item for item in items if isinstance(item, Item))
    seen = (plan.examine(item, index) for index, item in enumerate(read))
    rubrics = load_rubrics(settings.taxonomy)
    return estimate_items(plan, seen, rubrics, modes, settings.judge_item_chars, _kept(settings))


def _kept(settings: Settings) -> Callable[[JudgeRequest], JudgeReply | None]:
    """The reply that the folder has to a request; none where no model is named or nothing is kept."""
    from failsight.wiring.judge import reply_cache  # noqa: PLC0415  (the network, where it is asked for)

    cache, model = reply_cache(settings), settings.judge_model
    if cache is None or not model:
        return lambda _: None
    return lambda request: cache.get(request.hash(model))


def print_estimates(estimates: dict[JudgeMode, Estimate], settings: Settings, output: str, as_json: bool) -> None:
    """Writes them as text or as one JSON document."""
    with open_sink(output) as sink:
        if as_json:
            told = {mode: _facts(one, settings) for mode, one in estimates.items()}
            sink.write_all([json.dumps(told, indent=2), "\n"])
        else:
            sink.write_all(f"{line}\n" for mode, one in estimates.items() for line in _lines(mode, one, settings))


def _facts(estimate: Estimate, settings: Settings) -> dict[str, Any]:
    cost = estimate.cost(settings.judge_price)
    return {
        "model": settings.judge_model,
        "items": estimate.items,
        "items_asked": estimate.items_asked,
        "requests": estimate.requests,
        "kept": estimate.kept,
        "tokens_in": estimate.tokens_in,
        "tokens_out": estimate.tokens_out,
        "cost_usd": cost,
        "cost_usd_per_1000_items": None if cost is None or not estimate.items else cost / estimate.items * 1000,
        "rubrics": dict(estimate.rubrics),
    }


def _lines(mode: JudgeMode, estimate: Estimate, settings: Settings) -> list[str]:
    """A paragraph for a person."""
    head = f"--judge {mode} would ask {settings.judge_model or 'a judge'} about {estimate.items_asked:,} of "
    lines = [
        f"{head}{counted(estimate.items, 'item')}, in {counted(estimate.requests, 'call')}{_of_them(estimate)}: about "
        f"{estimate.tokens_in:,} tokens in and {estimate.tokens_out:,} out, "
        f"{describe_cost(estimate.cost(settings.judge_price), estimate.items)}."
    ]
    if estimate.rubrics:
        width = max(map(len, estimate.rubrics))
        lines += [f"  {name:<{width}}  {counted(count, 'item')}" for name, count in estimate.rubrics.most_common()]
    budget = settings.judge_budget
    total = estimate.tokens_in + estimate.tokens_out
    if budget is not None and budget.max_tokens is not None and total > budget.max_tokens:
        lines.append(f"  The budget of {budget.max_tokens:,} tokens will stop it before the end.")
    return [*lines, "  Nothing was sent. Repairs and repetitions (--rejudge) are not in these figures."]


def _of_them(estimate: Estimate) -> str:
    """How many calls need not be made."""
    if not estimate.kept:
        return ""
    return f", {estimate.kept:,} of them answered by kept replies; the rest costs"
