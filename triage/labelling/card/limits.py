"""Known limits of a head, each read from its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from triage.labelling.card.facts import TrainingFacts
from triage.labelling.card.figures import HeadFigures, Slice

FEW_ROWS = 30
"""To learn a label from, or to measure one on."""

WEAK_F1 = 0.5
MOST_ECE = 0.03
MUCH_DROPPED = 0.05
_NAMED = 8
"""Labels named in one sentence."""


def limits_of(found: HeadFigures, facts: TrainingFacts) -> tuple[str, ...]:
    """Sentences about small and weak labels, slices, languages, calibration and what was dropped; never none."""
    known = chain(
        _precision(found),
        _labels(found, facts),
        _slices(found),
        _languages(found, facts),
        _confusion(found),
        _calibration(found),
        _dropped(found, facts),
    )
    return tuple(known)


def _precision(found: HeadFigures) -> Iterator[str]:
    macro = found.measured.macro_f1
    yield (
        f"Measured on {found.measured.rows} rows: macro-F1 is known to lie between {macro.low:.3f} and {macro.high:.3f}, "
        "and mail of other places or later times may differ from these rows."
    )


def _labels(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    learnt = {label: sum(counts.values()) for label, counts in facts.learnt.get(found.head.name, {}).items()}
    classes = found.classes
    groups = {
        f"Fewer than {FEW_ROWS} rows to learn from": [
            c.label for c in classes if learnt.get(c.label, 0) < FEW_ROWS
        ],
        "No row to measure on": [c.label for c in classes if c.rows == 0],
        f"Fewer than {FEW_ROWS} rows to measure on, so that their intervals are wide": [
            c.label for c in classes if 0 < c.rows < FEW_ROWS
        ],
        "Never given to any row": [c.label for c in classes if c.rows and not c.predicted],
        f"F1 below {WEAK_F1}": [c.label for c in classes if c.rows and c.predicted and c.f1.value < WEAK_F1],
    }
    yield from (f"{what}: {_listed(labels)}." for what, labels in groups.items() if labels)


def _slices(found: HeadFigures) -> Iterator[str]:
    whole = found.whole.accuracy.value
    for part in found.slices:
        if part.accuracy.high < whole:
            yield (
                f"Weaker for {_called(part)}: accuracy {part.accuracy} on {part.rows} rows, "
                f"against {whole:.3f} on all."
            )


def _called(part: Slice) -> str:
    return {
        "language": f"language {part.name}",
        "length": f"texts of {part.name}",
        "sender": f"senders of kind {part.name}",
    }[part.kind]


def _languages(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    learnt: dict[str, int] = {}
    for counts in facts.learnt.get(found.head.name, {}).values():
        for language, rows in counts.items():
            learnt[language] = learnt.get(language, 0) + rows
    decided = found.head.description.languages
    total = max(1, sum(learnt.values()))
    shares = ", ".join(
        f"{code} {100 * rows / total:.0f} %" for code, rows in sorted(learnt.items(), key=lambda c: -c[1])
    )
    rest = (
        "Mail in any other language is not decided."
        if decided
        else "Mail in any other language is decided all the same, untested."
    )
    yield f"Learnt from these languages only: {shares}. {rest}"
    unknown = sorted({part.name for part in found.slices if part.kind == "language"} - learnt.keys())
    if unknown:
        yield f"Languages among the rows measured but not among those learnt from: {', '.join(unknown)}."
    unmeasured = sorted(learnt.keys() - {part.name for part in found.slices if part.kind == "language"})
    if unmeasured:
        yield f"Languages learnt from but not measured: {', '.join(unmeasured)}."


def _confusion(found: HeadFigures) -> Iterator[str]:
    if found.confusions:
        most = found.confusions[0]
        yield f"Most frequent confusion: {most.truth} taken for {most.predicted}, {most.rows} of {found.measured.rows} rows."


def _calibration(found: HeadFigures) -> Iterator[str]:
    after = found.ece_after
    if after.value > MOST_ECE:
        yield f"Probabilities are off by {after} on average (ECE), more than {MOST_ECE}: thresholds by cost hold less exactly."
    elif after.high > MOST_ECE:
        yield f"That probabilities are off by {MOST_ECE} at most (ECE) is not certain on so few rows: {after}."
    if found.at_95 is None:
        yield "No threshold reaches 95 % precision on these rows."


def _dropped(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    name = found.head.name
    dropped = sum(facts.dropped.get(name, {}).values())
    learnt = sum(sum(counts.values()) for counts in facts.learnt.get(name, {}).values())
    if dropped > MUCH_DROPPED * (dropped + learnt):
        yield f"{dropped} of {dropped + learnt} rows were dropped before training; what they held is not learnt."


def _listed(labels: Sequence[str]) -> str:
    rest = len(labels) - _NAMED
    return ", ".join(labels[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
