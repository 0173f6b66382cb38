"""The clock, beside the newest thing that was written: one that runs behind gives rows wrong times and ages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from triage.doctor.finding import Finding, fault, ok
from triage.doctor.patient import Patient
from triage.lake.history import LOG
from triage.lake.tables import TABLES
from triage.monitoring.service.attempts import read_attempts

_TOLERANCE_SECONDS = 60
"""Machines that write to one lake differ by less when they keep time by NTP."""


def check_clock(patient: Patient) -> Iterator[Finding]:
    """Compares with the files of the tables' logs, by the time of their file system, and with the log of attempts."""
    behind = max([*_logged(patient), *_written(patient.folder)], default=0.0) - time.time()
    if behind > _TOLERANCE_SECONDS:
        yield fault(
            f"The clock is {_duration(behind)} behind the newest thing in the lake.",
            "Set it (timedatectl set-ntp true), and see whether the last run's clock was ahead.",
        )
    else:
        yield ok("The clock is not behind the lake.")


def _written(folder: Path | None) -> Iterator[float]:
    for table in TABLES if folder else ():
        log = Path(str(folder)) / table.name / LOG
        yield from (file.stat().st_mtime for file in log.glob("*.json"))


def _logged(patient: Patient) -> Iterator[float]:
    for attempt in read_attempts(patient.settings.reports_folder):
        yield (attempt.ended_at or attempt.started_at).timestamp()


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds < 7_200 else f"{seconds / 3_600:.0f} hours"
