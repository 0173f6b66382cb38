"""The command line of spark-submit.sh: sets up, then starts a job, a target of its own or nothing more."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from triage.environment.faults import SetupFault, UnsuitableMachine
from triage.environment.gate import run_gate, run_pytest
from triage.environment.launch import find_job, job_environment, start
from triage.environment.notebook import find_notebook, start_jupyter
from triage.environment.options import TARGETS, CommandLine, parse
from triage.environment.place import Place, find_place
from triage.environment.setup.prepare import prepare
from triage.environment.site import run_docs

_USAGE = """\
Usage: ./spark-submit.sh [Spark options] JOB [arguments]   runs a job, such as jobs/nightly.py
       ./spark-submit.sh tests [pytest arguments]          the whole gate, or pytest on what is named
       ./spark-submit.sh notebook [FILE.ipynb]             opens the notebooks in JupyterLab
       ./spark-submit.sh docs [--out FOLDER | --serve]     the documentation as a site (var/site), or on the loopback
       ./spark-submit.sh setup                             only sets up

Spark options (--master, --conf K=V, --driver-memory, ...) come before the job's name; what comes after it is the job's.
The first start installs Python packages and jars into .env, and the first run stores its label model there; later ones
use them. A changed lock gets folders of its own; the set-up then removes those of earlier locks that no process and no
other installation of the same .env uses. .env may be removed whenever nothing runs; older models/* in it, too.

`notebook` installs JupyterLab into .env on first use. It serves on the loopback only, behind a token that is in the
address it prints, and fetches nothing. Its kernel is this environment; settings of the lake are given as a job's:
TRIAGE_LAKE is the lake's folder that the notebooks open, where it is not the configured one.

Environment: TRIAGE_PYTHON        a Python 3.11, if it is not on the PATH
             JAVA_HOME            a Java 17, if it is not on the PATH
             TRIAGE_ENV           where to install instead of .env
             PIP_*                pip's own settings, such as a mirror; uv, which installs where it can, gets them, too
             TRIAGE_IVY_SETTINGS  an Ivy settings file, such as one with a mirror
             SPARK_CONF_DIR       Spark's configuration, instead of conf/ (which is read where it holds
                                  spark-defaults.conf or *-site.xml)"""


def main(words: Sequence[str]) -> int:
    """Exit code of the start: the job's own, or 2 for wrong use, 75 to try again, 1 for the unforeseen."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return _run(parse(words), find_place(os.environ))
    except SetupFault as fault:
        print(f"triage: {fault}", file=sys.stderr)
        return fault.exit_code
    except KeyboardInterrupt:
        print("triage: stopped; the next start goes on with what is missing.", file=sys.stderr)
        return 130


def _stop(number: int, _frame: FrameType | None) -> None:
    """Leaves in order, so that pip, uv or Ivy end with this process."""
    raise SystemExit(128 + number)


def _run(line: CommandLine, place: Place) -> int:
    if line.wants_help:
        print(_USAGE)
        return 0
    if not line.target:
        raise UnsuitableMachine("No job was named.\n" + _USAGE)
    job = None if line.target in TARGETS else find_job(line.target, place)
    folder, notebook = find_notebook(place, line.arguments) if line.target == "notebook" else (place.project, "")
    prepare(place, os.environ, _more_locks(place, line.target))
    variables = job_environment(place, line, os.environ)
    if job is not None:
        start(place, line, job, os.environ)
    if line.target == "notebook":
        start_jupyter(place, folder, notebook, variables)
    return _run_target(place, line, variables)


def _run_target(place: Place, line: CommandLine, variables: Mapping[str, str]) -> int:
    if line.target == "setup":
        return 0
    if line.target == "docs":
        return run_docs(place, line.arguments, variables)
    return run_pytest(place, line.arguments, variables) if line.arguments else run_gate(place, variables)


def _more_locks(place: Place, target: str) -> tuple[Path, ...]:
    """What is needed beyond a run's packages."""
    return {"tests": (place.embeddings_lock,), "notebook": (place.notebook_lock,)}.get(target, ())
