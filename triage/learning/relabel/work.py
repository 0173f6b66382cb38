"""A relabel as `ops/relabels` records it: which mails, by which models, and what each chunk changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, Self

from triage.lake.store import Store
from triage.lake.tables import LABELS, RELABELS
from triage.stages.relabels import BEGUN

Cause = Literal["rollback", "backfill"]


@dataclass(frozen=True, slots=True)
class Relabel:
    """The columns of ops/relabels that are the same in all rows of a relabel; times in UTC."""

    relabel_id: str
    cause: Cause
    model: str
    model_version: str
    models: Mapping[str, str]
    os_user: str
    reason: str = ""
    received_from: datetime | None = None
    received_to: datetime | None = None
    only_version: str | None = None
    live_since: datetime | None = None
    head: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """The relabel of a row; `models` as a mapping, whichever back end read it."""
        values = {field.name: row[field.name] for field in fields(cls)}
        return cls(**values | {"models": dict(row["models"])})

    def row(self, phase: str, last_batch: int, **figures: object) -> dict[str, Any]:
        """A row of ops/relabels, written now."""
        return asdict(self) | {"phase": phase, "last_batch": last_batch, "written_at": datetime.now(UTC)} | figures


def new_id() -> str:
    """A name of its own for a relabel that begins now."""
    return f"relabel-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"


def begin(work: Relabel, store: Store) -> Relabel:
    """Records that the relabel begins; from now on it is unfinished until it is done."""
    record(work, store, BEGUN, store.last_batch(LABELS))
    return work


def record(work: Relabel, store: Store, phase: str, last_batch: int, **figures: object) -> None:
    """Adds a row once for each phase and batch, however often it is called."""
    store.append_rows(RELABELS, [work.row(phase, last_batch, **figures)], last_batch, f"{work.relabel_id}:{phase}")
