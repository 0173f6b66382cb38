"""What a check found: its status, what is so, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "fault"]
ORDER: tuple[Status, ...] = ("ok", "warning", "fault")
"""From the best to the worst."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence each of what is so and how to mend it, without a value, name or address of a person.

    `subject` is the table, setting or folder that it is about, by its declared name; empty for the whole check.
    """

    status: Status
    what: str
    remedy: str = ""
    subject: str = ""


def ok(what: str, subject: str = "") -> Finding:
    """A finding of something in order."""
    return Finding("ok", what, "", subject)


def warning(what: str, remedy: str, subject: str = "") -> Finding:
    """A finding that a run survives."""
    return Finding("warning", what, remedy, subject)


def fault(what: str, remedy: str, subject: str = "") -> Finding:
    """A finding that stops a run, or by which something is lost."""
    return Finding("fault", what, remedy, subject)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of them; ok where there are none."""
    return max(statuses, key=ORDER.index, default="ok")
