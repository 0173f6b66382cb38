"""What others on a machine see of a process and of all that it starts: arguments and open ports."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

_SECONDS = 0.25


@dataclass
class Seen:
    """Command lines, and the addresses that were listened on, with the program that did."""

    commands: set[str] = field(default_factory=set)
    listening: set[tuple[str, str]] = field(default_factory=set)

    def look(self, root: psutil.Process) -> None:
        """Adds what is to be seen now."""
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                self.commands.add("\0".join(process.cmdline()))
                for one in process.net_connections("inet"):
                    other_end: tuple[object, ...] = one.raddr
                    if not other_end and one.status in (psutil.CONN_LISTEN, psutil.CONN_NONE):
                        self.listening.update((address, process.name()) for address in one.laddr[:1])


@contextmanager
def watched(pid: int) -> Iterator[Seen]:
    """Looks again and again while the block runs."""
    seen, done, root = Seen(), threading.Event(), psutil.Process(pid)

    def watch() -> None:
        while not done.wait(_SECONDS):
            with suppress(psutil.NoSuchProcess):
                seen.look(root)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()
