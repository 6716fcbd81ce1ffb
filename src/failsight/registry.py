"""A named, ordered collection: members are listed in one visible tuple and found by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from failsight.errors import UnknownName


class Named(Protocol):
    """Anything with a name that is unique inside its collection."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Members in their given order, found by name; a second member of one name is refused at once."""

    def __init__(self, kind: str, members: Sequence[T]) -> None:
        self.kind = kind
        self._members: dict[str, T] = {}
        for member in members:
            if member.name in self._members:
                raise ValueError(f"two {kind}s are named '{member.name}'")
            self._members[member.name] = member

    def __getitem__(self, name: str) -> T:
        """The member of that name; raises UnknownName with the closest match."""
        if name not in self._members:
            raise UnknownName(self.kind, name, self._members)
        return self._members[name]

    def __iter__(self) -> Iterator[T]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def names(self) -> tuple[str, ...]:
        return tuple(self._members)
