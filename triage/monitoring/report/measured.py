"""The measurements of one family as tables for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.monitoring.fairness.thresholds import SliceThreshold, equalized
from triage.monitoring.measurement import Family, Measurement, Metric
from triage.monitoring.performance.notes import AUDITED
from triage.monitoring.registry import METRICS
from triage.monitoring.report.changes import Earlier, earlier
from triage.monitoring.report.data import ReportData
from triage.monitoring.report.texts import Texts
from triage.monitoring.view import RunView

MOST_LINES = 40
"""Lines of a metric: those with the most mails; all are in metrics/measures."""

FAIRNESS_SLICES = ("language", "length", "style", "sender_kind")

MOST_UNUSUAL = 5
"""Slices of a metric that are shown at once beside the value of all mails."""

ELSEWHERE = ("drift", "routed")
"""Metrics with a section of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value: what it is of, its slice, and how it compares; `note` is the sentence or code of its limits."""

    of: str
    by: str
    slice: str
    value: float | None
    low: float | None
    high: float | None
    usual: float | None
    last: float | None
    mails: int
    note: str

    @property
    def distance(self) -> float:
        """How far the value is from the usual one; 0 where either is unknown."""
        return 0.0 if self.value is None or self.usual is None else self.value - self.usual

    @property
    def is_unusual(self) -> bool:
        """Whether the interval leaves the usual value out."""
        if self.usual is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.usual <= self.high


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one metric: `shown` at once, `folded` on demand; `more` are left out."""

    name: str
    meaning: str
    unit: str
    shown: Sequence[Line]
    folded: Sequence[Line]
    more: int


def groups(family: Family, data: ReportData, words: Texts, metrics: Sequence[Metric] = METRICS) -> list[Group]:
    """The metrics of a family that measured something, in the order of the registry."""
    values = earlier(data)
    found = []
    for metric in metrics:
        own = [one for one in data.measurements if metric.covers(one.metric)]
        if metric.family == family and metric.name not in ELSEWHERE and own:
            found.append(_group(metric, own, values, words))
    return found


def basis(measurements: Sequence[Measurement]) -> str:
    """Which accuracy is known, as the words of the page name it; empty where none was asked for.

    `realized` is measured on random audits. `chosen` is measured on corrections of some heads at least: people correct
    what is wrong, so that it is too low. `expected` is from scores, and `unknown` neither.
    """
    asked = [one for one in measurements if one.metric.partition(".")[0] in ("expected_accuracy", "realized_accuracy")]
    known = [one for one in asked if one.value is not None]
    notes = {one.note for one in known if one.metric.startswith("realized_accuracy")}
    if notes:
        return "realized" if notes == {AUDITED} else "chosen"
    return "expected" if known else "unknown" if asked else ""


def thresholds(view: RunView) -> list[tuple[str, SliceThreshold]]:
    """What thresholds that give each slice the errors of all mails would change, by head; empty where unknown."""
    heads = sorted(name.partition(".")[2] for name in view.now.run.features if name.startswith("decided_score."))
    return [(head, one) for head in heads for kind in FAIRNESS_SLICES for one in equalized(view, head, kind)]


def _group(metric: Metric, own: Sequence[Measurement], values: Earlier, words: Texts) -> Group:
    largest = sorted(own, key=lambda one: (one.by != "run", -one.mails))[:MOST_LINES]
    kept = {id(one) for one in largest}
    lines = [_line(metric, one, values, words) for one in own if id(one) in kept]
    chosen = _shown(lines)
    shown = _joined(chosen)
    folded = [line for line in lines if line not in chosen]
    return Group(words.word("metrics", metric.name), metric.meaning, metric.unit, shown, folded, len(own) - len(lines))


def _shown(lines: Sequence[Line]) -> list[Line]:
    """Those of all mails, and the slices that are farthest from usual by more than their interval."""
    unusual = sorted((line for line in lines if line.is_unusual), key=lambda line: -abs(line.distance))
    chosen = [*(line for line in lines if line.by == "run"), *unusual[:MOST_UNUSUAL]]
    return [line for line in lines if line in chosen] or list(lines[:MOST_UNUSUAL])


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Parts that cannot be known for the same reason share a line, so that they do not hide what is known."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if before and line.value is None and replace(before, of=line.of, mails=line.mails, usual=line.usual) == line:
            found[-1] = replace(before, of=f"{before.of}, {line.of}", mails=max(before.mails, line.mails), usual=None)
        else:
            found.append(line)
    return found


def _line(metric: Metric, one: Measurement, values: Earlier, words: Texts) -> Line:
    of = one.metric.removeprefix(metric.name).removeprefix(".")
    last, _ = values(one)
    note = words["notes"].get(one.note, one.note)
    return Line(of, one.by, one.slice, one.value, one.low, one.high, one.usual, last, one.mails, note)
