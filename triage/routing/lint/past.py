"""Days of a rule file that have gone by."""

from __future__ import annotations

from collections.abc import Iterator

from triage.routing.lint.checked import Checked, Finding


def days_gone_by(checked: Checked) -> Iterator[Finding]:
    """Rules that counted until a day before today, and maintenance windows that are over."""
    for entry in checked.content.rules:
        if entry.end and entry.end < checked.today:
            what = f"The rule counted until {entry.end}; no new mail meets it."
            yield Finding((entry.name,), what, "Remove it, or give it new days.")
    for name, calendar in checked.content.calendars.items():
        over = [window for window in calendar.maintenance if window.end.date() < checked.today]
        if over:
            what = f"{len(over)} of the maintenance windows are over."
            remedy = "Remove them once no mail from before them waits for an answer."
            yield Finding((name,), what, remedy)
