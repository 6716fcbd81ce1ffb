"""The taxonomy, and the rubrics and metrics that belong to it: the built-in ones and those of a file."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from failsight.engine.metric import JudgeOnly
from failsight.engine.metrics import JUDGE_ONLY, METRICS
from failsight.engine.own_rubrics import parse_own_rubrics, with_own
from failsight.engine.rubric import Rubric, parse_rubrics
from failsight.engine.taxonomy import parse_taxonomy
from failsight.errors import UnreadableFile
from failsight.model.taxonomy import Taxonomy


def load_taxonomy(path: str | None = None) -> Taxonomy:
    """The built-in taxonomy, or the file's, which may extend it."""
    text = resources.files("failsight.engine").joinpath("taxonomy.yaml").read_text("utf-8")
    built_in = parse_taxonomy(text, "taxonomy.yaml")
    if path is None:
        return built_in
    try:
        return parse_taxonomy(Path(path).read_text("utf-8"), path, parent=built_in)
    except OSError as broken:
        raise UnreadableFile(
            path=path, problem=broken.strerror, fix="Give the path of a taxonomy YAML file."
        ) from broken


@lru_cache(maxsize=4)
def load_rubrics(path: str | None = None) -> tuple[Rubric, ...]:
    """The built-in rubrics, in the order of the taxonomy, and those of a taxonomy file; read once, when somebody asks a
    judge."""
    return with_own(_built_in_rubrics(), load_own_rubrics(path))


def load_own_rubrics(path: str | None) -> tuple[Rubric, ...]:
    """The rubrics that a taxonomy file brings."""
    if path is None:
        return ()
    taxonomy = load_taxonomy(path)
    exact = [metric.name for metric in METRICS if metric.kind == "heuristic"]
    return parse_own_rubrics(Path(path).read_text("utf-8"), path, taxonomy, exact)


def load_judge_only(path: str | None) -> tuple[JudgeOnly, ...]:
    """The metrics that only a judge can measure, those of a taxonomy file's rubrics included."""
    known = {*METRICS.names(), *(metric.name for metric in JUDGE_ONLY)}
    own = [rubric for rubric in load_own_rubrics(path) if rubric.metric and rubric.metric not in known]
    return (
        *JUDGE_ONLY,
        *(JudgeOnly(one.name, one.name.replace("_", " ").capitalize(), one.question) for one in own),
    )


@lru_cache(maxsize=1)
def _built_in_rubrics() -> tuple[Rubric, ...]:
    folder = resources.files("failsight.engine").joinpath("rubrics")
    files = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    return parse_rubrics(files, load_taxonomy().subcategories())
