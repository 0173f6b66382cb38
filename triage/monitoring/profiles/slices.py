"""The kinds of slices of a profile: each is one function of observations and one line in SLICES."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from triage.monitoring.profiles.columns import Coded, Ints, Observations
from triage.monitoring.profiles.features import label, length, sender_kind, style
from triage.monitoring.profiles.profile import RUN

CATEGORY_HEAD = "category"


@dataclass(frozen=True, slots=True)
class SliceKind:
    """A way to part mails into slices; each mail is in at most one. `has_terms`: terms are counted in each."""

    name: str
    values: Callable[[Observations], Coded]
    has_terms: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows of each slice of a kind: those of `values[i]` are `order[starts[i] : starts[i + 1]]`."""

    kind: SliceKind
    values: Sequence[str]
    codes: Ints
    order: Ints
    starts: Ints

    def rows(self, code: int) -> Ints:
        """The rows of one slice."""
        return self.order[self.starts[code] : self.starts[code + 1]]


def all_mails(of: Observations) -> Coded:
    """One slice of all mails."""
    return Coded((RUN[1],), np.zeros(len(of), dtype=np.int64))


def category(of: Observations) -> Coded:
    """The label of the head `category`, or `abstained`; no slices where there is no such head."""
    if CATEGORY_HEAD not in of.heads:
        return Coded((), np.full(len(of), -1))
    found = label(of, CATEGORY_HEAD)
    codes = np.full(len(of), -1)
    codes[found.rows] = found.codes
    return Coded(found.values, codes)


SLICES: tuple[SliceKind, ...] = (
    SliceKind(RUN[0], all_mails, has_terms=True),
    SliceKind("source", lambda of: of.coded("source"), has_terms=True),
    SliceKind("language", lambda of: of.coded("language"), has_terms=True),
    SliceKind("queue", lambda of: of.coded("queue"), has_terms=True),
    SliceKind("category", category, has_terms=True),
    SliceKind("sender_kind", sender_kind),
    SliceKind("length", length),
    SliceKind("style", style),
)
"""All kinds of slices."""

OF_QUARANTINE = tuple(kind for kind in SLICES if kind.name in (RUN[0], "source"))
"""The kinds that quarantined mails are in, too: nothing else is known of them."""


def grouped(kind: SliceKind, of: Observations) -> Groups:
    """The slices of a kind that have rows or may have."""
    found = kind.values(of)
    order = np.argsort(found.codes, kind="stable")
    starts = np.searchsorted(found.codes[order], np.arange(len(found.values) + 1))
    return Groups(kind, found.values, found.codes, order, starts)
