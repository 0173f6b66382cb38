"""Whether the Java that Spark would start is there and of the right version."""

from __future__ import annotations

from collections.abc import Iterator

from triage.doctor.finding import Finding, fault, ok
from triage.doctor.patient import Machine
from triage.environment.faults import UnsuitableMachine
from triage.environment.machine import find_java


def check_java(machine: Machine) -> Iterator[Finding]:
    """Looks as the set-up does, by JAVA_HOME and then the PATH."""
    try:
        find_java(machine.environ)
    except UnsuitableMachine as found:
        what, _, remedy = str(found).partition(": ")
        yield fault(f"{what}.", f"{remedy[:1].upper()}{remedy[1:]}")
        return
    yield ok("Java 17.")
