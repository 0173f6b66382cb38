"""A backfill labels the mails of its window again, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.learning.relabel.lakes import BAD, BUNDLE, DAY, GOOD, SmallLake
from triage.cli import progress_console
from triage.labelling.registry.model_registry import ModelRegistry
from triage.lake.tables import LABELS, RELABELS, ROUTES
from triage.learning.relabel.backfill import BackfillRequest, backfill
from triage.learning.relabel.run import Relabelled
from triage.progress import Progress

pytestmark = pytest.mark.slow


def fill(lake: SmallLake, request: BackfillRequest) -> Relabelled:
    return backfill(lake.settings, request, Progress(progress_console))


def versions(lake: SmallLake, head: str) -> dict[int, set[str]]:
    """By batch, the versions that gave the head's labels."""
    found: dict[int, set[str]] = {}
    for row in lake.store.rows(LABELS, ("batch_id", "model_version"), head=[head]):
        found.setdefault(row["batch_id"], set()).add(row["model_version"])
    return found


def test_a_part_of_a_batch_by_a_named_version(bad: SmallLake, good: SmallLake) -> None:
    """Batches 5 and 6 are bad; the window begins within batch 5."""
    start = DAY + timedelta(days=4, minutes=6)
    done = fill(bad, BackfillRequest(start, version=GOOD))
    assert done.figures["mails"] == 18
    assert versions(bad, "category") == {1: {GOOD}, 2: {GOOD}, 3: {GOOD}, 4: {BAD}, 5: {GOOD, BAD}, 6: {GOOD}}
    assert bad.registry.champion_version(BUNDLE) == BAD
    relabelled = {row["mail_key"] for row in bad.store.rows(LABELS, ("mail_key",), model_version=[GOOD])}
    for table in (LABELS, ROUTES):
        mine, never = (
            {(r["mail_key"], r.get("head")): r for r in lake.store.rows(table, table.column_names)}
            for lake in (bad, good)
        )
        assert mine.keys() == never.keys()
        assert all(mine[key] == never[key] for key in never if key[0] in relabelled)


def test_the_champion_in_a_window_with_an_end(bad: SmallLake) -> None:
    done = fill(bad, BackfillRequest(DAY, DAY + timedelta(days=1)))
    assert done.figures["mails"] == 12
    assert versions(bad, "priority")[1] == {BAD}
    assert versions(bad, "priority")[2] == {GOOD}


def test_one_head_by_its_own_model(bad: SmallLake) -> None:
    registry = ModelRegistry(bad.settings)
    registry.promote(f"{BUNDLE}-category", GOOD)
    before = {row["mail_key"]: row for row in bad.store.rows(LABELS, LABELS.column_names, head=["priority"])}
    fill(bad, BackfillRequest(datetime(2026, 3, 4, tzinfo=UTC), head="category"))
    assert {row["mail_key"]: row for row in bad.store.rows(LABELS, LABELS.column_names, head=["priority"])} == before
    models = {
        (row["model"], row["batch_id"]) for row in bad.store.rows(LABELS, ("model", "batch_id"), head=["category"])
    }
    assert models == {(BUNDLE, n) for n in (1, 2, 3)} | {(f"{BUNDLE}-category", n) for n in (4, 5, 6)}
    assert bad.store.read(LABELS).count() == 6 * 12 * 2
    (begun,) = bad.store.rows(RELABELS, RELABELS.column_names, phase=["begun"])
    assert dict(begun["models"]) == {f"{BUNDLE}-category": GOOD}
