"""Normalised edit distance of the output and an expected text."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein as EditDistance

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import best, references
from failsight.engine.subject import Subject

LONGEST = 50_000


class Levenshtein(Metric):
    """1 - edit distance / length of the longer text (Levenshtein 1966): 1.0 is identical, 0.0 shares nothing in place.

    Insertions, deletions and replacements of characters cost 1; outer white space is free. Of several expected texts
    the closest counts. Texts above 50,000 characters are not measured: the work grows with the product of the lengths.
    """

    name = "levenshtein"
    display_name = "Levenshtein similarity"
    definition = "One minus the normalised edit distance of output and expected text; 1.0 is identical."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        output = subject.item.output.strip()
        if max(map(len, (output, *references(subject.item)))) > LONGEST:
            return Unmeasured(f"a text is longer than {LONGEST:,} characters")
        found = best(subject.item, lambda text: EditDistance.normalized_similarity(output, text.strip()))
        if found is None:
            return Unmeasured("the expected text is blank or a pattern")
        edits = EditDistance.distance(output, found[1].strip())
        return Score(found[0], f"{edits} edits turn the output into the expected text.")
