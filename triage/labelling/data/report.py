"""A row of a labelled file, and the report of what was found wrong with all of them.

A report holds counts, row numbers, names of columns and of labels; never a row's text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rich.table import Table

from triage.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a labelled file, in memory only; `texts` by column."""

    number: int
    labels: tuple[str, ...]
    texts: Mapping[str, str]
    sent_at: datetime | None = None
    thread: str | None = None

    @property
    def words(self) -> str:
        """All its text, with single blanks, in one case."""
        return " ".join(" ".join(self.texts.values()).casefold().split())


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was found wrong with labelled rows, and what was done about it.

    `dropped` and `repaired` count rows by reason; with `errors` no head can be trained from the rows.
    """

    rows: int
    used: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    repaired: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def warn(self, *more: str | None) -> DataReport:
        """The report with further warnings, such as that of `label_noise.noise_warning`."""
        return replace(self, warnings=(*self.warnings, *(text for text in more if text)))

    def require_usable(self, where: str) -> None:
        """Raises ConfigError when there are errors."""
        if self.errors:
            raise ConfigError(
                " ".join(self.errors),
                where=where,
                remedy="Correct the labelled file, or name other columns.",
            )


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names with commas between; beyond `most` only how many there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def report_table(report: DataReport, title: str = "labelled rows") -> Table:
    """The report, a line a finding."""
    table = Table("what", "rows or remark", title=title)
    table.add_row("read", str(report.rows))
    table.add_row("usable", str(report.used))
    for verb, counts in (("dropped", report.dropped), ("repaired", report.repaired)):
        for reason, count in sorted(counts.items()):
            table.add_row(f"{verb}: {reason}", str(count))
    for text in report.warnings:
        table.add_row("warning", text)
    for text in report.errors:
        table.add_row("error", text)
    return table
