"""Whether the jars are those of the lock, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, ok
from triage.doctor.patient import Machine
from triage.environment.setup.locks import Jar, digest, read_jars

_REMEDY = "Remove the folder that .env/jars points to and run ./spark-submit.sh setup."


def check_jars(machine: Machine) -> Iterator[Finding]:
    """Every jar of conf/jars/jars.lock is there with its SHA-256."""
    jars = read_jars(machine.place.jar_lock)
    missing = [jar for jar in jars if not (machine.jars / jar.file_name).is_file()]
    changed = [jar for jar in jars if jar not in missing and _is_other(jar, machine)]
    if missing:
        yield fault(f"{len(missing)} of {len(jars)} jars are missing, {missing[0].file_name} first.", _REMEDY)
    if changed:
        yield fault(f"{len(changed)} jars differ from the lock, {changed[0].file_name} first.", _REMEDY)
    if not missing and not changed:
        yield ok(f"All {len(jars)} jars are those of the lock.")


def _is_other(jar: Jar, machine: Machine) -> bool:
    return digest(machine.jars / jar.file_name) != jar.sha256
