"""Faults of labelled rows: which are dropped, which only cause a warning, and which make the whole file unusable."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from triage.labelling.data.leaks import FEW, is_code_of_label, named_labels, word_leak
from triage.labelling.data.report import DataReport, Row, listed

NO_LABEL, UNKNOWN_LABEL, EMPTY_TEXT = "no label", "unknown label", "empty text"
CONTRADICTION, LONE_EXAMPLE = "same text with different labels", "only example of its label"

CHECKED_ROWS = 50
"""Rows from which leaks are looked for; in fewer, chance looks like one."""


def check_rows(
    rows: Sequence[Row], known: Collection[str], repaired: Mapping[str, int]
) -> tuple[DataReport, list[Row]]:
    """The report, and all rows in order, with no labels left on those that cannot be used.

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
        errors=tuple(_errors(rows, usable)),
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


def _errors(rows: Sequence[Row], usable: Sequence[Row]) -> list[str]:
    given = [label for row in rows for label in row.labels]
    if len(given) >= CHECKED_ROWS and len(set(given)) > len(given) / 2:
        return [f"{len(given)} labels are given, {len(set(given))} of them different: that is no label column."]
    labels = {label for row in usable for label in row.labels}
    if len(labels) < 2:
        return [f"There are {len(usable)} usable rows with {len(labels)} label(s); two are needed."]
    if len(usable) < CHECKED_ROWS:
        return []
    leaking = [column for column in usable[0].texts if is_code_of_label(usable, column)]
    return [f"Column {column} holds no text but a code of the label." for column in leaking]


def _warnings(rows: Sequence[Row], usable: Sequence[Row], known: Collection[str]) -> list[str]:
    counts = Counter(label for row in usable for label in row.labels)
    few = sorted(label for label, count in counts.items() if count < FEW)
    missing = sorted(set(known) - set(counts))
    found = [f"Too few examples to measure (below {FEW}): {listed(few)}." if few else None]
    found.append(f"Labels of the head without an example: {listed(missing)}." if missing else None)
    found += [_unknown(rows, known)]
    if len(usable) >= CHECKED_ROWS:
        found += [named_labels(usable), *(word_leak(usable, column) for column in usable[0].texts)]
    return [text for text in found if text]


def _unknown(rows: Sequence[Row], known: Collection[str]) -> str | None:
    """Names an unknown label only beside a known one that it resembles: others may be anything."""
    unknown = Counter(label for row in rows for label in row.labels if known and label not in known)
    near = {label: difflib.get_close_matches(label, known, n=1, cutoff=0.6) for label in unknown}
    named = [f"{label} ({unknown[label]} rows; did you mean {close[0]}?)" for label, close in near.items() if close]
    strange = sum(1 for close in near.values() if not close)
    named += [f"{strange} that resemble none"] if strange else []
    return f"Unknown labels: {listed(named)}. Known: {listed(sorted(known))}." if named else None
