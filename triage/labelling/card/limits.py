"""Derives sentences about a head's known limits from its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from triage.labelling.card.figures import HeadFigures, Slice
from triage.labelling.card.inputs import TrainingFacts

FEW_ROWS = 30
"""Fewer rows of a label than this, for training or evaluation, are reported."""

WEAK_F1 = 0.5
MAX_ECE = 0.03
MAX_DROPPED = 0.05
_NAMED = 8
"""Labels named in one sentence."""


def limits_of(found: HeadFigures, facts: TrainingFacts) -> tuple[str, ...]:
    """Sentences about small and weak labels, slices, languages, calibration and excluded rows; at least one."""
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
        f"Evaluated on {found.measured.rows} rows: the 95 % interval of macro-F1 is "
        f"{macro.low:.3f} to {macro.high:.3f}. Mail from other places or later times may differ from these rows."
    )


def _labels(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    training_rows = {
        label: sum(counts.values()) for label, counts in facts.training_rows.get(found.head.name, {}).items()
    }
    classes = found.classes
    groups = {
        f"Fewer than {FEW_ROWS} training rows": [c.label for c in classes if training_rows.get(c.label, 0) < FEW_ROWS],
        "No row to evaluate": [c.label for c in classes if c.rows == 0],
        f"Fewer than {FEW_ROWS} rows to evaluate, so the intervals are wide": [
            c.label for c in classes if 0 < c.rows < FEW_ROWS
        ],
        "Not given to any row": [c.label for c in classes if c.rows and not c.predicted],
        f"F1 below {WEAK_F1}": [c.label for c in classes if c.rows and c.predicted and c.f1.value < WEAK_F1],
    }
    yield from (f"{what}: {_listed(labels)}." for what, labels in groups.items() if labels)


def _slices(found: HeadFigures) -> Iterator[str]:
    whole = found.whole.accuracy.value
    for part in found.slices:
        if part.accuracy.high < whole:
            yield (
                f"Weaker for {_called(part)}: accuracy {part.accuracy} on {part.rows} rows, against {whole:.3f} on all."
            )


def _called(part: Slice) -> str:
    return {
        "language": f"language {part.name}",
        "length": f"texts of {part.name}",
        "sender": f"senders of kind {part.name}",
    }[part.kind]


def _languages(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    training_rows: dict[str, int] = {}
    for counts in facts.training_rows.get(found.head.name, {}).values():
        for language, rows in counts.items():
            training_rows[language] = training_rows.get(language, 0) + rows
    decided = found.head.description.languages
    total = max(1, sum(training_rows.values()))
    shares = ", ".join(
        f"{code} {100 * rows / total:.0f} %" for code, rows in sorted(training_rows.items(), key=lambda c: -c[1])
    )
    rest = (
        "Mail in any other language is not decided."
        if decided
        else "Mail in any other language is decided, too, without a test."
    )
    yield f"Trained on these languages only: {shares}. {rest}"
    unknown = sorted({part.name for part in found.slices if part.kind == "language"} - training_rows.keys())
    if unknown:
        yield f"Languages of evaluated rows that are not in the training rows: {', '.join(unknown)}."
    unmeasured = sorted(training_rows.keys() - {part.name for part in found.slices if part.kind == "language"})
    if unmeasured:
        yield f"Languages of training rows that are not in the evaluated rows: {', '.join(unmeasured)}."


def _confusion(found: HeadFigures) -> Iterator[str]:
    if found.confusions:
        most = found.confusions[0]
        yield (
            f"Most frequent confusion: {most.truth} was labelled {most.predicted} "
            f"in {most.rows} of {found.measured.rows} rows."
        )


def _calibration(found: HeadFigures) -> Iterator[str]:
    after = found.ece_after
    if after.value > MAX_ECE:
        yield f"The expected calibration error is {after}, more than {MAX_ECE}: thresholds from costs are less exact."
    elif after.high > MAX_ECE:
        yield (
            f"The expected calibration error is {after}: an error above {MAX_ECE} cannot be excluded with so few rows."
        )
    if found.at_95 is None:
        yield "No threshold has 95 % precision on these rows."


def _dropped(found: HeadFigures, facts: TrainingFacts) -> Iterator[str]:
    name = found.head.name
    dropped = sum(facts.dropped.get(name, {}).values())
    training_rows = sum(sum(counts.values()) for counts in facts.training_rows.get(name, {}).values())
    if dropped > MAX_DROPPED * (dropped + training_rows):
        yield f"{dropped} of {dropped + training_rows} rows were excluded before training."


def _listed(labels: Sequence[str]) -> str:
    rest = len(labels) - _NAMED
    return ", ".join(labels[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
