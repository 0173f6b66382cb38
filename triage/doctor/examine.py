"""Runs all checks side by side, each within a time limit, and none of them able to end the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from triage.config import Settings
from triage.doctor.finding import Finding, fault, warning
from triage.doctor.patient import Machine, Patient
from triage.doctor.registry import CHECKS, MACHINE
from triage.doctor.services.settings import unusable
from triage.errors import ConfigError, TriageError

SECONDS = 30.0
"""After which a check that has not answered, such as one of a file server that hangs, is given up."""

_BEYOND_KEY_COMMAND = 5.0
"""Seconds by which the key's check may outlast the key command, so that its own word is heard."""

Findings = dict[str, list[Finding]]
"""By check, in the order of the registry."""

Check = Callable[[], Iterable[Finding]]


def examine(load: Callable[[], Settings], seconds: float = SECONDS) -> Findings:
    """All findings. Settings that cannot be loaded are one of them; then only the machine is looked at."""
    machine = Machine()
    checks: dict[str, Check] = {name: partial(check, machine) for name, check in MACHINE.items()}
    try:
        patient = Patient(load(), machine)
    except ConfigError as found:
        return run_checks(checks, seconds) | {"settings": [unusable(found)]}
    checks |= {name: partial(check, patient) for name, check in CHECKS.items()}
    return run_checks(checks, _seconds_of(patient.settings, seconds))


def _seconds_of(settings: Settings, seconds: float) -> float:
    privacy = settings.privacy
    return max(seconds, privacy.key_command_seconds + _BEYOND_KEY_COMMAND) if privacy.key_command else seconds


def run_checks(checks: Mapping[str, Check], seconds: float) -> Findings:
    """What each check found, a fault that says that it failed, or a warning that it did not end in time."""
    answers: SimpleQueue[tuple[str, list[Finding]]] = SimpleQueue()
    for name, check in checks.items():
        # daemons: a check that hangs must not keep the process
        Thread(target=lambda n=name, c=check: answers.put((n, _found(c))), daemon=True).start()
    found = _collected(answers, len(checks), monotonic() + seconds)
    late = warning(
        f"The check did not end within {seconds:.0f} seconds.", "Look at the file system or server it waits for."
    )
    return {name: found.get(name, [late]) for name in checks}


def _collected(answers: SimpleQueue[tuple[str, list[Finding]]], count: int, until: float) -> Findings:
    found: Findings = {}
    while len(found) < count:
        try:
            name, findings = answers.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            break
        found[name] = findings
    return found


def _found(check: Check) -> list[Finding]:
    """Of an unforeseen error only the type is named, because its text may hold a value."""
    findings: list[Finding] = []
    try:
        findings.extend(check())  # what comes before an error counts
    except TriageError as found:
        findings.append(fault(found.what, found.remedy or "See docs/operate.md."))
    except PermissionError:
        findings.append(fault("What is to be checked may not be read.", "Start as a user who may."))
    except Exception as found:  # noqa: BLE001 - a broken lake breaks in many ways, and the other checks must go on
        findings.append(fault(f"The check failed ({type(found).__name__}).", "Restore what it looks at, or report it."))
    return findings
