"""The metrics of quality."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from triage.monitoring.history.past import Past
from triage.monitoring.history.usual import usual_share
from triage.monitoring.intervals import corrected
from triage.monitoring.measurement import Measurement, Metric
from triage.monitoring.profiles.profile import RUN
from triage.monitoring.quality.freshness import freshness
from triage.monitoring.quality.shares import COLUMNS, RULES, SHARES, Share
from triage.monitoring.quality.volume import volume
from triage.monitoring.view import RunView

_OFTEN_ABSENT = ("language_share", "quarantine_share")
"""Metrics that a run without such mails has no measurement of: it counts as a run with a share of 0."""


_PARTS: Mapping[str, tuple[str, ...] | None] = {
    "completeness": COLUMNS,
    "validity": RULES,
    "language_share": None,
    "quarantine_share": None,
}
_NOTES = ("FEW_RUNS",)


def _metric(name: str, meaning: str, by: tuple[str, ...] = ("run", "source")) -> Metric:
    return Metric(name, "quality", "share", by, meaning, _measure(name), _PARTS.get(name, ()), _NOTES)


def _measure(name: str) -> Callable[[RunView], Iterator[Measurement]]:
    """Beside earlier runs. All intervals of a run's shares hold together with `monitoring.confidence` (Bonferroni)."""

    def measure(view: RunView) -> Iterator[Measurement]:
        compared = sum(1 for shares in SHARES.values() for _ in shares(view))
        confidence, past = corrected(view.settings.monitoring.confidence, compared), Past(view.history)
        for share in SHARES[name](view):
            yield _measured(view, share, past, confidence)

    return measure


def _measured(view: RunView, share: Share, past: Past, confidence: float) -> Measurement:
    absent_in = "volume" if share.metric.startswith(_OFTEN_ABSENT) else ""
    shares = past.shares(share.metric, (share.by, share.slice), absent_in=absent_in)
    is_known = len(shares) >= view.settings.monitoring.quality.fewest_runs
    found = usual_share(share.hits, share.mails, shares if is_known else (), confidence)
    return Measurement(
        metric=share.metric,
        value=share.hits / share.mails,
        by=share.by,
        slice=share.slice,
        low=found.low,
        high=found.high,
        usual=found.usual,
        mails=share.mails,
        note="" if is_known else "FEW_RUNS",
    )


METRICS: tuple[Metric, ...] = (
    Metric("volume", "quality", "mails", ("run", "source"), "new mails, beside the weekday's usual", volume, ()),
    Metric("freshness", "quality", "hours", ("run", "source"), "age of the newest mail when the run ended", freshness),
    _metric("completeness", "share of mails in which a column has a value"),
    _metric("validity", "share of mails that keep a rule"),
    _metric("duplicate_share", "share of the messages in exports that were known already", RUN[:1]),
    _metric("charset_repaired", "share of mails whose character set was missing or wrong"),
    _metric("language_share", "share of mails in a language"),
    _metric("quarantine_share", "share of mails in quarantine, all and by reason"),
    _metric("detector_fallback", "share of mails whose names spaCy's own code tagged", RUN[:1]),
)
"""In the order of the report."""
