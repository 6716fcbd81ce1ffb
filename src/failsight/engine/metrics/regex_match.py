"""Whether the output matches a pattern."""

from __future__ import annotations

import re

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.pattern_cost import cost
from failsight.engine.reference import pattern
from failsight.engine.subject import Subject

MOST_STEPS = 60_000_000
LONGEST_PATTERN = 2_000


class RegexMatch(Metric):
    """1.0 when the pattern is found anywhere in the output, else 0.0; anchor it with ^ and $ to match all of it.

    The pattern (Python ``re``) is the item's key ``regex``, else ``regex`` in its metadata, else ``expected`` given
    as ``regex:...``. A pattern that could run for minutes on this output (nested repeats, or many repeats on a long
    text) is not tried. Source: the wire contract's metric of this name.
    """

    name = "regex_match"
    display_name = "Regex match"
    definition = "The item's pattern is found in the output: 1.0 or 0.0."
    kind = "heuristic"

    def score(self, subject: Subject) -> Score | Unmeasured:
        wanted = pattern(subject.item)
        if wanted is None:
            return Unmeasured("the item has no pattern (regex, or expected as 'regex:...')")
        try:
            compiled = re.compile(wanted)
            steps = cost(wanted, subject.item.output) if len(wanted) <= LONGEST_PATTERN else float("inf")
        except (re.error, RecursionError, OverflowError) as broken:
            return Unmeasured(f"the pattern is not valid: {broken}")
        if steps > MOST_STEPS:
            return Unmeasured("the pattern could take too long on this output; use fewer or bounded repeats")
        found = compiled.search(subject.item.output)
        where = f"at character {found.start()}" if found else "nowhere"
        return Score(float(found is not None), f"The pattern matches {where}.")
