"""What goes on behind the page, also where the lake refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.learning.page.builders import lake_with_queue
from triage.config import load_settings
from triage.errors import TransientError
from triage.lake.tables import REVIEW_QUEUE
from triage.learning.page.desk.desk import Desk
from triage.learning.page.desk.journal import Journal
from triage.learning.page.desk.lake_items import LakeItems
from triage.learning.page.desk.service import Service
from triage.learning.page.upkeep import Upkeep
from triage.learning.page.why.explainer import Explainer
from triage.privacy.pseudonyms.keys import Keys

QUICK = load_settings(overrides=["learning.page.flush_seconds=0.01", "learning.page.refresh_seconds=0.02"])


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


class Counted(Service):
    """Counts what is asked of it; flushing fails while it is `broken`, refreshing where it is `blind`."""

    flushes = refreshes = 0
    broken: Exception | None = None

    def flush(self) -> int:
        self.flushes += 1
        if self.broken:
            raise self.broken
        return 0

    def refresh(self) -> None:
        self.refreshes += 1


@pytest.fixture
def service(journal: Journal, desk: Desk) -> Counted:
    return Counted(
        journal, desk, lambda: LakeItems((), {}, ()), lambda answers: {}, Explainer(lambda name, version: None)
    )


def test_it_looks_anew_only_when_a_table_changed(tmp_path: Path, keys: Keys, service: Counted) -> None:
    store = lake_with_queue(tmp_path / "lake", keys, 1)
    upkeep = Upkeep(service, store, QUICK.learning.page, print)
    upkeep.start()
    wait_for(lambda: service.flushes > 10)
    assert service.refreshes == 0
    store.add(REVIEW_QUEUE, list(store.rows(REVIEW_QUEUE, REVIEW_QUEUE.column_names)))
    wait_for(lambda: service.refreshes == 1)
    upkeep.stop()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(TransientError("The table is busy."), "The table is busy.", id="foreseen"),
        pytest.param(ValueError("Dear Bruno"), "(ValueError)", id="unforeseen"),
    ],
)
def test_a_fault_is_told_without_values_and_ends_nothing(
    tmp_path: Path, keys: Keys, service: Counted, fault: Exception, said: str
) -> None:
    told: list[str] = []
    upkeep = Upkeep(service, lake_with_queue(tmp_path / "lake", keys, 1), QUICK.learning.page, told.append)
    service.broken = fault
    upkeep.start()
    wait_for(lambda: service.flushes > 3)
    service.broken = None
    before = service.flushes
    wait_for(lambda: service.flushes > before + 3)
    upkeep.stop()
    assert said in told[0]
    assert "Bruno" not in " ".join(told)
    assert len(told) == 1  # once, and not every few milliseconds
