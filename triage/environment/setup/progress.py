"""Progress lines of the set-up on standard error: which step of how many, and how far it is."""

from __future__ import annotations

import sys
import time
from threading import Lock

_STEPS = 5
_PAUSE = 5.0


class Progress:
    """Prints a line where a step begins or ends, and within a step at most one every five seconds.

    Steps may run side by side, each in a thread of its own: every line names its step and stands by itself.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[int, str] = {}
        self._next: dict[int, float] = {}

    def step(self, number: int, text: str) -> None:
        """Prints that step `number` begins or ended."""
        with self._lock:
            self._write(number, text)

    def within(self, number: int, text: str) -> None:
        """Prints how far step `number` is, if it printed nothing for a while."""
        with self._lock:
            if time.monotonic() >= self._next.get(number, 0.0):
                self._write(number, text)

    def _write(self, number: int, text: str) -> None:
        self._next[number] = time.monotonic() + _PAUSE
        if text != self._last.get(number):
            print(f"triage: [{number}/{_STEPS}] {text}", file=sys.stderr, flush=True)
        self._last[number] = text
