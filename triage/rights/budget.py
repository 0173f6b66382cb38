"""A time in which steps are begun; what is left over waits for the next start, which begins with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

Step = tuple[str, Callable[[], None]]
"""A name and what to do; each is whole, and harmless when repeated."""


class Budget:
    """Minutes from now, or no bound. The first step is always begun, so that every start comes forward."""

    def __init__(self, minutes: float | None, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = None if minutes is None else clock() + 60 * minutes
        self._is_begun = False

    def work(self, steps: Sequence[Step], first: str | None = None) -> list[str]:
        """Does the steps until the time is used up; returns the names of those that were not begun, in their order.

        It begins with the step named `first` and goes round: where each start is given what the one before left first,
        and the order of the steps stays, every step has its turn.
        """
        start = next((place for place, (name, _) in enumerate(steps) if name == first), 0)
        left: list[str] = []
        for name, do in (*steps[start:], *steps[:start]):
            if self._is_begun and self._end is not None and self._clock() >= self._end:
                left.append(name)
                continue
            self._is_begun = True
            do()
        return left
