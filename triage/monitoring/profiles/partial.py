"""The profile of one table of observations, in memory: what a worker makes of its part of a run's mails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from triage.monitoring.profiles.columns import Coded, Floats, Ints, Observations, Scores, TermLists
from triage.monitoring.profiles.distributions import Counts, Distribution, Numbers, Terms
from triage.monitoring.profiles.features import FEATURES, HEAD_FEATURES, Values
from triage.monitoring.profiles.profile import Profile, Slice
from triage.monitoring.profiles.slices import OF_QUARANTINE, SLICES, Groups, grouped

_MANY_TERMS = 50_000
"""Terms from which an array of all hashes counts them faster than sorting does."""


def partial_profile(table: pa.Table, at: int) -> Profile:
    """The profile of rows of `triage.monitoring.profiles.observations`; `at` is the time of routing in microseconds."""
    published = Observations(table.filter(table["published"]), at)
    quarantined = Observations(table.filter(pc.invert(table["published"])), at)
    return _of_published(published) + _of_quarantined(quarantined)


def _of_published(of: Observations) -> Profile:
    if not len(of):
        return Profile()
    groups = [grouped(kind, of) for kind in SLICES]
    features: dict[tuple[str, str], dict[str, Distribution]] = defaultdict(dict)
    for name, values in _values(of):
        for group in groups:
            for code, found in _distributions(values, group):
                features[group.kind.name, group.values[code]][name] = found
    return Profile(
        {
            (group.kind.name, value): Slice(len(group.rows(code)), 0, features[group.kind.name, value])
            for group in groups
            for code, value in enumerate(group.values)
            if len(group.rows(code))
        }
    )


def _values(of: Observations) -> Iterator[tuple[str, Values]]:
    for feature in FEATURES:
        yield feature.name, feature.values(of)
    for head in of.heads:
        for one in HEAD_FEATURES:
            yield f"{one.name}.{head}", one.values(of, head)


def _distributions(values: Values, groups: Groups) -> Iterator[tuple[int, Distribution]]:
    """The distribution of a feature in each slice of a kind that has any of it, by the slice's code."""
    if isinstance(values, Coded):
        return _counts(values, groups)
    if isinstance(values, TermLists):
        return _terms(values, groups)
    return _scores(values, groups) if isinstance(values, Scores) else _numbers(values[groups.order], groups.starts)


def _counts(found: Coded, groups: Groups) -> Iterator[tuple[int, Counts]]:
    slices = groups.codes if found.rows is None else groups.codes[found.rows]
    counts = (slices >= 0) & (found.codes >= 0)
    cells = slices[counts] * len(found.values) + found.codes[counts]
    weights = None if found.weights is None else found.weights[counts]
    size = len(groups.values) * len(found.values)
    table = np.bincount(cells, weights, size).astype(np.int64).reshape(len(groups.values), len(found.values))
    for code, row in enumerate(table):
        if row.any():
            yield code, Counts.of({found.values[i]: int(row[i]) for i in np.flatnonzero(row).tolist()})


def _scores(found: Scores, groups: Groups) -> Iterator[tuple[int, Numbers]]:
    codes = groups.codes[found.rows]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(groups.values) + 1))
    return _numbers(found.numbers[order], starts)


def _numbers(ordered: Floats, starts: Ints) -> Iterator[tuple[int, Numbers]]:
    """Of numbers that are ordered by slice: slice i has those from starts[i] to starts[i + 1]."""
    for code, (start, end) in enumerate(pairwise(starts.tolist())):
        if end > start:
            yield code, Numbers.of(ordered[start:end])


def _terms(found: TermLists, groups: Groups) -> Iterator[tuple[int, Terms]]:
    if not groups.kind.has_terms:
        return
    is_whole = len(groups.values) == 1 and not groups.starts[0]  # one slice of all rows needs no copy in its order
    ordered = found.lists if is_whole else found.lists.take(pa.array(groups.order))
    for code, (start, end) in enumerate(pairwise(groups.starts.tolist())):
        terms = ordered.slice(start, end - start).flatten().to_numpy(zero_copy_only=False)
        if len(terms):
            yield code, Terms(_counted(terms))


def _counted(terms: Ints) -> dict[int, int]:
    if len(terms) < _MANY_TERMS:
        values, counts = np.unique(terms, return_counts=True)
    else:
        every = np.bincount(terms)
        values = np.flatnonzero(every)
        counts = every[values]
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _of_quarantined(of: Observations) -> Profile:
    """Slices with the number of quarantined mails and the counts of their reasons."""
    if not len(of):
        return Profile()
    reasons, slices = of.members("reasons"), {}
    for kind in OF_QUARANTINE:
        groups = grouped(kind, of)
        counted: Mapping[int, Any] = dict(_counts(reasons, groups))
        for code, value in enumerate(groups.values):
            features = {"reason": counted[code]} if code in counted else {}
            slices[kind.name, value] = Slice(0, len(groups.rows(code)), features)
    return Profile(slices)
