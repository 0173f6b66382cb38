"""A model of one head from somebody's labelled file."""

from __future__ import annotations

import logging
from dataclasses import replace

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.labelling.card.from_training import card_of
from triage.labelling.data.label_noise import label_noise, noise_warning
from triage.labelling.data.labelled_rows import LabelledFile, read_checked
from triage.labelling.evaluation.calibration import probabilities
from triage.labelling.promotion.registration import (
    NO_PARENT,
    OnProgress,
    Registration,
    ignore_progress,
    load_parent,
    rows_with_numbers,
)
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import load_taxonomy
from triage.labelling.training.result import Source, TrainedModel
from triage.labelling.training.train import train

_log = logging.getLogger(__name__)

_PLACEHOLDER_LABELS = ("label", "other label")
"""For a head that the taxonomy does not have, until its file is read."""


def train_from_file(
    spark: SparkSession,
    settings: Settings,
    file: LabelledFile,
    on_progress: OnProgress = ignore_progress,
    *,
    warm: bool = False,
) -> Registration:
    """A head of its own from a labelled file, registered as challenger of that head's champion.

    Scored on held-out rows, then fitted again on all rows. Raises ConfigError for unusable files.
    """
    taxonomy = load_taxonomy(settings)
    head = taxonomy.named(file.head, _PLACEHOLDER_LABELS).model_copy(update={"signs": (), "languages": "any"})
    file = replace(file, multi=head.multi)
    labelled, report = read_checked(spark, file)
    report.require_usable(str(file.path))
    name = head_model_name(settings, file.head)
    registry = ModelRegistry(settings)
    parent = load_parent(registry, name, [head], settings, on_progress) if warm else NO_PARENT
    trained = train(
        spark,
        labelled,
        [head],
        settings,
        Source(f"file {file.digest}", "as its data", parent.label),
        declared=False,
        baseline=True,
        refit=True,
        warm_starts=parent.heads,
        on_progress=on_progress,
    )
    version = registry.register(name, trained, card_of(name, trained, [head], report.dropped, settings))
    if taxonomy.find(file.head) is None:
        _log.info("Head %s is not in the taxonomy: evaluate uses it, nightly does not.", file.head)
    held_out = rows_with_numbers(labelled, trained.rows.numbers[trained.rows.held_out(file.head)])
    return Registration(trained, name, version, held_out, report=report.warn(_noise(trained, file.head)))


def _noise(trained: TrainedModel, head: str) -> str | None:
    """A warning where confident predictions out of fold contradict many labels; None where they do not."""
    best, about = trained.searches[head].best, trained.description.head(head)
    if about is None or about.multi:
        return None
    found = probabilities(best.logits, about.calibration, trained.rows.language[best.held_out])
    return noise_warning(label_noise(found, trained.rows.answers(head)[best.held_out].tolist(), about.labels))
