"""What a rubric is: a named, versioned question to a judge about one item, for one subcategory or one metric."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Self

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from failsight.engine.yaml_text import load_yaml
from failsight.errors import InvalidInput
from failsight.model.item import Item
from failsight.model.noun import Noun
from failsight.model.tag import Decision
from failsight.model.taxonomy import FeatureKind

Words = Annotated[str, Field(min_length=1)]


class Example(Noun):
    """A made-up item in short and what the judge should say to it: a verdict, or a score from 1 to 5."""

    model_config = ConfigDict(extra="forbid")

    item: Words
    verdict: Decision | None = None
    score: int | None = Field(None, ge=1, le=5)
    why: Words


class Rubric(Noun):
    """``subcategory`` or ``metric`` is what it serves. needs: item fields that must be there, as a detector's;
    uses: fields it also reads, which are shown only for it; unless: fields with which the rules decide exactly.

    A subcategory's rubric says when to answer fail, pass, unsure and not_applicable; a metric's has a ``scale`` with
    anchors at 1, 3 and 5. ``ignore``: what must not move the answer. evidence: what to quote. A text that changes
    raises ``version``.
    """

    model_config = ConfigDict(extra="forbid")

    name: Words
    version: int = Field(ge=1)
    subcategory: str | None = None
    metric: str | None = None
    applies_to: tuple[FeatureKind | str, ...] = ("all",)
    needs: tuple[str, ...]
    uses: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    question: Words
    fail_when: tuple[Words, ...] = ()
    pass_when: tuple[Words, ...] = ()
    unsure_when: str = ""
    not_applicable_when: str = ""
    scale: dict[int, Words] = Field(default_factory=dict)
    ignore: tuple[Words, ...] = ()
    evidence: Words
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.subcategory is None) == (self.metric is None):
            raise ValueError("it serves either a subcategory or a metric")
        if self.name != self.serves:
            raise ValueError("its name is that of what it serves")
        if self.metric and sorted(self.scale) != [1, 3, 5]:
            raise ValueError("a metric's scale has anchors at 1, 3 and 5")
        if self.subcategory and not (self.fail_when and self.pass_when and self.unsure_when):
            raise ValueError("it says when to fail, to pass and to be unsure")
        unknown = {*self.needs, *self.uses, *self.unless}.difference(Item.model_fields)
        if unknown:
            raise ValueError(f"'{min(unknown)}' is no field of an item")
        return self

    @property
    def serves(self) -> str:
        """The subcategory's id or the metric's name."""
        return self.subcategory or self.metric or ""

    @property
    def receipt(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """sha256 of everything but the version."""
        content = self.model_dump(mode="json", exclude={"version"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def parse_rubric(text: str, where: str) -> Rubric:
    """A rubric from its YAML text; raises InvalidInput naming the place."""
    try:
        return Rubric.model_validate(load_yaml(text))
    except yaml.YAMLError as broken:
        raise InvalidInput(problem=f"The rubric {where} is no YAML: {broken}", fix="Correct it.") from broken
    except ValidationError as broken:
        first = broken.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "its top"
        raise InvalidInput(problem=f"The rubric {where} at {place}: {first['msg']}", fix="Correct it.") from broken


def parse_rubrics(files: Mapping[str, str], order: Iterable[str] = ()) -> tuple[Rubric, ...]:
    """Rubrics from texts by file name; those that serve a name of ``order`` first and in that order. Raises
    InvalidInput, also where two serve the same or a file has another name than its rubric."""
    found: dict[str, Rubric] = {}
    for where, text in sorted(files.items()):
        rubric = parse_rubric(text, where)
        if where != f"{rubric.name}.yaml":
            raise InvalidInput(problem=f"The rubric in {where} is named {rubric.name}", fix="Name the file after it.")
        found[rubric.name] = rubric
    first = [found.pop(name) for name in order if name in found]
    return (*first, *found.values())
