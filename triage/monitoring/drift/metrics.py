"""The metrics of drift, from the comparisons with the primary reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from triage.monitoring.drift.compare import SLICES, primary_rows
from triage.monitoring.drift.reference import primary_of
from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.profiles.features import FEATURES, HEAD_FEATURES
from triage.monitoring.record import DriftRow, Status
from triage.monitoring.view import RunView

_ALL = ("run", *SLICES)

SMALL_REFERENCE = "SMALL_REFERENCE"
"""The reference has too few mails for its words to be all that are usual."""

_OF_MODEL = ("language", "terms", "words")
"""Features that say whether a model knows such mail; shares of labels do not, since rows are chosen by label."""


_FEATURES = (
    "terms",
    "reason",
    *(feature.name for feature in FEATURES),
    *(f"{feature.name}.*" for feature in HEAD_FEATURES),
)


def drift(view: RunView) -> Iterator[Measurement]:
    """`drift.<feature>`: PSI above chance with its interval; `note` is the status."""
    for row in _compared(view):
        yield _measured(f"drift.{row.feature}", row, row.status)


def unseen_terms(view: RunView) -> Iterator[Measurement]:
    """Share of the occurrences of terms that the reference does not have; unknown beside a reference of few mails.

    A small reference lacks ordinary words, too.
    """
    reference = primary_of(view.references)
    fewest = view.settings.monitoring.drift.vocabulary_mails
    is_large = reference is not None and reference.profile.run.published >= fewest
    for row in _compared(view):
        if row.feature == "terms" and row.unseen_share is not None:
            value, note = (row.unseen_share, "") if is_large else (None, SMALL_REFERENCE)
            yield Measurement("unseen_terms", value, row.by, row.slice, mails=row.mails, note=note)


def largest_drift(view: RunView) -> Iterator[Measurement]:
    """The greatest PSI above chance among the features of all mails; `note` is the feature."""
    rows = [row for row in _compared(view) if row.by == "run"]
    if rows:
        largest = max(rows, key=lambda row: (row.psi_low or 0.0, row.above_chance))
        yield _measured("largest_drift", largest, largest.feature)


def model_distance(view: RunView) -> Iterator[Measurement]:
    """The greatest PSI above chance between mails and the rows that the model learnt from; `note` is the feature."""
    rows = [row for row in view.drift if row.reference == "model" and row.feature in _OF_MODEL]
    if rows:
        largest = max(rows, key=lambda row: (row.psi_low or 0.0, row.above_chance))
        yield _measured("model_distance", largest, largest.feature)


def _compared(view: RunView) -> Iterable[DriftRow]:
    return (row for row in primary_rows(view.drift) if row.status != "baseline")


def _measured(metric: str, row: DriftRow, note: str) -> Measurement:
    return Measurement(metric, row.above_chance, row.by, row.slice, row.psi_low, row.psi_high, 0.0, row.mails, note)


METRICS: tuple[Metric, ...] = (
    Metric(
        "largest_drift",
        "drift",
        "PSI",
        ("run",),
        "How far the feature that moved most is from its reference, less what chance adds.",
        largest_drift,
    ),
    Metric(
        "drift",
        "drift",
        "PSI",
        _ALL,
        "How far a feature is from its reference, less what chance adds; the note says whether that counts.",
        drift,
        _FEATURES,
        get_args(Status),
    ),
    Metric(
        "unseen_terms",
        "drift",
        "share",
        _ALL,
        "Share of the words that the reference does not have, and would have if they were as frequent there.",
        unseen_terms,
    ),
    Metric(
        "model_distance",
        "drift",
        "PSI",
        ("run",),
        "How far the mails are from the rows that the label model learnt from, in language, length and words.",
        model_distance,
    ),
)
"""In the order of the report."""
