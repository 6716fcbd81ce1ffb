"""What every noun is: a frozen Pydantic model."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_set = object.__setattr__


class Noun(BaseModel):
    """Frozen; unknown keys are ignored, as the wire contract asks; a field is filled by its name."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    @classmethod
    def trusted(cls, fields: dict[str, Any]) -> Self:
        """An instance that keeps ``fields`` as they are: all of the class's fields, valid, computed by ourselves.

        A run makes one tag for each check of each item; looking at every field again would cost more than the checks.
        """
        made = cls.__new__(cls)
        _set(made, "__dict__", fields)
        _set(made, "__pydantic_fields_set__", _field_names(cls))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made


@cache
def _field_names(cls: type[Noun]) -> set[str]:
    return set(cls.model_fields)
