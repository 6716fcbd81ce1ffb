"""One turn of a worker at a piece of a job, and what ends it early."""

from __future__ import annotations

from dataclasses import dataclass

from failsight.model.job import Piece
from failsight.model.stored_run import StoredRun


class LeaseLost(Exception):
    """The job was cancelled or the piece belongs to another worker now."""


class Stopped(Exception):
    """This worker is to end; somebody else goes on with its piece."""


@dataclass(frozen=True, slots=True)
class Turn:
    """``owner``: who has the piece. ``alone``: nobody else is to work on the job meanwhile."""

    piece: Piece
    run: StoredRun
    owner: str
    alone: bool
