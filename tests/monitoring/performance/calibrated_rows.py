"""Calibrated rows, on which NannyML and the project estimate the same: labels are drawn by the probabilities given."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

LABELS = ("billing", "hr", "sales")
CHUNK = 500


def calibrated(sharpness: float, rows: int, random: np.random.Generator) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Probabilities, which are the sharper the smaller `sharpness` is, and labels drawn by them."""
    probabilities = random.dirichlet([sharpness] * len(LABELS), size=rows)
    drawn = (probabilities.cumsum(axis=1) > random.random((rows, 1))).argmax(axis=1)
    return probabilities, [LABELS[place] for place in drawn]


def predicted(probabilities: npt.NDArray[np.float64]) -> list[str]:
    """The most probable labels."""
    return [LABELS[place] for place in probabilities.argmax(axis=1)]


def exchange() -> tuple[dict[str, Any], list[npt.NDArray[np.float64]]]:
    """What tests/monitoring/performance/nannyml_cbpe.py reads, and the best scores of each chunk of the analysis."""
    random = np.random.default_rng(20)
    reference, truth = calibrated(0.3, 6_000, random)
    parts = [calibrated(sharpness, CHUNK, random)[0] for sharpness in (0.3, 0.2, 0.5, 1.0)]
    analysis = np.concatenate(parts)
    given = {
        "labels": LABELS,
        "chunk": CHUNK,
        "reference": {"probabilities": reference.tolist(), "predicted": predicted(reference), "truth": truth},
        "analysis": {"probabilities": analysis.tolist(), "predicted": predicted(analysis)},
    }
    return given, [part.max(axis=1) for part in parts]
