"""A model of all heads from a training set, registered as challenger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyspark.sql import SparkSession

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.card.from_training import card_of
from triage.labelling.promotion.bundle import labels_in
from triage.labelling.promotion.registration import OnProgress, Parent, load_parent
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head, load_taxonomy
from triage.labelling.training.result import Source, TrainedModel
from triage.labelling.training.train import train
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, SILVER_MAIL, Table
from triage.learning.retraining.sets.training_set import TrainingSet, training_rows

DATA = "training "
"""What a model's provenance says before the name of its training."""


@dataclass(frozen=True)
class Fit:
    """A trained model and the heads that it has."""

    trained: TrainedModel
    heads: Sequence[Head]
    not_learnt: tuple[str, ...] = ()
    """Heads that people corrected and the model lacks, because the sample has no held-out row of them."""


def fit(
    spark: SparkSession,
    store: Store,
    chosen: TrainingSet,
    settings: Settings,
    on_progress: OnProgress,
    parent_of: Callable[[tuple[Head, ...]], Parent] | None = None,
) -> Fit:
    """Trains the heads that `fitted_heads` names.

    It begins at the champion, or at the model that `parent_of` gives for these heads. Raises ConfigError where no head
    can be trained.
    """
    rows = training_rows(spark, store, chosen, settings.learning.retraining)
    seen = (tuple(row) for row in labels_in(rows, "split").distinct().collect())
    heads = fitted_heads(seen, load_taxonomy(settings).heads)
    name = settings.mlflow.registered_model

    def champion(heads: tuple[Head, ...]) -> Parent:
        return load_parent(ModelRegistry(settings), name, heads, settings, on_progress)

    parent = (parent_of or champion)(heads)
    source = Source(_data(store, chosen.training_id), "as its data", parent.label)
    trained = train(
        spark,
        rows,
        heads,
        settings,
        source,
        baseline=True,
        refit=True,  # the gate compares on other rows, so the sample's held-out ones may be learnt from, too
        warm_starts=parent.heads,
        on_progress=on_progress,
    )
    return Fit(trained, heads, tuple(sorted({row["head"] for row in chosen.rows} - {head.name for head in heads})))


def fitted_heads(seen: Iterable[tuple[str, str, str]], heads: Sequence[Head]) -> tuple[Head, ...]:
    """Heads with two labels to learn and a row to evaluate; `seen` are split, head and label of rows.

    Only the sample holds rows out. A head that it lacks is left out, or corrections of it would stop the training of
    all others. Raises ConfigError where no head is left.
    """
    labels: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for split, head, label in seen:
        labels[split, head].add(label)
    found = tuple(
        head
        for head in heads
        if len(labels["train", head.name].intersection(head.labels)) > 1
        and labels["test", head.name].intersection(head.labels)
    )
    if not found:
        raise ConfigError(
            "The sample has rows to learn and to evaluate of none of the heads.",
            where="labelling.taxonomy",
            remedy="Train each from a file of yours with jobs/train.py --labelled.",
        )
    return found


def register(made: Fit, settings: Settings) -> str:
    """Registers it with its card, and returns the version."""
    name = settings.mlflow.registered_model
    cards = card_of(name, made.trained, made.heads, {}, settings)
    return ModelRegistry(settings).register(name, made.trained, cards)


def _data(store: Store, training_id: str) -> str:
    versions = "; ".join(f"{table.name} {_version(store, table)}" for table in (SILVER_MAIL, CORRECTIONS))
    return f"{DATA}{training_id} ({versions})"


def _version(store: Store, table: Table) -> str:
    """The table's Delta version; of a remote lake the log is not read."""
    commits = store.commits(table)
    return f"version {commits[-1].version}" if commits else "version unknown"
