"""Findings as a table for people, or as JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.config import Settings
from triage.doctor.examine import Findings, examine
from triage.doctor.finding import Status, worst

_STYLE = {"ok": "green", "warning": "yellow", "fault": "bold red"}
FORM = 1
"""Version of the JSON object; it grows when a field changes its meaning or goes."""


def report(load: Callable[[], Settings], *, as_json: bool) -> int:
    """Examines, prints to standard output, and returns the exit code."""
    findings = examine(load)
    if as_json:
        sys.stdout.write(to_json(findings) + "\n")
    else:
        print_findings(findings, Console(soft_wrap=False))
    return exit_code(findings)


def exit_code(findings: Findings) -> int:
    """1 where anything is a fault, else 0."""
    return int(overall(findings) == "fault")


def overall(findings: Findings) -> Status:
    """The worst status of all."""
    return worst(one.status for found in findings.values() for one in found)


def to_json(findings: Findings) -> str:
    """One object: `form`, `checked_at` (ISO 8601, UTC), `status`, and a list `findings`.

    Each of these has `check`, `status`, `subject`, `what` and `remedy`.
    """
    content = {
        "form": FORM,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": overall(findings),
        "findings": [{"check": name} | asdict(one) for name, found in findings.items() for one in found],
    }
    return json.dumps(content, indent=1)


def print_findings(findings: Findings, console: Console) -> None:
    """A row a finding, the worst of a check first; a sentence at the end says how many there are."""
    table = Table(show_edge=False, pad_edge=False)
    for column in ("check", "status", "what is so", "how to mend it"):
        table.add_column(column, overflow="fold")
    for name, found in findings.items():
        for one in sorted(found, key=lambda finding: worst_first(finding.status)):
            what = f"{one.subject}: {one.what}" if one.subject else one.what
            table.add_row(name, Text(one.status, style=_STYLE[one.status]), Text(what), Text(one.remedy))
    console.print(table)
    counts = {status: sum(one.status == status for found in findings.values() for one in found) for status in _STYLE}
    console.print(f"\nFaults: {counts['fault']}. Warnings: {counts['warning']}. In order: {counts['ok']}.")


def worst_first(status: Status) -> int:
    """Sorts faults before warnings before what is in order."""
    return -list(_STYLE).index(status)
