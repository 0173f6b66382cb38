"""What goes on behind the page: answers to the lake every few seconds, and news of the lake to the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from triage.config.learning.page import PageSettings
from triage.errors import TriageError
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, LABELS, REVIEW_QUEUE, SILVER_MAIL
from triage.learning.page.desk.service import Service


class Upkeep:
    """A thread that flushes and refreshes until it is stopped; `say` prints a sentence for the operator."""

    def __init__(self, service: Service, store: Store, settings: PageSettings, say: Callable[[str], None]) -> None:
        self._service, self._store, self._settings, self._say = service, store, settings, say
        self._told: dict[str, str] = {}
        self._stop = Event()
        self._thread = Thread(target=self._run, name="upkeep", daemon=True)
        self._seen = self._state()

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, after a last flush. What the lake does not take now waits in the journal."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._try("brought its answers to the lake", self._service.flush)
        waiting = self._service.journal.waiting()
        if waiting:
            self._say(f"{waiting} answers wait in the journal; the next start brings them to the lake.")

    def _run(self) -> None:
        self._try("loaded the models' weights", self._service.prepare)
        looked = time.monotonic()
        while not self._stop.wait(self._settings.flush_seconds):
            self._try("brought its answers to the lake", self._flush)
            if time.monotonic() - looked >= self._settings.refresh_seconds:
                looked = time.monotonic()
                self._try("read the lake anew", self._refresh)

    def _flush(self) -> None:
        before = self._state()
        rejected = self._service.rejected.total()
        if self._service.flush() and before == self._seen:
            self._seen = self._state()  # its own corrections are no news
        if self._service.rejected.total() > rejected:
            codes = ", ".join(sorted(self._service.rejected))
            self._say(f"{self._service.rejected.total() - rejected} answers were rejected ({codes}).")

    def _refresh(self) -> None:
        now = self._state()
        if now != self._seen:
            self._service.refresh()
            self._service.prepare()
            self._seen = now

    def _state(self) -> tuple[int, ...]:
        """When each table got its latest version."""
        logs = (Path(self._store.path(table).removeprefix("file://")) / "_delta_log" for table in _WATCHED)
        return tuple(log.stat().st_mtime_ns if log.is_dir() else 0 for log in logs)

    def _try(self, what: str, work: Callable[[], object]) -> None:
        """A fault ends neither the page nor the thread: the journal has all answers, and the next turn tries again."""
        said = ""
        try:
            work()
        except TriageError as fault:
            said = f"The page has not {what}: {fault} It tries again."
        except Exception as fault:  # noqa: BLE001 - its text may hold a row's value
            said = f"The page has not {what} ({type(fault).__name__}). It tries again."
        if said and said != self._told.get(what):
            self._say(said)
        self._told[what] = said


_WATCHED = (REVIEW_QUEUE, SILVER_MAIL, LABELS, CORRECTIONS)
