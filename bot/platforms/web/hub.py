"""The hub: tells the open connections of this process that there is something new for them."""

import asyncio
from collections.abc import Iterable
from typing import Protocol


class Ear(Protocol):
    """An open connection: what it follows, whose it is, and how to wake it."""

    lookup: str

    def follows(self, streams: frozenset[str]) -> bool:
        """Tell whether one of these streams is followed."""
        ...

    def wake(self) -> None:
        """Say that there is something to look up."""
        ...

    async def leave(self) -> None:
        """Close, because this process goes away; the browser comes back by itself."""
        ...


class Hub:
    """The open connections. It carries no words: each connection reads them from the database."""

    def __init__(self) -> None:
        """Start with nobody connected."""
        self._ears: set[Ear] = set()

    def join(self, ear: Ear) -> None:
        """Add a connection."""
        self._ears.add(ear)

    def count(self, lookup: str) -> int:
        """Return how many connections one person has."""
        return sum(ear.lookup == lookup for ear in self._ears)

    def part(self, ear: Ear) -> None:
        """Take a connection out."""
        self._ears.discard(ear)

    def tell(self, streams: Iterable[str], lookups: Iterable[str] = ()) -> None:
        """Wake whoever follows one of these streams or is one of these people."""
        changed, whose = frozenset(streams), frozenset(lookups)
        for ear in self._ears:
            if ear.lookup in whose or ear.follows(changed):
                ear.wake()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(ear.leave() for ear in tuple(self._ears)), return_exceptions=True)
