"""All checks, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

from triage.doctor.finding import Finding
from triage.doctor.lake.clock import check_clock
from triage.doctor.lake.key import check_key
from triage.doctor.lake.locks import check_locks
from triage.doctor.lake.tables import check_tables
from triage.doctor.machine.disk import check_disk
from triage.doctor.machine.jars import check_jars
from triage.doctor.machine.java import check_java
from triage.doctor.machine.leftovers import check_leftovers
from triage.doctor.machine.packages import check_packages
from triage.doctor.machine.python import check_python
from triage.doctor.patient import Machine, Patient
from triage.doctor.services.registry import check_registry
from triage.doctor.services.scheduler import check_scheduler
from triage.doctor.services.settings import check_settings
from triage.doctor.services.sources import check_sources

MACHINE: MappingProxyType[str, Callable[[Machine], Iterable[Finding]]] = MappingProxyType(
    {
        "python": check_python,
        "java": check_java,
        "packages": check_packages,
        "jars": check_jars,
    }
)
"""What needs no settings."""

CHECKS: MappingProxyType[str, Callable[[Patient], Iterable[Finding]]] = MappingProxyType(
    {
        "settings": check_settings,
        "disk": check_disk,
        "key": check_key,
        "tables": check_tables,
        "locks": check_locks,
        "clock": check_clock,
        "sources": check_sources,
        "registry": check_registry,
        "scheduler": check_scheduler,
        "leftovers": check_leftovers,
    }
)
"""What looks at the lake and all that the settings name."""
