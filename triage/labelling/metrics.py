"""Figures of a head on rows it did not learn from, and the table that shows them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Score:
    """Macro-F1 (mean over the labels that occur or were predicted) and accuracy, 0 to 1, over `rows` rows."""

    macro_f1: float
    accuracy: float
    rows: int


def score(truth: Texts, predicted: Texts) -> Score:
    """How well `predicted` meets `truth`."""
    macro = f1_score(truth, predicted, average="macro", zero_division=0.0)
    return Score(float(macro), float(accuracy_score(truth, predicted)), len(truth))


def majority(train: Texts, truth: Texts) -> Score:
    """The score of always answering the most frequent label of the training rows."""
    labels, counts = np.unique(train, return_counts=True)
    return score(truth, np.full(len(truth), labels[np.argmax(counts)]))


def score_table(title: str, scores: Mapping[str, Mapping[str, Score]]) -> Table:
    """One line a head and system: macro-F1, accuracy, rows."""
    table = Table("head", "system", "macro-F1", "accuracy", "rows", title=title)
    for head, systems in scores.items():
        for system, found in systems.items():
            table.add_row(head, system, f"{found.macro_f1:.3f}", f"{found.accuracy:.3f}", str(found.rows))
    return table


def class_table(title: str, truth: Sequence[str], predicted: Sequence[str]) -> Table:
    """One line a label: precision, recall, F1, rows; then the means."""
    labels = sorted(set(truth) | set(predicted))
    figures = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0.0)
    table = Table("label", "precision", "recall", "F1", "rows", title=title)
    for label, precision, recall, f1, rows in zip(labels, *figures, strict=True):
        table.add_row(label, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", str(int(rows)))
    total = score(np.asarray(truth), np.asarray(predicted))
    table.add_section()
    table.add_row("macro-F1", "", "", f"{total.macro_f1:.3f}", str(total.rows))
    table.add_row("accuracy", "", "", f"{total.accuracy:.3f}", str(total.rows))
    return table


def print_table(table: Table) -> None:
    """A table on standard output, whole also in a pipe."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table)
