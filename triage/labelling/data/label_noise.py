"""An estimate of how many labels are wrong, from predictions out of fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NOISY, VERY_NOISY = 0.10, 0.30
"""Estimated shares of wrong labels from which a warning, and a stronger one, is given."""


@dataclass(frozen=True, slots=True)
class LabelNoise:
    """Estimated share of wrong labels, overall and of the rows that bear each label; `rows` behind it."""

    share: float
    by_label: Mapping[str, float]
    rows: int


def label_noise(probabilities: npt.NDArray[np.float64], given: Sequence[str], labels: Sequence[str]) -> LabelNoise:
    """Estimates wrong labels by confident learning (Northcutt, Jiang & Chuang 2021).

    `probabilities`: rows × labels, each row's from a model not trained on it; `given`: its label.
    A row is confidently of label j where p(j) is at least the mean p(j) of the rows that bear j; the shares of
    such rows that bear another label are scaled to all rows. With no rows the share is 0.
    """
    truth, seen = _given_and_seen(probabilities, given, labels)
    rows, counts = seen >= 0, np.bincount(truth, minlength=len(labels))
    joint = np.zeros((len(labels), len(labels)))
    np.add.at(joint, (truth[rows], seen[rows]), 1)
    sums = joint.sum(axis=1)
    wrong = np.where(sums > 0, 1 - np.diag(joint) / np.maximum(sums, 1), 0.0)
    share = float((wrong * counts).sum() / max(counts.sum(), 1))
    by_label = {label: float(wrong[place]) for place, label in enumerate(labels) if counts[place]}
    return LabelNoise(share, by_label, len(truth))


def contradicting(
    probabilities: npt.NDArray[np.float64], given: Sequence[str], labels: Sequence[str]
) -> tuple[str | None, ...]:
    """For each row, the label that it confidently is of by `label_noise`, where that is not its own; else None."""
    truth, seen = _given_and_seen(probabilities, given, labels)
    pairs = zip(truth.tolist(), seen.tolist(), strict=True)
    return tuple(None if other in (-1, own) else labels[other] for own, other in pairs)


def _given_and_seen(
    probabilities: npt.NDArray[np.float64], given: Sequence[str], labels: Sequence[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each row's own label, and the one that it confidently is of (-1: none), as places in `labels`."""
    index = {label: place for place, label in enumerate(labels)}
    truth = np.array([index[label] for label in given], dtype=np.int64)
    counts = np.bincount(truth, minlength=len(labels))
    own = np.bincount(truth, weights=probabilities[np.arange(len(truth)), truth], minlength=len(labels))
    thresholds = np.where(counts > 0, own / np.maximum(counts, 1), np.inf)
    sure = probabilities >= thresholds
    seen = np.where(sure, probabilities, -1.0).argmax(axis=1)
    return truth, np.where(sure.any(axis=1), seen, -1).astype(np.int64)


def noise_warning(noise: LabelNoise) -> str | None:
    """The warning about estimated label noise; None below `NOISY`."""
    if noise.share < NOISY:
        return None
    worst = sorted(noise.by_label, key=lambda label: -noise.by_label[label])[:3]
    named = ", ".join(f"{label} {noise.by_label[label]:.0%}" for label in worst)
    loud = "VERY NOISY LABELS: " if noise.share >= VERY_NOISY else ""
    return (
        f"{loud}about {noise.share:.0%} of the labels seem wrong (most: {named}); "
        "a model cannot be measured better than its labels, so have a sample looked at again."
    )
