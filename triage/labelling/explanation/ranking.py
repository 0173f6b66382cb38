"""Ranks the terms and units of a mail by their support for a head's best label over the runner-up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from pyspark.sql import Row

from triage.labelling.explanation.contributions import Contributions
from triage.labelling.explanation.occlusion import Unit, unit_of
from triage.labelling.explanation.schema import TermContribution
from triage.labelling.linear.pipeline_weights import Floats

DIGITS = 10
"""After the point, that count in a comparison: sums of the same figures differ by rounding from library to library."""

MAX_TERMS = 24
"""Terms of a head that are listed; the others are summed."""


def units_by_support(found: Contributions, lead: Floats, columns: Collection[str]) -> list[Unit]:
    """The units that can be removed from the mail, those with the strongest support for the best label first.

    Removing either word of a pair removes the pair, so its contribution counts for both.
    """
    supports: dict[Unit, float] = {}
    for term, weights in found.terms.items():
        for unit in filter(None, (unit_of(part, columns) for part in term.split(" "))):
            supports[unit] = supports.get(unit, 0.0) + float(weights @ lead)
    return sorted(supports, key=lambda unit: (-round(supports[unit], DIGITS), unit))


def strongest_terms(found: Contributions, lead: Floats) -> tuple[tuple[TermContribution, ...], Mapping[str, float]]:
    """The terms with the largest effect on the lead, strongest first, and by label the sum of the others."""
    ordered = sorted(found.terms.items(), key=lambda item: (-round(abs(float(item[1] @ lead)), DIGITS), item[0]))
    listed = [
        TermContribution(term, float(weights @ lead), by_label(found.labels, weights))
        for term, weights in ordered[:MAX_TERMS]
        if weights.any()
    ]
    rest = np.sum([np.zeros(len(found.labels)), *(weights for _, weights in ordered[MAX_TERMS:])], axis=0)
    return tuple(listed), by_label(found.labels, rest)


def by_label(labels: Sequence[str], figures: Floats) -> dict[str, float]:
    """The figures by label."""
    return {label: float(figure) for label, figure in zip(labels, figures, strict=True)}


def runner_up(row: Row) -> str | None:
    """The label with the second-best score; None where the head has one label."""
    others = {label: score for label, score in row.scores.items() if label != row.best_label}
    return max(others, key=lambda label: others[label]) if others else None


def lead_weights(labels: Sequence[str], best: str, rival: str | None) -> Floats:
    """Weights whose product with logits is the lead of `best`: its own logit, minus the rival's where there is one."""
    return np.array([float(label == best) - float(label == rival) for label in labels])
