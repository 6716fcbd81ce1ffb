from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from failsight.wiring.garbage import RARELY, rare_collections

USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*before)


def test_it_is_called_rarely_during_a_run_and_as_usual_after_it() -> None:
    with rare_collections():
        assert gc.get_threshold() == RARELY
        assert gc.isenabled()
    assert gc.get_threshold() == USUAL


def test_the_last_of_several_runs_sets_it_back() -> None:
    first, second = rare_collections(), rare_collections()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == RARELY
    second.__exit__(None, None, None)
    assert gc.get_threshold() == USUAL


def test_a_run_that_breaks_sets_it_back() -> None:
    with pytest.raises(ValueError, match="broken"), rare_collections():
        raise ValueError("broken")
    assert gc.get_threshold() == USUAL


@pytest.mark.parametrize("chosen", [(0, 10, 10), (200_000, 5, 5)])
def test_who_chose_never_or_more_rarely_keeps_it(chosen: tuple[int, int, int]) -> None:
    gc.set_threshold(*chosen)
    with rare_collections():
        assert gc.get_threshold() == chosen
    assert gc.get_threshold() == chosen


def test_what_is_set_during_a_run_stays() -> None:
    with rare_collections():
        gc.set_threshold(900, 10, 10)
    assert gc.get_threshold() == (900, 10, 10)
