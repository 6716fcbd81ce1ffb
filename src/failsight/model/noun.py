"""What every noun is: a frozen Pydantic model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """Frozen; unknown keys are ignored, as the wire contract asks; a field is filled by its name."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())
