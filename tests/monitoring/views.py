"""Views of made-up runs, a day apart, with the measurements that they left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.monitoring.builders import run_with
from triage.config import Settings, load_settings
from triage.monitoring.measurement import Measurement
from triage.monitoring.profiles.distributions import Counts, Numbers
from triage.monitoring.profiles.profile import RUN, Profile, Slice, SliceKey
from triage.monitoring.view import PastValue, RunView

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def settings_with(*overrides: str) -> Settings:
    return load_settings(overrides=[f"monitoring.{one}" for one in overrides])


def slice_of(published: int, quarantined: int = 0, **features: Mapping[str, int] | Sequence[float]) -> Slice:
    """A slice with counts (mappings) and numbers (sequences)."""
    made = {
        name: Counts.of(given) if isinstance(given, Mapping) else Numbers.of(list(given))
        for name, given in features.items()
    }
    return Slice(published, quarantined, made)


def view_of(
    now: Mapping[SliceKey, Slice] | Slice, started_at: datetime = MONDAY, past: Sequence[RunView] = (), **changes: Any
) -> RunView:
    """A run over these slices after `past` ones, whose measurements `measured` holds."""
    profile = Profile({RUN: now} if isinstance(now, Slice) else dict(now))
    mails = profile.run.published + profile.run.quarantined
    record = run_with(
        run_id=f"run-{started_at:%Y%m%dT%H%M}",
        started_at=started_at,
        messages_read=mails,
        messages_new=mails,
        messages_duplicate=0,
        messages_published=profile.run.published,
        messages_quarantined=profile.run.quarantined,
    )
    return replace(RunView(Settings(), record, profile, [one.record for one in past]), **changes)


def past_values(view: RunView, measured: Sequence[Measurement]) -> list[PastValue]:
    """What a run's measurements are to later runs."""
    record = view.record
    return [
        PastValue(record.run_id, record.started_at, one.metric, one.by, one.slice, one.value, one.mails)
        for one in measured
    ]


class Lake:
    """Runs one after another; each sees the records and measurements of those before it."""

    def __init__(self, metric: Any, settings: Settings | None = None) -> None:
        self.metric, self.settings = metric, settings or Settings()
        self.runs: list[RunView] = []
        self.values: list[PastValue] = []

    def run(self, now: Mapping[SliceKey, Slice] | Slice, at: datetime, **changes: Any) -> dict[Any, Measurement]:
        """Measures a run; by metric and slice."""
        known = list(self.values)
        view = view_of(
            now,
            at,
            self.runs,
            settings=self.settings,
            history=lambda name: [one for one in known if one.metric == name],
            **changes,
        )
        found = list(self.metric(view))
        self._keep(view, found)
        return {(one.metric, one.slice): one for one in found}

    def add(self, now: Mapping[SliceKey, Slice] | Slice, at: datetime, measured: Sequence[Measurement]) -> None:
        """A run that left these measurements."""
        self._keep(view_of(now, at), measured)

    def forget(self, before: datetime) -> None:
        """Drops the runs that started before, as `monitoring.history_days` does."""
        self.runs = [run for run in self.runs if run.record.started_at >= before]
        self.values = [value for value in self.values if value.started_at >= before]

    def _keep(self, view: RunView, measured: Sequence[Measurement]) -> None:
        self.runs.append(view)
        self.values += past_values(view, measured)


def days(count: int, start: datetime = MONDAY) -> list[datetime]:
    return [start + timedelta(days=day) for day in range(count)]
