"""The taxonomy printed: as text, as a Markdown table, as JSON, and against another vocabulary."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence

from failsight.engine.detectors import DETECTORS
from failsight.errors import UnknownName
from failsight.model.taxonomy import FASubcategory, Taxonomy, Vocabulary


def chosen_buckets(taxonomy: Taxonomy, names: Sequence[str]) -> Taxonomy:
    """The taxonomy with the named buckets only; raises UnknownName."""
    known = [bucket.bucket_id for bucket in taxonomy.buckets]
    for name in names:
        if name not in known:
            raise UnknownName("bucket", name, known)
    kept = [bucket for bucket in taxonomy.buckets if not names or bucket.bucket_id in names]
    return taxonomy.model_copy(update={"buckets": kept})


def render(taxonomy: Taxonomy, shape: str, crosswalk: str | None) -> str:
    """``shape``: text, markdown or json. ``crosswalk``: the id of a vocabulary, or None; raises UnknownName."""
    if crosswalk is not None:
        if crosswalk not in taxonomy.vocabularies:
            raise UnknownName("vocabulary", crosswalk, taxonomy.vocabularies)
        return _crosswalk(taxonomy, crosswalk, shape)
    if shape == "json":
        return taxonomy.model_dump_json(indent=2)
    return "\n".join(_markdown(taxonomy) if shape == "markdown" else _text(taxonomy))


def how_checked(subcategory_id: str) -> str:
    """Which detectors look for a subcategory, or that a judge is needed."""
    names = [detector.name for detector in DETECTORS if subcategory_id in detector.subcategories]
    return ", ".join(names) if names else "needs a judge"


def _text(taxonomy: Taxonomy) -> Iterator[str]:
    yield f"Taxonomy version {taxonomy.version}"
    for bucket in taxonomy.buckets:
        yield f"\n{bucket.bucket_id}: {bucket.bucket_name}"
        yield from _wrapped(bucket.description, 2)
        for sub in bucket.subcategories:
            yield f"\n  {sub.subcategory_id}: {sub.subcategory_name}"
            yield from _wrapped(sub.description, 4)
            yield from _wrapped(f"impact {sub.impact_score} of 5, risk {sub.risk_category}; {_for(sub)}", 4)
            yield from _wrapped(f"checked by: {how_checked(sub.subcategory_id)}", 4)


def _markdown(taxonomy: Taxonomy) -> Iterator[str]:
    yield "| Bucket | Subcategory | What it is | Impact | Risk | Checked by |"
    yield "|---|---|---|---:|---|---|"
    for bucket in taxonomy.buckets:
        for sub in bucket.subcategories:
            what = " ".join(sub.description.split()).replace("|", "\\|")
            yield (
                f"| {bucket.bucket_id} | {sub.subcategory_id} | {what} | {sub.impact_score} | {sub.risk_category} "
                f"| {how_checked(sub.subcategory_id)} |"
            )


def _crosswalk(taxonomy: Taxonomy, name: str, shape: str) -> str:
    """Every code of the vocabulary with our counterparts; a code without one says so."""
    vocabulary = taxonomy.vocabularies[name]
    ours: dict[str, list[str]] = {code: [] for code in vocabulary.codes}
    for sub_id, (_, sub) in taxonomy.subcategories().items():
        for code in sub.crosswalks.get(name, ()):
            ours.setdefault(code, []).append(sub_id)
    if shape == "json":
        return json.dumps({"vocabulary": name, "title": vocabulary.title, "codes": ours}, indent=2)
    return "\n".join(_crosswalk_lines(vocabulary, ours, shape))


def _crosswalk_lines(vocabulary: Vocabulary, ours: dict[str, list[str]], shape: str) -> Iterator[str]:
    if shape == "markdown":
        yield f"| {vocabulary.title} | Failsight |"
        yield "|---|---|"
    else:
        yield f"{vocabulary.title} {vocabulary.version} {vocabulary.url}".strip()
    width = max(len(_code(vocabulary, code)) for code in ours)
    for code, subs in ours.items():
        counterpart = ", ".join(subs) or "no counterpart"
        label = _code(vocabulary, code)
        yield f"| {label} | {counterpart} |" if shape == "markdown" else f"  {label:<{width}}  {counterpart}"


def _code(vocabulary: Vocabulary, code: str) -> str:
    name = vocabulary.codes.get(code, "")
    return f"{code} {name}" if name and name != code else code


def _for(sub: FASubcategory) -> str:
    return f"for {', '.join(sub.applies_to)}; needs {', '.join(sub.required_inputs) or 'nothing special'}"


def _wrapped(text: str, by: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 98, initial_indent=" " * by, subsequent_indent=" " * by)
