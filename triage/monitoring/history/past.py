"""Measurements of earlier runs by metric and slice, parted once, however many slices ask for theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from triage.monitoring.profiles.profile import SliceKey
from triage.monitoring.view import History, PastValue

Shares = list[tuple[float, float]]
"""Hits and mails of earlier runs."""


@dataclass(frozen=True, slots=True)
class Past:
    """What `history` has, by slice."""

    history: History
    _parted: dict[str, dict[SliceKey, list[PastValue]]] = field(default_factory=dict)

    def of(self, metric: str, key: SliceKey) -> list[PastValue]:
        """The known values of one slice, the oldest first."""
        if metric not in self._parted:
            parted = self._parted[metric] = defaultdict(list)
            for one in self.history(metric):
                if one.value is not None:
                    parted[one.by, one.slice].append(one)
        return self._parted[metric].get(key, [])

    def shares(self, metric: str, key: SliceKey, *, absent_in: str = "") -> Shares:
        """Shares of the runs that had mails of the slice.

        A run that has no value of the metric, but one of `absent_in`, had a share of 0.
        """
        found = {one.run_id: ((one.value or 0.0) * one.mails, float(one.mails)) for one in self.of(metric, key)}
        if absent_in:
            for one in self.of(absent_in, key):
                found.setdefault(one.run_id, (0.0, float(one.mails)))
        return [share for share in found.values() if share[1]]
