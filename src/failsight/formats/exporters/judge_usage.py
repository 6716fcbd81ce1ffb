"""What a run asked of its judge, in words."""

from __future__ import annotations

from failsight.model.counted import counted
from failsight.model.judge import JudgeUsage


def describe_usage(usage: JudgeUsage, items: int) -> list[str]:
    """One line with calls, tokens and costs; one more when asking ended early. items: of the whole run."""
    asked = [
        f"{usage.items_asked:,} of {counted(items, 'item')} asked",
        counted(usage.calls, "call"),
        f"{counted(usage.cached, 'reply', 'replies')} from the cache" if usage.cached else "",
        f"{usage.failed:,} without a usable reply" if usage.failed else "",
        f"{usage.tokens_in:,} tokens in and {usage.tokens_out:,} out",
        describe_cost(usage.cost_usd, items) if usage.calls else "no cost",
    ]
    lines = [f"{usage.model} ({usage.mode}): " + ", ".join(part for part in asked if part)]
    if usage.stopped:
        lines.append(f"Asking ended early, and what was not asked keeps its local verdict: {usage.stopped}")
    return lines


def describe_cost(usd: float | None, items: int) -> str:
    """US dollars, and for a thousand items; how to have them where no price is known."""
    if usd is None:
        return "cost unknown (give --judge-price IN/OUT)"
    each = f" ({_usd(usd / items * 1000)} for 1,000 items)" if items else ""
    return _usd(usd) + each


def _usd(amount: float) -> str:
    return f"{amount:,.2f} USD" if amount >= 10 or not amount else f"{amount:.4g} USD"
