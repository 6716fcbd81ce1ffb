"""Output that repeats itself without end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject


class DegenerateRepetition(Detector):
    """The output says the same sentence again and again.

    Fails: "I can help. I can help. I can help. I can help."
    Passes: "I can help with orders. I can also help with refunds."
    """

    name = "degenerate_repetition"
    subcategories = ("degenerate_repetition",)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        counts = Counter(" ".join(s.text.lower().split()) for s in subject.output_sentences)
        text, times = counts.most_common(1)[0]
        if times >= 4 and times * 2 >= counts.total():
            evidence = Evidence("text", f"this sentence stands {times} times", "output", text[:200])
            yield Finding(
                "degenerate_repetition", "fail", 0.95, f"One sentence is repeated {times} times.", (evidence,)
            )
        else:
            yield Finding("degenerate_repetition", "pass", 0.03, "No sentence is repeated without end.")
