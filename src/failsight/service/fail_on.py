"""Fail-on rules: what in a run makes a command line exit with 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from failsight.errors import InvalidInput, UnknownName
from failsight.model.digest import RunDigest
from failsight.model.taxonomy import Taxonomy

WORDS = {
    "any": "any failure at all",
    "gate": "a failure of severity 3 or more with a confidence of at least 0.5",
    "alert": "a failure of severity 4 or more, or one that touches a critical security category",
}
_SEVERITY = re.compile(r"severity\s*>=\s*(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class FailOn:
    """Rules in the order given: ``any``, ``gate``, ``alert``, ``severity>=N``, a bucket id or a subcategory id."""

    rules: tuple[str, ...] = ()

    def hits(self, digest: RunDigest) -> list[str]:
        """One sentence for each rule that the run hits."""
        return [sentence for rule in self.rules if (sentence := _hit(rule, digest))]


def parse_fail_on(texts: Iterable[str], taxonomy: Taxonomy) -> FailOn:
    """Rules from texts that may hold several with commas between; raises InvalidInput or UnknownName."""
    rules = [rule.strip() for text in texts for rule in text.split(",") if rule.strip()]
    names = {*WORDS, *(bucket.bucket_id for bucket in taxonomy.buckets), *taxonomy.subcategories()}
    for rule in rules:
        if rule.startswith("severity"):
            match = _SEVERITY.fullmatch(rule)
            if match is None or float(match[1]) > 5:
                fix = "Write severity>=N with N from 0 to 5, in quotes for the shell: --fail-on 'severity>=3.5'."
                raise InvalidInput(problem=f"'{rule}' is no --fail-on rule", fix=fix)
        elif rule not in names:
            raise UnknownName("--fail-on rule", rule, {*names, "severity>=N"})
    return FailOn(tuple(dict.fromkeys(rules)))


def _hit(rule: str, digest: RunDigest) -> str | None:
    summary = digest.result.summary
    severity = _SEVERITY.fullmatch(rule)
    if severity:
        hit = bool(summary.total_failures_detected) and summary.overall_severity >= float(severity[1])
        return f"{rule}: the worst failure has severity {summary.overall_severity:.1f}" if hit else None
    if rule == "any":
        count = summary.items_with_failures
        return f"any: {count} of {summary.total_items} items failed" if count else None
    if rule in WORDS:
        hit = summary.should_gate_ci if rule == "gate" else summary.should_alert
        return f"{rule}: there is {WORDS[rule]}" if hit else None
    items = sum(count.items for count in digest.failures if rule in {count.bucket_id, count.subcategory_id})
    return f"{rule}: {items} {'failure' if items == 1 else 'failures'}" if items else None
