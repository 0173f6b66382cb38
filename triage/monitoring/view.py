"""What metrics may look at: figures of a run and of those before it, and no mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from triage.config import Settings
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.record import DriftRow, RunRecord
from triage.monitoring.service.attempts import Attempt

ReferenceName = Literal["model", "chosen", "rolling"]
"""A profile of the model's labelled rows, one that a person chose, or the same weekday of the last weeks."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A profile that a run is compared with; `runs` are those that it was made of, none for the model's.

    `dispersion` is how much more a feature's shares differ between undisturbed runs than between random samples of the
    same size: a factor of at least 1 by feature.
    """

    name: ReferenceName
    profile: Profile
    runs: tuple[str, ...] = ()
    dispersion: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastValue:
    """A stored measurement of an earlier run; `started_at` (UTC) is when that run started."""

    run_id: str
    started_at: datetime
    metric: str
    by: str
    slice: str
    value: float | None
    mails: int


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What the model in force says of a head, measured on rows that it was not trained on; None where unknown."""

    accuracy: float | None = None
    calibration_error: float | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The label model in force: version in the registry, heads."""

    name: str
    version: str
    heads: Mapping[str, HeadFacts] = field(default_factory=dict)


History = Callable[[str], Sequence[PastValue]]
"""Of a metric's name: its values in earlier runs within `monitoring.history_days`, the oldest first."""


def no_history(_: str) -> Sequence[PastValue]:
    """Of a lake's first run."""
    return ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as metrics see it.

    `now` is the profile of its mails, `past` the records of earlier runs within `monitoring.history_days`, the oldest
    first. `drift` are the comparisons with `references`. `counts` are the rows of `metrics/quality` that its batches
    wrote, `corrections` those of `gold/corrections` for mails of the last `monitoring.history_days`, `attempts` the
    starts of all jobs with their ends, `model_alerts` sentences about registered models that the run could not use,
    `references_refused` sentences about references that it could not use, `alert_rules_refused` about entries of the
    alert file, `relabels_unfinished` about backfills and rollbacks that were killed, and `oldest_planned_at` (UTC) is
    when the oldest batch was planned that is not routed yet, None where all are. `is_resumed` says that
    an earlier run planned some of the run's batches, and was killed.
    """

    settings: Settings
    record: RunRecord
    now: Profile
    past: Sequence[RunRecord] = ()
    history: History = no_history
    references: Mapping[str, Reference] = field(default_factory=dict)
    drift: Sequence[DriftRow] = ()
    counts: Sequence[Mapping[str, Any]] = ()
    corrections: Sequence[Mapping[str, Any]] = ()
    model: ModelFacts | None = None
    attempts: Sequence[Attempt] = ()
    cores: int = 1
    model_alerts: Sequence[str] = ()
    references_refused: Sequence[str] = ()
    alert_rules_refused: Sequence[str] = ()
    relabels_unfinished: Sequence[str] = ()
    oldest_planned_at: datetime | None = None
    is_resumed: bool = False
