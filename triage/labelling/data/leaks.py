"""Finds labels that a row gives away without being understood: by their name, one word, or a column that is a code."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from triage.labelling.data.report import Row, listed

FEW = 5
"""Examples of a label below which its figures mean nothing."""

LEAK = 0.98
"""Precision and recall of a single word, or of a column's values, that give the label away."""

NAMED_SHARE = 0.95
"""Share of rows whose text names their own label above which a warning is given."""

_WORD = re.compile(r"\w+")
_WORDS = 300


def is_code_of_label(rows: Sequence[Row], column: str) -> bool:
    """Whether a column has few values, each of which means one label."""
    labels = {row.labels for row in rows}
    seen: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for row in rows:
        seen[row.texts[column].strip().casefold()][row.labels] += 1
    few = len(seen) <= 3 * len(labels) and len(seen) <= len(rows) / 5
    return few and sum(max(found.values()) for found in seen.values()) >= LEAK * len(rows)


def named_labels(usable: Sequence[Row]) -> str | None:
    """A warning where nearly all rows of a label contain its name."""
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
    return f"The text names its own label in nearly all rows of {listed(given_away)}: does the label leak?"


def word_leak(usable: Sequence[Row], column: str) -> str | None:
    """A warning where a single word separates most labels from all others; for one label alone that is no leak."""
    holding: dict[str, Counter[str]] = defaultdict(Counter)
    counts, total = Counter[str](), Counter[str]()
    for row in usable:
        words = set(_WORD.findall(row.texts[column].casefold())[:_WORDS])
        total.update(words)
        for label in row.labels:
            counts[label] += 1
            holding[label].update(words)
    enough = [label for label in counts if counts[label] >= FEW]
    given_away = [x for x in enough if _has_telltale_word(holding[x], counts[x], total)]
    if len(given_away) < 2 or len(given_away) < 0.8 * len(enough):
        return None
    return (
        f"LEAK? One word of column {column} alone gives away the label, for {len(given_away)} of {len(enough)} labels: "
        "figures will look better than the model is."
    )


def _has_telltale_word(holding: Counter[str], rows: int, total: Counter[str]) -> bool:
    return any(count >= LEAK * rows and count >= LEAK * total[word] for word, count in holding.items())
