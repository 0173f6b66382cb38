"""Whether other processes still live."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

_PATIENCE_SECONDS = 10


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ended(pids: Sequence[int]) -> bool:
    """Whether all processes end within some seconds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_alive, pids))
