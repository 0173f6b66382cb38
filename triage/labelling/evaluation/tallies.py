"""Counts that scores are computed from; equal rows share a cell, so that a resample is a vector of cell counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.errors import ContractError
from triage.labelling.evaluation.intervals import Floats, Ints

Texts = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]
Answers = Texts | Flags
"""One label a row [n], or for several labels a mail 0/1 flags [n × labels]."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows that agree in truth and predictions, counted once: flags of cells × labels, and each row's cell."""

    truth: Flags
    predicted: tuple[Flags, ...]
    of_row: Ints
    labels: tuple[str, ...]
    """Of the columns; empty for flags, whose columns only the caller can name."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of each resample; F1 is resamples × labels, NaN where a label neither occurs nor was predicted."""

    f1: Floats
    macro_f1: Floats
    micro_f1: Floats
    accuracy: Floats


def cells_of(truth: Answers, *predicted: Answers) -> Cells:
    """The cells of the rows that truth and systems answer.

    Raises ContractError when there is none, or shapes differ.
    """
    if len(truth) == 0 or any(answers.shape != truth.shape for answers in predicted):
        raise ContractError(
            "Truth and predictions do not match, or hold no row.",
            where=" against ".join(str(answers.shape) for answers in (truth, *predicted)),
            remedy="Give both for the same rows, at least one.",
        )
    if truth.ndim == 2:
        return _flag_cells(np.stack([truth, *predicted], axis=1).astype(np.bool_))
    labels, codes = np.unique(np.stack([truth, *predicted], axis=1), return_inverse=True)
    kinds, of_row = np.unique(codes.reshape(len(truth), -1), axis=0, return_inverse=True)
    flags = kinds[:, :, None] == np.arange(len(labels))
    return Cells(flags[:, 0], _systems(flags), of_row.reshape(-1), tuple(map(str, labels)))


def _flag_cells(answers: Flags) -> Cells:
    """`answers` is rows × (truth, systems …) × labels."""
    kinds, of_row = np.unique(answers.reshape(len(answers), -1), axis=0, return_inverse=True)
    flags = kinds.reshape(len(kinds), *answers.shape[1:])
    return Cells(flags[:, 0], _systems(flags), of_row.reshape(-1), ())


def _systems(flags: Flags) -> tuple[Flags, ...]:
    return tuple(flags[:, system] for system in range(1, flags.shape[1]))


def whole_sample(cells: Cells) -> Floats:
    """The weights of the rows as they are: one resample × cells."""
    return np.bincount(cells.of_row)[None].astype(np.float64)


def tallies(cells: Cells, weights: Floats, system: int) -> tuple[Floats, Floats, Floats]:
    """Hits, rows with the label and rows given it, each resamples × labels."""
    truth, said = cells.truth, cells.predicted[system]
    return weights @ (truth & said), weights @ truth, weights @ said


def figures_of(cells: Cells, weights: Floats, system: int) -> Figures:
    """Figures of one system in each resample; `weights` is resamples × cells."""
    hits, true, said = tallies(cells, weights, system)
    with np.errstate(invalid="ignore"):
        f1 = 2 * hits / (true + said)
    right = (cells.truth == cells.predicted[system]).all(axis=1)
    pooled = np.maximum((true + said).sum(axis=1), 1)
    known = np.maximum((~np.isnan(f1)).sum(axis=1), 1)
    return Figures(
        f1,
        np.nansum(f1, axis=1) / known,
        2 * hits.sum(axis=1) / pooled,
        weights @ right / weights.sum(axis=1),
    )


def gain_of(cells: Cells, weights: Floats) -> Figures:
    """Figures of the first system minus those of the second, in each resample."""
    first, second = figures_of(cells, weights, 0), figures_of(cells, weights, 1)
    return Figures(
        first.f1 - second.f1,
        first.macro_f1 - second.macro_f1,
        first.micro_f1 - second.micro_f1,
        first.accuracy - second.accuracy,
    )
