"""Finds what a rule file says that is likely not meant: each finding names the rules and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

from triage.routing.lint.checked import Checked, Finding
from triage.routing.lint.names import labels_without_rule, queue_names, unused_calendars
from triage.routing.lint.overlaps import conflicts, partly_shadowed, unreachable_values
from triage.routing.lint.past import days_gone_by
from triage.routing.rule_file import read_rule_file
from triage.routing.rules import read_rules

CHECKS: Mapping[str, Callable[[Checked], Iterator[Finding]]] = MappingProxyType(
    {
        "partly_shadowed": partly_shadowed,
        "conflict": conflicts,
        "unreachable_value": unreachable_values,
        "queue_name": queue_names,
        "label_without_rule": labels_without_rule,
        "dead_date": days_gone_by,
        "unused_calendar": unused_calendars,
    }
)
"""What is looked for, by the code that findings show."""


def lint(file: Path, heads: Mapping[str, Sequence[str]], today: date) -> list[tuple[str, Finding]]:
    """All findings with their codes. Raises ConfigError for a file that would stop a run."""
    checked = Checked(read_rule_file(file), read_rules(file, heads), heads, today)
    return [(code, finding) for code, check in CHECKS.items() for finding in check(checked)]
