"""Rubrics that a taxonomy file brings for subcategories and metrics of its own, under ``rubrics`` at its top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from failsight.engine.rubric import Rubric
from failsight.engine.yaml_text import load_yaml
from failsight.errors import InvalidTaxonomy
from failsight.model.taxonomy import Taxonomy

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WHOLE = "docs/rubrics.md shows a whole one."


def parse_own_rubrics(text: str, where: str, taxonomy: Taxonomy, exact: Iterable[str]) -> tuple[Rubric, ...]:
    """The rubrics of a taxonomy file, in its order; none where it has none. exact: metrics that are computed by their
    definition, which no judge may measure. Raises InvalidTaxonomy naming the place."""
    raw = load_yaml(text)
    entries = raw.get("rubrics") if isinstance(raw, dict) else None
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        fix = f"Begin each with '- name: ...'; {_WHOLE}"
        raise InvalidTaxonomy(where=f"{where} at rubrics", problem="it is not a list of rubrics", fix=fix)
    rubrics: dict[str, Rubric] = {}
    for number, entry in enumerate(entries):
        place = f"{where} at rubrics.{number} ({entry.get('name', 'without a name')})"
        rubric = _parsed(entry, place)
        if not _NAME.fullmatch(rubric.name):
            fix = "Use lower case letters, digits and underscores, beginning with a letter."
            raise InvalidTaxonomy(
                where=f"{place}.name", problem=f"'{rubric.name}' is no name that a reply can use", fix=fix
            )
        if rubric.name in rubrics:
            raise InvalidTaxonomy(where=place, problem="there is another rubric of this name", fix="Keep one of them.")
        if rubric.subcategory and rubric.subcategory not in taxonomy.subcategories():
            fix = "Add the subcategory to a bucket of this file, or name an existing one."
            raise InvalidTaxonomy(where=place, problem=f"'{rubric.serves}' is no subcategory of this taxonomy", fix=fix)
        if rubric.metric in set(exact):
            problem = f"the metric '{rubric.metric}' is computed exactly, no judge measures it"
            raise InvalidTaxonomy(where=place, problem=problem, fix="Give the metric another name.")
        rubrics[rubric.name] = rubric
    return tuple(rubrics.values())


def with_own(built_in: Sequence[Rubric], own: Sequence[Rubric]) -> tuple[Rubric, ...]:
    """The built-in rubrics, those of the same name replaced, and the others behind them."""
    by_name = {rubric.name: rubric for rubric in built_in} | {rubric.name: rubric for rubric in own}
    return tuple(by_name.values())


def _parsed(entry: Mapping[str, Any], place: str) -> Rubric:
    try:
        return Rubric.model_validate(entry)
    except ValidationError as broken:
        first = broken.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        fixes = {
            "missing": f"Add '{field}'; {_WHOLE}",
            "extra_forbidden": f"Remove '{field}' or correct its name; known are {', '.join(Rubric.model_fields)}.",
        }
        raise InvalidTaxonomy(
            where=f"{place}.{field}" if field else place,
            problem=first["msg"].removeprefix("Value error, "),
            fix=fixes.get(first["type"], f"Correct it; {_WHOLE}"),
        ) from broken
