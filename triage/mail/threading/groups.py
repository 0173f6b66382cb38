"""Disjoint sets (Tarjan 1975), by which what is joined to the same is joined to each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class Groups:
    """Sets of things that grow together; each call takes nearly constant time."""

    def __init__(self, things: Iterable[Hashable] = ()) -> None:
        self._above: dict[Hashable, Hashable] = {thing: thing for thing in things}

    def of(self, thing: Hashable) -> Hashable:
        """One thing that stands for the set of `thing`."""
        above = self._above
        root = above.setdefault(thing, thing)
        while above[root] != root:
            root = above[root]
        while above[thing] != root:
            above[thing], thing = root, above[thing]
        return root

    def join(self, one: Hashable, other: Hashable) -> None:
        """Makes one set of two."""
        self._above[self.of(one)] = self.of(other)
