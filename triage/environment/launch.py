"""Starts a job, in place of this process, with the environment that it needs."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import tempfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from triage.environment.faults import UnsuitableMachine
from triage.environment.options import TARGETS, CommandLine
from triage.environment.place import Place

_PLAIN = re.compile(r"[A-Za-z0-9._/+~=-]+")


def find_job(job: str, place: Place) -> Path:
    """The job's file, from the working directory or else from the project's root. Raises UnsuitableMachine."""
    for candidate in (Path(job), place.project / job):
        if candidate.is_file() and candidate.suffix == ".py":
            return candidate.absolute()
    files = sorted(file for file in place.project.glob("jobs/*.py") if file.name[0] != "_")
    names = {file.stem: f"jobs/{file.name}" for file in files} | {target: target for target in TARGETS}
    near = [names[name] for name in get_close_matches(Path(job).stem, names)]
    known = f"near to it: {', '.join(near)}" if near else f"there are: {', '.join(names.values())}"
    raise UnsuitableMachine(f"There is no job {job!r}; {known} (see --help).")


def job_environment(place: Place, line: CommandLine, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of a job. Nothing that it uses may send usage data."""
    python = str(place.python)
    spark = next(place.venv.glob("lib/*/site-packages/pyspark"), place.venv)
    ours = {
        "PYSPARK_PYTHON": python,
        "PYSPARK_DRIVER_PYTHON": python,
        "PYSPARK_SUBMIT_ARGS": shlex.join([*line.spark, "pyspark-shell"]),
        "SPARK_HOME": str(spark),
        "TRIAGE_JARS": str(plain_path(place.jars)),
        "TRIAGE_MODELS": str(place.folder / "models"),
        "PYTHONPATH": str(place.project),
        "GX_ANALYTICS_ENABLED": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "RUST_BACKTRACE": "0",  # delta-rs reports its own faults as errors
    }
    if place.classes.is_file() and place.classes.stat().st_size:
        ours["TRIAGE_CLASSES"] = str(plain_path(place.folder) / place.classes.name)
    defaults = _spark_conf(place)
    foreign = ("PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV")
    return {**defaults, **{key: value for key, value in environ.items() if key not in foreign}, **ours}


def _spark_conf(place: Place) -> dict[str, str]:
    """conf/ where it holds settings of Spark or Hadoop.

    Else none, since a JVM with a folder on its path reads no archive.
    """
    conf = place.project / "conf"
    is_used = (conf / "spark-defaults.conf").exists() or any(conf.glob("*-site.xml"))
    return {"SPARK_CONF_DIR": str(conf)} if is_used else {}


def plain_path(folder: Path) -> Path:
    """`folder`, or a link to it: Spark can take no jar from a path with a space or another special character.

    The link lies in a folder that only this user can write. Raises UnsuitableMachine where none can be had.
    """
    if _PLAIN.fullmatch(str(folder)):
        return folder
    links = Path(tempfile.gettempdir()) / f"triage-{os.getuid()}"
    links.mkdir(mode=0o700, exist_ok=True)
    if links.lstat().st_uid != os.getuid() or links.is_symlink() or not _PLAIN.fullmatch(str(links)):
        raise UnsuitableMachine(
            f"{folder} has a special character and {links} cannot stand in: set TRIAGE_ENV to a plain path."
        )
    link = links / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    if not link.is_symlink():
        fresh.symlink_to(folder)
        os.replace(fresh, link)
    return link


def start(place: Place, line: CommandLine, job: Path, environ: Mapping[str, str]) -> NoReturn:
    """Becomes the job. Exit codes and signals are then the job's own.

    In client mode Python runs the job and starts the JVM itself: a wrong argument is reported before any JVM starts,
    a signal reaches the job, and spark-submit has no exit code to translate.
    """
    variables = job_environment(place, line, environ)
    if line.on_cluster:
        command = [f"{variables['SPARK_HOME']}/bin/spark-submit", *line.spark, str(job), *line.arguments]
    else:
        command = [variables["PYSPARK_PYTHON"], str(job), *line.arguments]
    os.execve(command[0], command, variables)
