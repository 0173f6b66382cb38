"""The sections about one head: quality, calibration, abstention, confusion, slices, known limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.labelling.card.blocks import Items, Plot, Section, Table, Text
from triage.labelling.card.figures import HeadFigures, Slice
from triage.labelling.card.inputs import Head, TrainingFacts
from triage.labelling.card.limits import limits_of
from triage.labelling.card.plots import confusion_plot, reliability_plot, risk_plot
from triage.labelling.description import Calibration
from triage.labelling.evaluation.reliability import Bin

_CONFUSIONS = 10
_COVERAGES = (0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


def head_sections(found: HeadFigures) -> Iterator[Section]:
    """The sections that show a head's figures."""
    name = found.head.name
    yield Section(f"{name}: quality", (_headline(found), _classes(found)))
    yield Section(f"{name}: calibration", (_reliability(found), _ece(found), _calibration(found.head)))
    yield Section(f"{name}: when a person decides", (_risk(found.head), _thresholds(found)))
    if not found.head.description.multi:
        yield _confusion(found)
    yield Section(f"{name}: slices", (_slices(found),))


def limits_section(found: HeadFigures, facts: TrainingFacts) -> Section:
    """The section of known limits, derived from the figures."""
    return Section(f"{found.head.name}: known limits", (Items(limits_of(found, facts)),))


def _headline(found: HeadFigures) -> Table:
    several = found.head.description.multi
    rows = [("macro-F1", str(found.measured.macro_f1))]
    rows += [("micro-F1", str(found.measured.micro_f1))] if several else []
    rows += [("accuracy (all labels right)" if several else "accuracy", str(found.measured.accuracy))]
    rows += [("held-out rows", str(found.measured.rows))]
    return Table("Quality of the best label, with 95 % intervals", ("figure", "value"), tuple(rows))


def _classes(found: HeadFigures) -> Table:
    rows = tuple(
        (c.label, str(c.precision), str(c.recall), str(c.f1), str(c.rows), str(c.predicted)) for c in found.classes
    )
    header = ("label", "precision", "recall", "F1", "rows", "given")
    return Table("By label (Wilson intervals; F1: bootstrap)", header, rows)


def _reliability(found: HeadFigures) -> Plot:
    summary = (
        f"Of the labels with a probability of 80 %, 80 % should be right. The mean difference between probability and "
        f"accuracy is {found.ece_before.value:.3f} before calibration and {found.ece_after.value:.3f} after it."
    )
    rows = (*_bins("before", found.bins_before), *_bins("after", found.bins_after))
    figures = Table("Bins", ("calibration", "confidence", "right", "rows"), rows)
    return Plot("Reliability", reliability_plot(found), summary, figures)


def _bins(name: str, bins: Sequence[Bin]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, f"{b.confidence:.3f}", str(b.accuracy), str(b.rows)) for b in bins)


def _ece(found: HeadFigures) -> Table:
    rows = (
        ("before, 15 bins of equal width", str(found.ece_before)),
        ("after, 15 bins of equal width", str(found.ece_after)),
        ("after, 15 bins of equally many rows", str(found.ece_equal_mass)),
    )
    return Table("Expected calibration error with 95 % intervals", ("calibration", "ECE"), rows)


def _calibration(head: Head) -> Table:
    fit: Calibration = head.description.calibration
    rows = [("temperature", f"{fit.temperature:.4g}")]
    rows += [(f"temperature of {code}", f"{own:.4g}") for code, own in sorted(fit.by_language.items())]
    rows += [("offset", "none" if fit.offset is None else f"{fit.offset:.4g}")]
    rows += [
        (f"bias of {name}", f"{bias:+.3f}") for name, bias in zip(head.description.labels, fit.biases, strict=False)
    ]
    return Table("How logits become probabilities", ("parameter", "value"), tuple(rows))


def _risk(head: Head) -> Plot:
    labelled = head.labelled
    wrong = 1 - head.top_right[labelled].mean() if labelled.any() else 0.0
    summary = (
        f"At the threshold the head labels {100 * labelled.mean():.1f} % of the rows. "
        f"Of these labels, {100 * wrong:.1f} % are wrong."
    )
    return Plot("Risk and coverage", risk_plot(head), summary, _coverages(head))


def _coverages(head: Head) -> Table:
    curve = head.curve
    places = [int((curve.coverage >= share - 1e-9).argmax()) for share in _COVERAGES]
    rows = tuple(
        (f"{100 * curve.coverage[i]:.1f} %", f"{100 * curve.risk[i]:.2f} %", f"{curve.threshold[i]:.4f}")
        for i in dict.fromkeys(places)
    )
    return Table("Errors by share labelled", ("labelled", "of those wrong", "threshold"), rows)


def _thresholds(found: HeadFigures) -> Table:
    head, threshold = found.head, found.head.description.threshold
    rows = [("threshold", f"{threshold.default:.4f}")]
    rows += [(f"threshold of {code}", f"{own:.4f}") for code, own in sorted(threshold.by_language.items())]
    rows += [
        ("labelled by the model", str(found.whole.labelled)),
        ("precision of the best label", str(found.whole.precision)),
        ("area under the risk–coverage curve", f"{head.curve.aurc:.4f}"),
        ("threshold for 95 % precision on these rows", _at_95(found)),
    ]
    return Table("At the threshold, with 95 % intervals", ("figure", "value"), tuple(rows))


def _at_95(found: HeadFigures) -> str:
    if found.at_95 is None:
        return "none"
    return f"{found.at_95:.4f}, labels {100 * found.head.curve.coverage_at(found.at_95):.1f} %"


def _confusion(found: HeadFigures) -> Section:
    title = f"{found.head.name}: confusion"
    if not found.confusions:
        return Section(title, (Text(f"All {found.measured.rows} rows were given the right label."),))
    rows = tuple((c.truth, c.predicted, str(c.rows)) for c in found.confusions[:_CONFUSIONS])
    figures = Table("Most frequent confusions", ("right label", "label given", "rows"), rows)
    summary = (
        "Each row shows how the mails of one label were labelled, as shares by column. Errors are red. "
        "Only the largest labels are shown."
    )
    return Section(title, (Plot("Confusion", confusion_plot(found.head), summary, figures),))


def _slices(found: HeadFigures) -> Table:
    header = ("slice", "rows", "accuracy", "macro-F1", "labelled", "precision")
    return Table("Parts of the rows, with 95 % intervals", header, tuple(map(_slice, (found.whole, *found.slices))))


def _slice(part: Slice) -> tuple[str, ...]:
    name = part.name if part.kind in ("all", "length") else f"{part.kind} {part.name}"
    figures = (part.accuracy, part.macro_f1, part.labelled, part.precision)
    return (name, str(part.rows), *map(str, figures))
