"""Spark's classes, archived once at set-up: without the archive all works, some seconds a start later."""

from __future__ import annotations

import os
from collections.abc import Mapping

from triage.environment.launch import job_environment, plain_path
from triage.environment.options import CommandLine
from triage.environment.place import Place
from triage.environment.setup.progress import Progress
from triage.environment.setup.tool import run_tool

_STEP = 4


def classes_tried(place: Place) -> bool:
    """Whether there is an archive, or an empty file that says that none could be made."""
    return place.classes.exists()


def archive_classes(place: Place, environ: Mapping[str, str], progress: Progress) -> None:
    """Starts Spark once and archives its classes; a failure is logged, and jobs start slower."""
    progress.step(_STEP, "Classes: archiving what Spark loads, so that jobs start faster")
    fresh = place.classes.with_suffix(".incomplete")
    fresh.unlink(missing_ok=True)
    log = place.folder / "classes.log"
    command = [
        str(place.python),
        "-m",
        "triage.spark.class_archive",
        str(plain_path(place.folder) / fresh.name),
    ]
    variables = job_environment(place, CommandLine((), "setup", ()), environ)
    if not run_tool(command, log, variables, lambda _: None, place.project) or not fresh.exists():
        fresh.write_bytes(b"")
        progress.step(_STEP, f"Classes: not archived, see {log}; jobs start some seconds slower")
    os.replace(fresh, place.classes)
