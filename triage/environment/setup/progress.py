"""What the set-up tells on standard error: which step of how many, and how far it is."""

from __future__ import annotations

import sys
import time

_STEPS = 5
_PAUSE = 5.0


class Progress:
    """Prints a line at each new step, and at most one every five seconds within a step."""

    def __init__(self) -> None:
        self._last = ""
        self._next = 0.0

    def step(self, number: int, text: str) -> None:
        """Says that step `number` begins or ended."""
        self._write(f"[{number}/{_STEPS}] {text}")

    def within(self, number: int, text: str) -> None:
        """Says how far step `number` is, if it said nothing for a while."""
        if time.monotonic() >= self._next:
            self._write(f"[{number}/{_STEPS}] {text}")

    def _write(self, text: str) -> None:
        self._next = time.monotonic() + _PAUSE
        if text != self._last:
            print(f"triage: {text}", file=sys.stderr, flush=True)
        self._last = text
