"""Parameters that routes share, with their limits."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

PLAIN = r"^[^\x00-\x1f]*$"
"""No control characters: PostgreSQL refuses texts with NUL."""

Id = Annotated[str, Field(max_length=400, pattern=PLAIN)]
OptionalId = Annotated[str | None, Query(max_length=400, pattern=PLAIN)]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=1_000)]

JudgeKey = Annotated[str | None, Field(max_length=1_000, exclude=True, repr=False)]
"""A key of the caller's own for the judge: used for this request alone, kept in memory, never stored or logged."""
