"""A time in which steps are begun; what is left over waits for the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

Step = tuple[str, Callable[[], None]]
"""A name and what to do; each is whole, and harmless when repeated."""


class Budget:
    """Minutes from now, or no bound. The first step is always begun, so that every start comes forward."""

    def __init__(self, minutes: float | None, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = None if minutes is None else clock() + 60 * minutes
        self._is_begun = False

    def work(self, steps: Iterable[Step]) -> list[str]:
        """Does the steps in order until the time is used up; returns the names of those that were not begun."""
        left: list[str] = []
        for name, do in steps:
            if self._is_begun and self._end is not None and self._clock() >= self._end:
                left.append(name)
                continue
            self._is_begun = True
            do()
        return left
