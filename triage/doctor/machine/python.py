"""Whether this is the Python that the project is made for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, ok, warning
from triage.doctor.patient import Machine

NEEDED = (3, 11)


def check_python(machine: Machine) -> Iterator[Finding]:
    """Version, and that Spark's workers use the same one: another misses the packages."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if sys.version_info[:2] != NEEDED:
        yield fault(
            f"This is Python {version}, and {'.'.join(map(str, NEEDED))} is needed.",
            "Start jobs with ./spark-submit.sh, and set TRIAGE_PYTHON to a Python 3.11.",
        )
        return
    workers = machine.environ.get("PYSPARK_PYTHON")
    if workers and not (os.path.exists(workers) and os.path.samefile(os.path.realpath(workers), _own())):
        yield warning(
            "PYSPARK_PYTHON names another Python than this one.",
            "Unset it and start jobs with ./spark-submit.sh, which sets it.",
        )
        return
    yield ok(f"Python {version}.")


def _own() -> str:
    return os.path.realpath(sys.executable)
