"""The scheduler: how the last nightly run ended, and whether the next one is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.lake.locks import process_with
from triage.doctor.patient import Patient
from triage.errors import TriageError
from triage.lake.tables import RUNS
from triage.monitoring.service.attempts import Attempt, read_attempts

NIGHTLY = "nightly"
_RECENT = 20
"""Runs whose pauses say what is usual."""
_LATE = 1.5
"""Of the usual pause, after which a run is overdue."""
_REMEDY = "Look at the scheduler's own log (journalctl, kubectl describe cronjob, Airflow) and start a run by hand."


def check_scheduler(patient: Patient) -> Iterator[Finding]:
    """By the log of attempts beside the reports, and metrics/runs where that is lost."""
    attempts = [one for one in read_attempts(patient.settings.reports_folder) if one.job == NIGHTLY]
    starts = sorted([one.started_at for one in attempts] or _accounted(patient))
    if not starts:
        yield warning("No run has started yet.", "Start jobs/nightly.py, and give it to a scheduler.")
        return
    if attempts:
        yield from _ended(attempts[-1], is_at_work=_is_at_work(patient))
    yield _due(starts, patient.settings.monitoring.service.every_hours)


def _ended(last: Attempt, *, is_at_work: bool) -> Iterator[Finding]:
    if last.ended_at is None and not is_at_work:
        yield warning("The last run was killed.", "Start it again: it goes on where it ended.")
    elif last.exit_code:
        yield fault(
            f"The last run ended with exit code {last.exit_code}.",
            "Read its log, mend what it names and start it again.",
        )


def _due(starts: Sequence[datetime], every_hours: float) -> Finding:
    pauses = [(later - earlier).total_seconds() / 3_600 for earlier, later in pairwise(starts[-_RECENT:])]
    usual = max(every_hours, median(pauses)) if pauses else every_hours
    hours = (datetime.now(UTC) - starts[-1]) / timedelta(hours=1)
    what = f"The last run started {hours:.1f} hours ago; {usual:.1f} hours are usual."
    return warning(f"A run is overdue. {what}", _REMEDY) if hours > _LATE * usual else ok(what)


def _is_at_work(patient: Patient) -> bool:
    folder = patient.folder
    return folder is not None and process_with(folder.with_name(f"{folder.name}.lock")) is not None


def _accounted(patient: Patient) -> Iterator[datetime]:
    try:
        yield from (row["started_at"].astimezone(UTC) for row in patient.store.rows(RUNS, ("started_at",)))
    except (TriageError, OSError):
        return  # the check of the tables says what is wrong with it
