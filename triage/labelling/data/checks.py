"""What is wrong with labelled rows: what is dropped, put right, warned of, or refused, and why.

A report holds counts, row numbers, names of columns and of labels; never a row's text.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rich.table import Table

from triage.errors import ConfigError

NO_LABEL, UNKNOWN_LABEL, EMPTY_TEXT = "no label", "unknown label", "empty text"
CONTRADICTION, LONE_EXAMPLE = "same text with different labels", "only example of its label"

FEW = 5
"""Examples of a label below which its figures mean nothing."""

LEAK = 0.98
"""Precision and recall of a single word, or of a column's values, that give the label away."""

CHECKED_ROWS = 50
"""Rows from which leaks are looked for; in fewer, chance looks like one."""

NAMED_SHARE = 0.95
"""Share of rows whose text names their own label from which that is worth a word."""

_WORD = re.compile(r"\w+")
_WORDS = 300


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
    """What became of labelled rows. `dropped` and `repaired` count rows by reason; a refused file is not learnt from."""

    rows: int
    used: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    repaired: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def warn(self, *more: str | None) -> DataReport:
        """The report with further warnings, such as that of `label_noise.noise_warning`."""
        return replace(self, warnings=(*self.warnings, *(text for text in more if text)))

    def check(self, where: str) -> None:
        """Raises ConfigError when the file is refused."""
        if self.refused:
            raise ConfigError(
                " ".join(self.refused),
                where=where,
                remedy="Correct the labelled file, or name other columns.",
            )


def check_rows(
    rows: Sequence[Row], known: Collection[str], repaired: Mapping[str, int]
) -> tuple[DataReport, list[Row]]:
    """The report, and all rows in order, those without labels that cannot be learnt from.

    `known`: the head's labels; none for a head that takes whatever labels the rows have.
    """
    faults = _faults(rows, set(known))
    kept = [replace(row, labels=faults.get(row.number, ("", row.labels))[1]) for row in rows]
    usable = [row for row in kept if row.labels]
    report = DataReport(
        rows=len(rows),
        used=len(usable),
        dropped=dict(Counter(reason for reason, labels in faults.values() if not labels)),
        repaired=dict(repaired),
        warnings=tuple(_warnings(rows, usable, set(known))),
        refused=tuple(_refusals(rows, usable)),
    )
    return report, kept


_Faults = dict[int, tuple[str, tuple[str, ...]]]
"""Row → what is wrong, and the labels that it keeps."""


def _faults(rows: Sequence[Row], known: Collection[str]) -> _Faults:
    found: _Faults = {}
    for row in rows:
        labels = tuple(label for label in row.labels if not known or label in known)
        if not row.labels:
            found[row.number] = (NO_LABEL, ())
        elif labels != row.labels:
            found[row.number] = (UNKNOWN_LABEL, labels)
        if row.labels and not row.words:
            found[row.number] = (EMPTY_TEXT, ())
    found |= _contradictions([row for row in rows if row.number not in found])
    left = [row for row in rows if row.number not in found]
    counts = Counter(label for row in left for label in row.labels)
    for row in left:
        labels = tuple(label for label in row.labels if counts[label] > 1)
        if labels != row.labels:
            found[row.number] = (LONE_EXAMPLE, labels)
    return found


def _contradictions(rows: Sequence[Row]) -> _Faults:
    by_text: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_text[row.words].append(row)
    several = (same for same in by_text.values() if len({frozenset(row.labels) for row in same}) > 1)
    return {row.number: (CONTRADICTION, ()) for same in several for row in same}


def _refusals(rows: Sequence[Row], usable: Sequence[Row]) -> list[str]:
    given = [label for row in rows for label in row.labels]
    if len(given) >= CHECKED_ROWS and len(set(given)) > len(given) / 2:
        return [
            f"{len(given)} labels are given, {len(set(given))} of them different: that is no label column."
        ]
    labels = {label for row in usable for label in row.labels}
    if len(labels) < 2:
        return [f"There are {len(usable)} usable rows with {len(labels)} label(s); two are needed."]
    if len(usable) < CHECKED_ROWS:
        return []
    leaking = [column for column in usable[0].texts if _is_code_of_label(usable, column)]
    return [f"Column {column} holds no text but a code of the label." for column in leaking]


def _is_code_of_label(rows: Sequence[Row], column: str) -> bool:
    """Whether a column has few values, each of which means one label."""
    labels = {row.labels for row in rows}
    seen: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for row in rows:
        seen[row.texts[column].strip().casefold()][row.labels] += 1
    few = len(seen) <= 3 * len(labels) and len(seen) <= len(rows) / 5
    return few and sum(max(found.values()) for found in seen.values()) >= LEAK * len(rows)


def _warnings(rows: Sequence[Row], usable: Sequence[Row], known: Collection[str]) -> list[str]:
    counts = Counter(label for row in usable for label in row.labels)
    few = sorted(label for label, count in counts.items() if count < FEW)
    missing = sorted(set(known) - set(counts))
    found = [f"Too few examples to measure (below {FEW}): {_listed(few)}." if few else None]
    found.append(f"Labels of the head without an example: {_listed(missing)}." if missing else None)
    found += [_unknown(rows, known)]
    if len(usable) >= CHECKED_ROWS:
        found += [_named_labels(usable), *(_telling_words(usable, column) for column in usable[0].texts)]
    return [text for text in found if text]


def _unknown(rows: Sequence[Row], known: Collection[str]) -> str | None:
    """Names an unknown label only beside a known one that it resembles: others may be anything."""
    unknown = Counter(label for row in rows for label in row.labels if known and label not in known)
    near = {label: difflib.get_close_matches(label, known, n=1, cutoff=0.6) for label in unknown}
    told = [
        f"{label} ({unknown[label]} rows; did you mean {close[0]}?)" for label, close in near.items() if close
    ]
    strange = sum(1 for close in near.values() if not close)
    told += [f"{strange} that resemble none"] if strange else []
    return f"Unknown labels: {_listed(told)}. Known: {_listed(sorted(known))}." if told else None


def _named_labels(usable: Sequence[Row]) -> str | None:
    named, counts = Counter[str](), Counter[str]()
    patterns: dict[str, Callable[[str], object]] = {}
    for row in usable:
        for label in row.labels:
            words = re.sub(r"[\W_]+", " ", label.casefold()).strip()
            search = patterns.setdefault(label, re.compile(rf"\b{re.escape(words)}\b").search)
            counts[label] += 1
            named[label] += len(words) > 2 and search(re.sub(r"[\W_]+", " ", row.words)) is not None
    given_away = sorted(x for x in counts if counts[x] >= FEW and named[x] >= NAMED_SHARE * counts[x])
    if not given_away:
        return None
    return f"The text names its own label in nearly all rows of {_listed(given_away)}: does the label leak?"


def _telling_words(usable: Sequence[Row], column: str) -> str | None:
    """Labels that one word tells from all others; harmless for one, a leak where it holds for most."""
    holding: dict[str, Counter[str]] = defaultdict(Counter)
    counts, total = Counter[str](), Counter[str]()
    for row in usable:
        words = set(_WORD.findall(row.texts[column].casefold())[:_WORDS])
        total.update(words)
        for label in row.labels:
            counts[label] += 1
            holding[label].update(words)
    enough = [label for label in counts if counts[label] >= FEW]
    told = [x for x in enough if _told_by_a_word(holding[x], counts[x], total)]
    if len(told) < 2 or len(told) < 0.8 * len(enough):
        return None
    return (
        f"LEAK? One word of column {column} alone tells the label, for {len(told)} of {len(enough)} labels: "
        "figures will look better than the model is."
    )


def _told_by_a_word(holding: Counter[str], rows: int, total: Counter[str]) -> bool:
    return any(count >= LEAK * rows and count >= LEAK * total[word] for word, count in holding.items())


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def report_table(report: DataReport, title: str = "labelled rows") -> Table:
    """The report, a line a finding."""
    table = Table("what", "rows or remark", title=title)
    table.add_row("read", str(report.rows))
    table.add_row("learnt from", str(report.used))
    for verb, counts in (("dropped", report.dropped), ("repaired", report.repaired)):
        for reason, count in sorted(counts.items()):
            table.add_row(f"{verb}: {reason}", str(count))
    for text in report.warnings:
        table.add_row("warning", text)
    for text in report.refused:
        table.add_row("refused", text)
    return table
