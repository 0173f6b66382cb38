"""Makes the card of a trained model from the result of its training."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from triage.config import Settings
from triage.labelling.card.inputs import TrainingFacts
from triage.labelling.card.page import model_card
from triage.labelling.features.training_rows import TrainingRows
from triage.labelling.taxonomy import Head
from triage.labelling.training.result import TrainedModel

_NOT_USABLE = "no text, no label, or one that the head does not know"


def card_of(
    name: str, trained: TrainedModel, heads: Sequence[Head], dropped: Mapping[str, int], settings: Settings
) -> dict[str, str]:
    """The card's files by name; `dropped` are rows that the check of the labelled data left out, by reason.

    Raises ModelError when a section would be empty.
    """
    facts = TrainingFacts(
        purpose={head.name: head.comment or f"Decides {head.name}." for head in heads},
        training_rows={head.name: _training_rows(trained.rows, head.name) for head in heads},
        dropped={head.name: dict(dropped) or _dropped(trained, head.name) for head in heads},
        seconds=trained.seconds,
        processor_seconds=trained.processor_seconds,
        watts_per_core=settings.labelling.watts_per_core,
        cores=os.cpu_count() or 1,
    )
    return model_card(name, trained.description, list(trained.evaluated.values()), facts)


def _dropped(trained: TrainedModel, head: str) -> dict[str, int]:
    left_out = trained.dropped[head]
    return {_NOT_USABLE: left_out} if left_out else {}


def _training_rows(rows: TrainingRows, head: str) -> dict[str, dict[str, int]]:
    """Label → language → rows to learn from."""
    use = rows.training(head)
    languages = rows.language[use]
    return {
        label: _counts(languages[rows.truth[head][use][:, column]]) for column, label in enumerate(rows.labels[head])
    }


def _counts(languages: np.ndarray[tuple[int], np.dtype[np.str_]]) -> dict[str, int]:
    codes, counts = np.unique(languages, return_counts=True)
    return {str(code): int(count) for code, count in zip(codes, counts, strict=True)}
