"""The digest agrees with the whole result, whatever its size."""

from __future__ import annotations

from collections import Counter

import pytest

from failsight.engine.run_tally import MAX_REASONS, OTHER_REASONS, _folded
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import RecordError
from failsight.service.analyze import MAX_RECORD_ERRORS, Analysis
from failsight.service.digest import DigestTally
from failsight.service.ports import Spool
from failsight.settings import Settings
from failsight.storage.spool import FileSpool, MemorySpool
from failsight.wiring.analysis import start_analysis

ITEMS = [
    Item(input="Say hello", output="I can help. " * 8),
    Item(input="What is 2 + 2?", output="2 + 2 is 4."),
    Item(input="Answer in JSON.", output="No. " * 9, metadata={"a": [1]}),
    Item(input="Who?", output="My card is 4111 1111 1111 1111."),
] * 3


def started(spool: Spool, items: list[Item | RecordError] | None = None) -> Analysis:
    read = items if items is not None else [*ITEMS]
    return start_analysis(read, AnalysisOptions(), settings=Settings(encoder=False), spool=spool)


@pytest.mark.parametrize("spool", [MemorySpool, FileSpool])
@pytest.mark.parametrize("top", [0, 2, 100])
def test_the_digest_agrees_with_the_tags(spool: type[MemorySpool] | type[FileSpool], top: int) -> None:
    analysis = started(spool())
    whole = analysis.result()
    tally = DigestTally(analysis, top)
    digest = tally.digest(analysis.result(with_items=False, visit=tally.add))
    assert digest.result.summary == whole.summary
    assert (digest.result.inputs, digest.result.failure_tags) == ([], [])
    for decision, counts in (("fail", digest.failures), ("unsure", digest.unsure)):
        known = Counter(tag.subcategory_id for tag in whole.tags if tag.decision == decision)
        assert {count.subcategory_id: count.items for count in counts} == known
    failed = [item for item in whole.inputs if item.has_failures]
    assert len(digest.worst) == min(top, len(failed))
    severities = [entry.failures[0].severity for entry in digest.worst]
    assert severities == sorted((item.max_severity for item in failed), reverse=True)[:top]
    assert all(entry.failures == sorted(entry.failures, key=lambda tag: -tag.severity) for entry in digest.worst)
    failing = {code for item in whole.inputs for code, flag in item.security_flags.items() if flag == "fail"}
    assert {flag.code for flag in digest.flags if flag.failed} == failing
    judged = {tag.subcategory_id for tag in whole.tags}
    assert not judged & {name for group in digest.skipped for name in group.subcategory_ids}
    analysis.close()


def test_a_spool_can_be_read_again_left_early_and_added_to() -> None:
    spool = FileSpool()
    analysis = started(spool)
    once = [tag for _, tags in analysis.items() for tag in tags]
    next(analysis.items())
    examination = next(iter(spool))
    spool.add(examination)
    assert len(list(spool)) == len(ITEMS) + 1
    again = [tag.tag_id for _, tags in analysis.items() for tag in tags]
    assert again[: len(once)] == [tag.tag_id for tag in once]
    analysis.close()


def test_a_spool_gives_back_what_was_put_in() -> None:
    kept, written = MemorySpool(), FileSpool()
    items = [
        *ITEMS,
        Item(input="x", output="y", conversation=[{"role": "human", "content": "x"}], tool_calls=[{"name": "f"}]),
    ]
    for spool in (kept, written):
        started(spool, [*items])
    assert list(written) == list(kept)
    written.close()


def test_record_errors_are_counted_and_their_list_is_bounded() -> None:
    errors: list[Item | RecordError] = [RecordError(message=f"line {i}") for i in range(MAX_RECORD_ERRORS + 50)]
    result = started(MemorySpool(), [ITEMS[0], *errors, ITEMS[1]]).result()
    assert result.records_skipped == MAX_RECORD_ERRORS + 50
    assert len(result.record_errors) == MAX_RECORD_ERRORS
    assert [item.item_index for item in result.inputs] == [0, 1]


def test_reasons_that_differ_by_item_do_not_grow_without_end() -> None:
    counts = Counter({("a", f"reason {i}"): 1 + (i == 7) for i in range(1000)})
    folded = _folded(counts)
    assert folded.total() == counts.total()
    assert folded["a", "reason 7"] == 2
    assert len(folded) == MAX_REASONS + 1
    assert folded["a", OTHER_REASONS] > 900
