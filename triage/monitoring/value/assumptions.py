"""Assumptions with ranges, and the interval that they give a figure.

A figure is a formula over assumptions. Its value is that of their usual values, so that a person can recompute it; its
interval is that of the formula over random draws (Monte Carlo), each assumption from the PERT distribution of its range
(Malcolm et al. 1959: a beta distribution on [low, high] with its mode at the usual value). All figures of a run share
their draws: what one assumption does to several figures, it does in the same draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from triage.config.monitoring import MonitoringSettings
from triage.config.value import Assumption, ValueSettings

Floats = npt.NDArray[np.float64]
Values = Callable[[str], Floats]
"""By name of an assumption, such as `review_minutes` or `queue_sorting_minutes.bounces`: one value or all draws."""

Formula = Callable[[Values], Floats]
SORTING, QUEUE_SORTING = "sorting_minutes", "queue_sorting_minutes"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure under the usual assumptions, and the interval of it under all."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All assumptions of the settings; `confidence` is that of the intervals."""

    settings: ValueSettings
    confidence: float

    def estimate(self, formula: Formula) -> Estimate:
        """The figure that a formula gives."""
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(formula(self.draws), [tail, 1 - tail])
        return Estimate(float(formula(self.usual)), float(low), float(high))

    def usual(self, name: str) -> Floats:
        """The usual value. Raises KeyError for an unknown name."""
        return np.full((), self._range(name).usual)

    def draws(self, name: str) -> Floats:
        """Draws from the range; by name, whatever else is drawn. Raises KeyError for an unknown name."""
        part, seed = self._range(name), self.settings.seed
        return _draws(self._resolved(name), part.low, part.usual, part.high, self.settings.draws, seed)

    def _resolved(self, name: str) -> str:
        """A queue without a range of its own has that of all queues, and its draws."""
        section, _, queue = name.partition(".")
        return SORTING if section == QUEUE_SORTING and queue not in self.settings.queue_sorting_minutes else name

    def _range(self, name: str) -> Assumption:
        section, _, queue = self._resolved(name).partition(".")
        found = self.settings.queue_sorting_minutes[queue] if queue else getattr(self.settings, section, None)
        if not isinstance(found, Assumption):
            raise KeyError(name)
        return found


def assumptions_of(settings: MonitoringSettings) -> Assumptions:
    """The assumptions in force."""
    return Assumptions(settings.value, settings.confidence)


@lru_cache(maxsize=64)
def _draws(name: str, low: float, usual: float, high: float, count: int, seed: int) -> Floats:
    if low == high:
        return np.full(count, low)
    rng = np.random.default_rng([seed, crc32(name.encode())])
    rise, fall = 1 + 4 * (usual - low) / (high - low), 1 + 4 * (high - usual) / (high - low)
    drawn: Floats = low + (high - low) * rng.beta(rise, fall, count)
    drawn.flags.writeable = False  # it is shared
    return drawn
