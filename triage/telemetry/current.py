"""The job that this process is, and the stages that it is in: the ids that log lines and spans have in common."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, time_ns
from uuid import uuid4

ATTEMPT = "TRIAGE_ATTEMPT"
"""Environment variable with the id of this start, for child processes and Spark's own log."""


@dataclass(slots=True)
class Stage:
    """A stage at work. `counts` is filled by who knows them, and shown where the stage ends."""

    name: str
    note: str = ""
    stage_id: str = field(default_factory=lambda: uuid4().hex[:16])
    started_ns: int = field(default_factory=time_ns)
    """Since the epoch."""

    begin: float = field(default_factory=monotonic)
    counts: dict[str, int] = field(default_factory=dict)
    error: str = ""
    """Type of the error that ended it; empty where none did."""

    @property
    def seconds(self) -> float:
        """How long it has been at work."""
        return monotonic() - self.begin


@dataclass(slots=True)
class Job:
    """A start of a job.

    `attempt` is its id, also in the log of attempts; `run_id` its name in metrics/runs, empty until it is known.
    """

    name: str
    attempt: str
    started_ns: int = field(default_factory=time_ns)
    run_id: str = ""
    stages: list[Stage] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """Figures of the whole run."""

    trace_id: str = ""
    """Of the job's spans, 32 hex digits; empty where there are none."""

    @property
    def ids(self) -> dict[str, str]:
        """The ids that every line has: of the start, of the run once it is known, and of the innermost stage."""
        stage = self.stages[-1] if self.stages else None
        found = {"job": self.name, "attempt": self.attempt, "run_id": self.run_id, "trace_id": self.trace_id}
        if stage is not None:
            found |= {"stage": stage.name, "stage_id": stage.stage_id}
        return {key: value for key, value in found.items() if value}


_job = Job("", os.environ.get(ATTEMPT, ""))
"""In a child process of a job, the start of that job."""


def current_job() -> Job:
    """The job at work in this process; without a name or id outside of one."""
    return _job


@contextmanager
def begun_job(name: str) -> Iterator[Job]:
    """A new start while the block runs; its id is in the environment, too."""
    global _job  # noqa: PLW0603 - a process is one job; its threads share it, which context variables do not give
    before, told = _job, os.environ.get(ATTEMPT)
    _job = Job(name, uuid4().hex)
    os.environ[ATTEMPT] = _job.attempt
    try:
        yield _job
    finally:
        _job = before
        if told is None:
            os.environ.pop(ATTEMPT, None)
        else:
            os.environ[ATTEMPT] = told


@contextmanager
def begun_stage(name: str, note: str = "") -> Iterator[Stage]:
    """A stage of the current job while the block runs."""
    job, stage = _job, Stage(name, note)
    job.stages.append(stage)
    try:
        yield stage
    finally:
        job.stages.remove(stage)
