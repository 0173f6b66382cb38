"""Scores of a head with 95 % intervals, and the tables that print them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from triage.labelling.evaluation.intervals import (
    RESAMPLES,
    Floats,
    Interval,
    Keys,
    percentile_interval,
    resampled_counts,
    wilson,
)
from triage.labelling.evaluation.tallies import (
    Answers,
    Figures,
    Texts,
    cells_of,
    figures_of,
    gain_of,
    tallies,
    whole_sample,
)


@dataclass(frozen=True, slots=True)
class Score:
    """Macro-F1 (mean over the labels that occur or were predicted) and accuracy, 0 to 1, over `rows` rows.

    With several labels a mail, a row counts as right for the accuracy when all its labels are.
    """

    macro_f1: float
    accuracy: float
    rows: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A score, or the difference of two, with its intervals; micro-F1 is the accuracy where a mail has one label."""

    macro_f1: Interval
    micro_f1: Interval
    accuracy: Interval
    rows: int


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Figures of one label: Wilson's interval for precision and recall, a bootstrap's for F1."""

    label: str
    precision: Interval
    recall: Interval
    f1: Interval
    rows: int
    """With this label."""
    predicted: int
    """Rows that were given it."""


def score(truth: Answers, predicted: Answers) -> Score:
    """The scores of `predicted` against `truth`. Raises ContractError when there is no row, or their shapes differ."""
    cells = cells_of(truth, predicted)
    found = figures_of(cells, whole_sample(cells), 0)
    return Score(float(found.macro_f1[0]), float(found.accuracy[0]), len(truth))


def majority(train: Texts, truth: Texts) -> Score:
    """The score of always answering the most frequent label of the training rows."""
    labels, counts = np.unique(train, return_counts=True)
    return score(truth, np.full(len(truth), labels[np.argmax(counts)]))


def measured(
    truth: Answers,
    predicted: Answers,
    *,
    groups: Keys | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Measured:
    """The score with percentile intervals over resampled rows, or over `groups` [n] (threads, days) where given.

    Raises ContractError as `score` does.
    """
    cells = cells_of(truth, predicted)
    whole = figures_of(cells, whole_sample(cells), 0)
    drawn = [figures_of(cells, w, 0) for w in resampled_counts(cells.of_row, groups, resamples=resamples, seed=seed)]
    return _measured(whole, drawn, len(truth))


def difference(
    truth: Answers,
    first: Answers,
    second: Answers,
    *,
    groups: Keys | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Measured:
    """Figures of `first` minus those of `second` on the same rows, by a paired bootstrap.

    Both systems are measured on each resample, so that what makes a row hard for both cancels out.
    Raises ContractError as `score` does.
    """
    cells = cells_of(truth, first, second)
    whole = gain_of(cells, whole_sample(cells))
    drawn = [gain_of(cells, w) for w in resampled_counts(cells.of_row, groups, resamples=resamples, seed=seed)]
    return _measured(whole, drawn, len(truth))


def class_figures(
    truth: Answers,
    predicted: Answers,
    labels: Sequence[str] | None = None,
    *,
    groups: Keys | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[ClassFigures]:
    """One entry a label: those of `labels` in their order, else those that occur or were predicted, sorted.

    `labels` names the columns of flags. A figure without a denominator is 0; its interval is [0, 1].
    Raises ContractError as `score` does.
    """
    cells = cells_of(truth, predicted)
    f1 = np.concatenate(
        [figures_of(cells, w, 0).f1 for w in resampled_counts(cells.of_row, groups, resamples=resamples, seed=seed)]
    )
    hits, true, said = (counts[0] for counts in tallies(cells, whole_sample(cells), 0))
    names = cells.labels or tuple(labels or map(str, range(f1.shape[1])))
    place = {name: column for column, name in enumerate(names)}
    return [
        _class(name, hits[c], true[c], said[c], f1[:, c]) if (c := place.get(name)) is not None else _unseen(name)
        for name in (labels or names)
    ]


def _measured(whole: Figures, drawn: Sequence[Figures], rows: int) -> Measured:
    def interval(name: str) -> Interval:
        resampled = np.concatenate([getattr(block, name) for block in drawn])
        return percentile_interval(float(getattr(whole, name)[0]), resampled)

    return Measured(interval("macro_f1"), interval("micro_f1"), interval("accuracy"), rows)


def _class(name: str, hits: float, true: float, said: float, f1: Floats) -> ClassFigures:
    value = 2 * hits / (true + said) if true + said else 0.0
    return ClassFigures(
        name,
        wilson(int(hits), int(said)),
        wilson(int(hits), int(true)),
        percentile_interval(float(value), f1),
        int(true),
        int(said),
    )


def _unseen(name: str) -> ClassFigures:
    nothing = Interval(0.0, 0.0, 1.0)
    return ClassFigures(name, nothing, nothing, nothing, 0, 0)


def score_table(title: str, scores: Mapping[str, Mapping[str, Score]]) -> Table:
    """One line a head and system: macro-F1, accuracy, rows."""
    table = Table("head", "system", "macro-F1", "accuracy", "rows", title=title)
    for head, systems in scores.items():
        for system, found in systems.items():
            table.add_row(head, system, f"{found.macro_f1:.3f}", f"{found.accuracy:.3f}", str(found.rows))
    return table


def class_table(title: str, truth: Sequence[str], predicted: Sequence[str]) -> Table:
    """One line a label: precision, recall and F1 with their intervals, rows; then the means."""
    table = Table("label", "precision", "recall", "F1", "rows", title=title)
    answers = np.asarray(truth, dtype=np.str_), np.asarray(predicted, dtype=np.str_)
    for found in class_figures(*answers):
        table.add_row(found.label, str(found.precision), str(found.recall), str(found.f1), str(found.rows))
    total = measured(*answers)
    table.add_section()
    table.add_row("macro-F1", "", "", str(total.macro_f1), str(total.rows))
    table.add_row("accuracy", "", "", str(total.accuracy), str(total.rows))
    return table


def print_table(table: Table) -> None:
    """A table on standard output, whole also in a pipe."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
