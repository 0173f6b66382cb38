"""Standard error that a job outlives: a full disk under its log must not end the work that is logged."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO


class LossyStream(io.TextIOBase):
    """Stands for a stream; what cannot be written to it is dropped."""

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream it stands for."""
        return self.behind.encoding

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self.behind.isatty()

    def fileno(self) -> int:
        """The descriptor of what it stands for, which child processes inherit."""
        return self.behind.fileno()

    def write(self, text: str) -> int:
        """Writes, or drops it."""
        with suppress(OSError):
            self.behind.write(text)
        return len(text)

    def flush(self) -> None:
        """Flushes what can be written."""
        with suppress(OSError):
            self.behind.flush()


def drop_what_cannot_be_written() -> None:
    """Throws away what standard error still holds and cannot write.

    Else Python tries once more where the process ends, and ends it with the exit code 120 in place of the job's own.
    """
    try:
        sys.stderr.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)
