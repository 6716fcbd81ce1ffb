"""A run that a server finished, with everything that the reports of this program need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from failsight.client import FailureAnalysisClient
from failsight.model.digest import RunDigest
from failsight.model.run import FARunInput, FARunResult
from failsight.model.tag import FATag
from failsight.model.taxonomy import Taxonomy
from failsight.service.digest import DigestTally
from failsight.wiring.taxonomy import load_taxonomy

_PART = re.compile(r" \((\d+) of \d+ items\)$")


class FetchedRun:
    """``result`` with its items and tags; ``taxonomy`` is the server's."""

    def __init__(self, result: FARunResult, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.run_id = result.run_id
        self._inputs = result.inputs
        self._tags: dict[int | None, list[FATag]] = {}
        for tag in result.failure_tags:
            self._tags.setdefault(tag.item_index, []).append(tag)
        self._bare = result.model_copy(update={"inputs": [], "failure_tags": []})

    def items(self) -> Iterator[tuple[FARunInput, list[FATag]]]:
        """Each item's record and its tags."""
        return ((record, self._tags.get(record.item_index, [])) for record in self._inputs)

    @property
    def skipped(self) -> Mapping[tuple[str, str], int]:
        """Name and reason of what was not judged, to on how many items, read from the lines of the result."""
        found = {}
        for line in self._bare.detectors_skipped:
            name, _, reason = line.partition(": ")
            part = _PART.search(reason)
            found[name, _PART.sub("", reason)] = int(part[1]) if part else len(self._inputs)
        return found

    def digest(self, top: int) -> RunDigest:
        """What a person wants to see at a glance, with that many of the worst items."""
        tally = DigestTally(self, top)
        for record, tags in self.items():
            tally.add(record, tags)
        return tally.digest(self._bare)

    def explain_command(self, tag: str) -> str:
        """The commands that explain a tag of this run."""
        return f"failsight runs show {self.run_id} --json --output run.json && failsight explain run.json {tag}"


def server_taxonomy(client: FailureAnalysisClient) -> Taxonomy:
    """The buckets of the server, with the security categories that every Failsight has."""
    return load_taxonomy().model_copy(update={"buckets": client.get_taxonomy()})
