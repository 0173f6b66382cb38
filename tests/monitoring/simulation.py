"""Runs of a lake without a lake: observations of mails through all of monitoring, with the runs before in memory."""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from triage.config import Settings
from triage.monitoring.alerts.alert import Alert
from triage.monitoring.alerts.rules.load import AlertRules
from triage.monitoring.drift.compare import compare
from triage.monitoring.drift.reference import KINDS, WantedRuns, references_of, wanted_runs
from triage.monitoring.profiles.observations import micros_of
from triage.monitoring.profiles.partial import partial_profile
from triage.monitoring.profiles.profile import Profile
from triage.monitoring.profiles.stored import profile_rows
from triage.monitoring.record import RunRecord
from triage.monitoring.service.attempts import Attempt
from triage.monitoring.view import ModelFacts, PastValue
from triage.pipeline.account.watch import RunToWatch, Watched, watch

Mail = dict[str, Any]
"""A row of observations."""

FIRST_NIGHT = datetime(2026, 9, 7, 1, 15, tzinfo=UTC)
TAXONOMY = "0123456789abcdef"


@dataclass
class Simulation:
    """A series of runs; it is what the runs before mean to the next one."""

    settings: Settings
    rules: AlertRules
    schema: pa.Schema
    every: timedelta = timedelta(days=1)
    model: ModelFacts = field(default_factory=lambda: ModelFacts("triage-labels", "1"))
    past: list[RunRecord] = field(default_factory=list)
    alerts: list[Mapping[str, Any]] = field(default_factory=list)
    corrections: Sequence[Mapping[str, Any]] = ()
    baselines: Sequence[Mapping[str, Any]] = ()
    attempts: list[Attempt] = field(default_factory=list)
    profiled: list[Mapping[str, Any]] = field(default_factory=list)
    told: Sequence[Mapping[str, Any]] | None = None
    failed_before: Sequence[str] = ()
    values: dict[str, list[PastValue]] = field(default_factory=lambda: defaultdict(list))

    def history(self, metric: str) -> Sequence[PastValue]:
        return self.values.get(metric, ())

    def profiles(self, wanted: WantedRuns) -> Sequence[Mapping[str, Any]]:
        kinds = dict.fromkeys(wanted.whole, KINDS) | dict.fromkeys(wanted.only_run, ("run",))
        return [row for row in self.profiled if row["by"] in kinds.get(row["run_id"], ())]

    def again(self) -> Simulation:
        """The same runs in a series of its own, to go on from."""
        other = copy.copy(self)
        for name in ("past", "alerts", "attempts", "profiled"):
            setattr(other, name, list(getattr(self, name)))
        other.values = defaultdict(list, {name: list(values) for name, values in self.values.items()})
        return other

    def run(
        self, mails: Iterable[Mail], duplicates: int = 0, counts: Sequence[Mapping[str, Any]] = ()
    ) -> tuple[Watched, list[Alert]]:
        """A run over these mails: what was found, and the alerts that are news."""
        number = len(self.past) + 1
        started = FIRST_NIGHT + self.every * (number - 1)
        rows = [received(mail, started) for mail in mails]
        profile = partial_profile(pa.Table.from_pylist(rows, schema=self.schema), micros_of(started))
        record = self._record(number, started, profile, duplicates)
        wanted = wanted_runs(record, self.past, self.baselines, self.settings.monitoring)
        references = references_of(wanted, self.profiles(wanted), None, TAXONOMY).found
        watched = watch(
            RunToWatch(
                self.settings,
                record,
                profile,
                self.rules,
                references=references,
                drift=compare(record.run_id, profile, references, self.settings.monitoring),
                counts=counts,
                model=self.model,
                attempts=self.attempts,
                cores=2,
            ),
            self,
        )
        self._remember(record, profile, watched)
        return watched, [alert for alert in watched.notified.alerts if alert.is_news and alert.state != "resolved"]

    def _record(self, number: int, started: datetime, profile: Profile, duplicates: int) -> RunRecord:
        published, quarantined = profile.run.published, profile.run.quarantined
        return RunRecord(
            run_id=f"batches-{number:06d}-{number:06d}",
            started_at=started,
            seconds=60.0,
            batches=(number,),
            messages_read=published + quarantined + duplicates,
            messages_new=published + quarantined,
            messages_duplicate=duplicates,
            messages_published=published,
            messages_quarantined=quarantined,
            stage_seconds={"ingest": 5.0, "anonymize": 0.02 * (published + quarantined), "label": 10.0, "route": 5.0},
            model_version=self.model.version,
            policy_version="p1",
            rules_version="r1",
        )

    def _remember(self, record: RunRecord, profile: Profile, watched: Watched) -> None:
        self.past.append(record)
        self.profiled += profile_rows(profile, record, TAXONOMY)
        self.alerts += [alert.as_row(record.run_id) for alert in watched.notified.alerts]
        for one in watched.measurements:
            value = PastValue(record.run_id, record.started_at, one.metric, one.by, one.slice, one.value, one.mails)
            self.values[one.metric].append(value)


def received(mail: Mail, started: datetime) -> Mail:
    """The mail as one of the day before a run; how long its answer may take stays as it is."""
    before = micros_of(started) - 3_600_000_000 * (1 + hash_of(mail) % 22)
    if mail["received_at"] is None:
        return mail
    due = None if mail["due_at"] is None else before + mail["due_at"] - mail["received_at"]
    return mail | {"received_at": before, "due_at": due}


def hash_of(mail: Mail) -> int:
    """A number that is the same for the same mail."""
    return int(mail["size_bytes"] or 0) * 7919 + int(mail["body_chars"] or 0)


def drawn(mails: Sequence[Mail], size: int, seed: int) -> list[Mail]:
    """A night of `size` mails, drawn with replacement."""
    return random.Random(seed).choices(mails, k=size)
