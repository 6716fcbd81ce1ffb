"""Results that wait come back in their order, few or many."""

from __future__ import annotations

from contextlib import closing

import pytest

from failsight.model.test_result import NewResult
from failsight.storage.result_spool import PIECE, FileResultSpool


@pytest.mark.parametrize("count", [0, 1, PIECE, 2 * PIECE + 1])
def test_what_goes_in_comes_out(count: int) -> None:
    results = [
        NewResult(line, None, "t", None, 0, 202401, (("Safety", True),), True, str(line) * 4000, None)
        for line in range(count)
    ]
    with closing(FileResultSpool()) as spool:
        for result in results:
            spool.add(result)
        assert list(spool) == results
        assert list(spool) == results
