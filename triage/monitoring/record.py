"""A run's figures, drift rows, sources and verdicts as plain values, without mail text or names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["baseline", "stable", "watch", "alert"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run in figures.

    `started_at` is UTC, `seconds` the duration of the run; the counts are of messages, and
    read = new + duplicate, new = published + quarantined.
    """

    run_id: str
    started_at: datetime
    seconds: float
    batches: tuple[int, ...]
    messages_read: int
    messages_new: int
    messages_duplicate: int
    messages_published: int
    messages_quarantined: int
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    model_version: str | None = None
    policy_version: str = ""
    rules_version: str = ""
    key_id: str = ""
    is_whole: bool = True
    """Whether its process worked all stages of its batches: where not, seconds say nothing of what the mails cost."""

    @property
    def balances(self) -> bool:
        """Whether every message read is new or duplicate, and every new one published or quarantined."""
        is_read = self.messages_read == self.messages_new + self.messages_duplicate
        return is_read and self.messages_new == self.messages_published + self.messages_quarantined

    @property
    def is_replay(self) -> bool:
        """Whether it read no export: its mails came from quarantine, at a time that says nothing of the next run's."""
        return bool(self.batches) and not self.messages_read

    @property
    def rate(self) -> float:
        """New messages a second of the whole run."""
        return self.messages_new / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Driver:
    """A value that moved, such as a label, a bin or a term: its share before and now, 0 to 1."""

    value: str
    was: float
    now: float


@dataclass(frozen=True, slots=True)
class DriftRow:
    """A row of metrics/drift: how far one feature of one slice moved from a reference.

    `histogram` has the counts now, `was` those of the reference in the same bins, which are not stored. `psi` is that
    of the samples; `psi_low` and `psi_high` bound that of the populations. `p_value` is the chance of such a difference
    where the true PSI is `drift.psi_watch`, corrected for all comparisons of the run with that reference. None where a
    measure does not apply.
    """

    run_id: str
    feature: str
    psi: float
    js: float
    status: Status
    mails: int
    baseline_run_id: str
    histogram: Mapping[str, int]
    reference: str | None = None
    by: str = "run"
    slice: str = ""
    ks: float | None = None
    wasserstein: float | None = None
    chi2: float | None = None
    unseen_share: float | None = None
    psi_low: float | None = None
    psi_high: float | None = None
    p_value: float | None = None
    drivers: tuple[Driver, ...] = ()
    was: Mapping[str, int] = field(default_factory=dict)
    above_chance: float = 0.0
    """PSI of the samples less what chance is expected to add: the best value for the populations."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Reference, kind and value of the slice, feature: names the comparison in its run."""
        return self.reference or "", self.by, self.slice, self.feature

    def as_row(self) -> dict[str, Any]:
        """The row by column name."""
        row = asdict(self)
        return {name: value for name, value in row.items() if name not in ("was", "above_chance")} | {
            "drivers": [asdict(driver) for driver in self.drivers]
        }


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The files of one export format in a run."""

    format: str
    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """A verdict of the gate on a batch: `measure` is the expectation, `value` its figure."""

    batch_id: int
    stage: str
    measure: str
    value: float
    passed: bool | None
