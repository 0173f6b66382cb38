"""Who becomes champion: the first model, a better bundle, or a head from somebody's labelled file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError, ModelError
from triage.labelling.card.from_training import card_of
from triage.labelling.data.checks import DataReport
from triage.labelling.data.label_noise import label_noise, noise_warning
from triage.labelling.data.labelled_rows import LabelledFile, read_checked, read_gold
from triage.labelling.evaluation.calibration import probabilities
from triage.labelling.models import LoadedModel
from triage.labelling.promotion.evaluate import bundle_scores
from triage.labelling.provenance import file_digest
from triage.labelling.registry.champion import head_model_name
from triage.labelling.registry.model_registry import ModelRegistry
from triage.labelling.taxonomy import Head, Taxonomy, load_taxonomy
from triage.labelling.training.result import Source, TrainedModel, WarmStart
from triage.labelling.training.train import train
from triage.labelling.training.warm_start import warm_starts

_log = logging.getLogger(__name__)

_UNREAD = ("label", "other label")
"""Stand in for a file's labels until it is read."""

SAMPLE = Source("sample gold", "Apache-2.0")


Tell = Callable[[str], None]


def _silent(_: str) -> None:
    """Hears how far a training is, and says nothing."""


@dataclass(frozen=True)
class Registration:
    """What a training led to."""

    trained: TrainedModel
    name: str
    version: str
    promoted: bool
    report: DataReport | None = None
    """What was found wrong in a labelled file."""


def train_first(
    spark: SparkSession, settings: Settings, taxonomy: Taxonomy
) -> tuple[TrainedModel, Mapping[str, str]]:
    """A first model of all heads that the gold teaches, and its cards by file name.

    Without a search, so that a first night is not spent on it.
    """
    search = settings.labelling.search.model_copy(update={"trials": 1})
    labelling = settings.labelling.model_copy(update={"search": search})
    quick = settings.model_copy(update={"labelling": labelling})
    gold = read_gold(spark)
    heads = _trainable(gold, taxonomy.heads)
    trained = train(spark, gold, heads, quick, SAMPLE)
    return trained, card_of(settings.mlflow.registered_model, trained, heads, {}, settings)


def train_registered(
    spark: SparkSession, settings: Settings, file: LabelledFile | None, tell: Tell, *, warm: bool
) -> Registration:
    """A head from a labelled file, or without one all heads."""
    if file is None:
        return train_bundle(spark, settings, tell, warm=warm)
    return train_head(spark, settings, file, tell, warm=warm)


def train_bundle(
    spark: SparkSession, settings: Settings, tell: Tell = _silent, *, warm: bool = False
) -> Registration:
    """A new version of all heads that the gold labels teach.

    It becomes champion unless the present one has a better mean macro-F1 on the same rows held back. `warm` begins at
    the champion: its candidates and hyper-parameters are kept, and its weights improved.
    """
    registry = ModelRegistry(settings)
    name = settings.mlflow.registered_model
    gold = read_gold(spark)
    heads = _trainable(gold, load_taxonomy(settings).heads)
    present = registry.champion_version(name)
    parent = registry.load(name, present) if warm and present else None
    starts = _starts(parent, heads, settings, tell)
    trained = train(
        spark,
        gold,
        heads,
        settings,
        replace(SAMPLE, parent=_named(parent) if starts else None),
        baseline=True,
        warm_starts=starts,
        tell=tell,
    )
    version = registry.register(name, trained, card_of(name, trained, heads, {}, settings))
    promoted = present is None or trained.mean_macro_f1 >= _present_score(
        registry, name, present, heads, gold, settings
    )
    if promoted:
        registry.promote(name, version)
    return Registration(trained, name, version, promoted)


def train_head(
    spark: SparkSession, settings: Settings, file: LabelledFile, tell: Tell = _silent, *, warm: bool = False
) -> Registration:
    """A head of its own from a labelled file; it becomes that head's champion, because a person asked for it.

    Measured on a part held back, then learnt from all rows. Raises ConfigError for unusable files.
    """
    taxonomy = load_taxonomy(settings)
    head = taxonomy.named(file.head, _UNREAD).model_copy(update={"signs": (), "languages": "any"})
    file = replace(file, multi=head.multi)
    labelled, report = read_checked(spark, file)
    report.check(str(file.path))
    name = head_model_name(settings, file.head)
    registry = ModelRegistry(settings)
    present = registry.champion_version(name)
    parent = registry.load(name, present) if warm and present else None
    starts = _starts(parent, [head], settings, tell)
    trained = train(
        spark,
        labelled,
        [head],
        settings,
        Source(f"file {file_digest(file.path)}", "as its data", _named(parent) if starts else None),
        declared=False,
        baseline=True,
        refit=True,
        warm_starts=starts,
        tell=tell,
    )
    version = registry.register(name, trained, card_of(name, trained, [head], report.dropped, settings))
    registry.promote(name, version)
    if taxonomy.find(file.head) is None:
        _log.info("Head %s is not in the taxonomy: evaluate uses it, nightly does not.", file.head)
    return Registration(trained, name, version, promoted=True, report=report.warn(_noise(trained, file.head)))


def _trainable(gold: DataFrame, heads: Sequence[Head]) -> tuple[Head, ...]:
    """The heads of which the gold has two labels; others learn from a file of their own, see `train_head`.

    Raises ConfigError where there are none.
    """
    known = {(row["head"], row.label) for row in _labels_in(gold).distinct().collect()}
    taught = tuple(head for head in heads if sum((head.name, label) in known for label in head.labels) > 1)
    if not taught:
        raise ConfigError(
            "The sample teaches none of the heads.",
            where="labelling.taxonomy",
            remedy="Train each from a file of yours with jobs/train.py --labelled.",
        )
    return taught


def _labels_in(gold: DataFrame) -> DataFrame:
    """Head and label of all rows."""
    one = gold.select(f.explode("labels").alias("head", "label"))
    if "label_sets" not in gold.columns:
        return one
    sets = gold.select(f.explode("label_sets").alias("head", "labels"))
    return one.unionByName(sets.select("head", f.explode("labels").alias("label")))


def _starts(
    parent: LoadedModel | None, heads: Sequence[Head], settings: Settings, tell: Tell
) -> dict[str, WarmStart]:
    """Where heads begin; what cannot be continued is told and searched anew."""
    if parent is None:
        return {}
    found = warm_starts(parent, heads)
    usable = {name: start for name, start in found.items() if not start.candidate.missing(settings)}
    for head in heads:
        if head.name not in usable:
            tell(f"{head.name}: what the champion has learnt cannot be continued; it is searched anew")
    return usable


def _named(model: LoadedModel | None) -> str | None:
    return None if model is None else f"{model.name} version {model.version}"


def _noise(trained: TrainedModel, head: str) -> str | None:
    """What to say of labels that heads which did not learn from them surely contradict."""
    best, about = trained.searches[head].best, trained.description.head(head)
    if about is None or about.multi:
        return None
    found = probabilities(best.logits, about.calibration, trained.rows.language[best.held_out])
    return noise_warning(label_noise(found, trained.rows.answers(head)[best.held_out].tolist(), about.labels))


def _present_score(
    registry: ModelRegistry,
    name: str,
    version: str,
    heads: Sequence[Head],
    gold: DataFrame,
    settings: Settings,
) -> float:
    """Mean macro-F1 of the present champion on `heads`; below every other where it cannot be read or lacks one."""
    try:
        champion = registry.load(name, version)
        scores = bundle_scores(champion, heads, gold, settings)
    except ModelError as fault:
        _log.warning("The present champion cannot be compared with: %s", fault)
        return -1.0
    return float(np.mean([score.macro_f1 for score in scores.values()]))
