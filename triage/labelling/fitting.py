"""Training of label heads: features in Spark, search and fit on the driver, figures on the part held back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from types import MappingProxyType

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from triage.config import Settings
from triage.errors import ConfigError
from triage.labelling.baseline import baseline_scores
from triage.labelling.blocks import BLOCKS, SENTENCES, SPARSE, rarity, weighed
from triage.labelling.candidates import chosen_candidates
from triage.labelling.candidates.base import Candidate, Fitted, Flags, Params, TrainingData
from triage.labelling.card.energy import processor_seconds
from triage.labelling.card.facts import Evaluated
from triage.labelling.describe import Calibrated, calibrate, describe_head, evaluated
from triage.labelling.description import ModelDescription, Provenance
from triage.labelling.features import says_nothing, with_text, written
from triage.labelling.metrics import Score, majority, score
from triage.labelling.pipelines import built_of
from triage.labelling.provenance import code_commit, lock_digest
from triage.labelling.rows import FACTS, Ints, Rows, collect_rows, optional_columns
from triage.labelling.search import Search, search, without_search
from triage.labelling.sentences import sentence_stages
from triage.labelling.splits import with_parts
from triage.labelling.taxonomy import Head
from triage.labelling.text_fields import TextField

OURS = "this model"
MAJORITY = "majority class"


@dataclass(frozen=True)
class Source:
    """Where labelled rows came from, under which licence a model of them may be used, and the model it starts from."""

    name: str
    licence: str = "unknown"
    parent: str | None = None


@dataclass(frozen=True)
class TrainedModel:
    """A pipeline, what it says of itself, and how it came about."""

    pipeline: PipelineModel
    description: ModelDescription
    scores: Mapping[str, Mapping[str, Score]]
    """Head → system → figures on the rows held back."""
    evaluated: Mapping[str, Evaluated]
    searches: Mapping[str, Search]
    dropped: Mapping[str, int]
    """Head → rows left out: no label, a label that the head does not know, or no text."""
    rows: Rows
    seconds: float
    processor_seconds: float
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What the model's family stores beside the pipeline, by name."""

    @property
    def mean_macro_f1(self) -> float:
        """Mean over the heads, on the rows held back."""
        return float(np.mean([systems[OURS].macro_f1 for systems in self.scores.values()]))


@dataclass(frozen=True)
class Start:
    """An earlier model's head: what it was, and what it had learnt."""

    candidate: Candidate
    params: Params
    fitted: Fitted


def train(
    spark: SparkSession,
    labelled: DataFrame,
    heads: Sequence[Head],
    settings: Settings,
    source: Source,
    *,
    declared: bool = True,
    baseline: bool = False,
    refit: bool = False,
    starts: Mapping[str, Start] = MappingProxyType({}),
    tell: Callable[[str], None] = lambda _: None,
) -> TrainedModel:
    """Heads fitted on the `train` rows and measured on the `test` rows.

    `labelled` has row, labels (head → label), body, perhaps label_sets, subject, split and silver's facts. `declared`
    takes the heads' own labels, else those that the rows have. `baseline` measures a plain linear model on the same
    rows, too. `refit` then learns from all rows. `starts` gives heads whose search is spared: they begin at an earlier model. Equal rows, settings and seed give equal weights, byte for byte.
    Raises ConfigError when a head has fewer than two labels to learn, or nothing is held back.
    """
    begin, work = monotonic(), processor_seconds()
    candidates = chosen_candidates(settings, len(heads))
    prepared = prepare(labelled, settings, heads)
    data = training_data(spark, prepared, heads, candidates, settings, declared=declared)
    learnt = {head.name: learn(data, head, candidates, tell, starts.get(head.name)) for head in heads}
    scores = {head.name: _scores(data, head, learnt[head.name], baseline=baseline) for head in heads}
    final = weighed_by(data, data.rows.test | True) if refit else data
    fits = {name: one.refitted(final) if refit else one.fitted for name, one in learnt.items()}
    built = built_of(final, fits)
    about = ModelDescription(
        heads=tuple(
            describe_head(
                data,
                head,
                fits[head.name],
                learnt[head.name].search.best,
                learnt[head.name].read,
                learnt[head.name].found,
            )
            for head in heads
        ),
        family=built.family,
        blocks=built.blocks,
        fields=fields_of(heads),
        embeddings_from=built.embeddings_from,
        provenance=_provenance(data, source),
    )
    return TrainedModel(
        pipeline=built.pipeline,
        description=about,
        scores=scores,
        evaluated={name: one.found for name, one in learnt.items()},
        searches={name: one.search for name, one in learnt.items()},
        dropped={head.name: int((~data.rows.known[head.name]).sum()) for head in heads},
        rows=data.rows,
        seconds=monotonic() - begin,
        processor_seconds=processor_seconds() - work,
        files=built.files,
    )


def fields_of(heads: Sequence[Head]) -> tuple[TextField, ...]:
    """What the heads read; all heads of one training read the same. Raises ConfigError where they do not."""
    fields = {head.text for head in heads}
    if len(fields) > 1:
        raise ConfigError(
            "Heads that are trained together read different fields.",
            where="text",
            remedy="Give them the same `text` in the taxonomy, or train one from a file by --head.",
        )
    return fields.pop()


def prepare(labelled: DataFrame, settings: Settings, heads: Sequence[Head]) -> DataFrame:
    """Rows with texts, labels, split and fold, and what figures are sliced by; the split is made where there is none."""
    options = settings.labelling
    parted = with_parts(labelled, seed=options.seed, folds=options.search.folds)
    facts = parted.select("*", *optional_columns(parted.columns))
    columns = labelled.columns
    about = facts.withColumn("empty", says_nothing(columns)).withColumn("length", f.length(written(columns)))
    timed = about.withColumn("sent_at", f.col("sent_at").cast("double"))
    return with_text(timed.withColumn("sender_kind", _sender_kind(columns)), FACTS, fields_of(heads))


def _sender_kind(columns: Sequence[str]) -> Column:
    kind = f.lit("person")
    for kinds, name in ((("list_mail", "bulk"), "list"), (("auto_submitted", "bounce"), "machine")):
        for flag in (flag for flag in kinds if flag in columns):
            kind = f.when(f.col(flag), name).otherwise(kind)
    return kind


def training_data(
    spark: SparkSession,
    prepared: DataFrame,
    heads: Sequence[Head],
    candidates: Sequence[Candidate],
    settings: Settings,
    *,
    declared: bool,
) -> TrainingData:
    """The rows with the features that any candidate reads, weighed by the rows to learn from."""
    blocks = [block for block in BLOCKS if any(block in candidate.blocks for candidate in candidates)]
    sentences = sentence_stages(settings) if SENTENCES in blocks else ()
    wanted = {head.name: head.labels if declared else () for head in heads}
    rows = collect_rows(prepared, wanted, blocks, settings.labelling.hash_bits, sentences)
    multi = frozenset(head.name for head in heads if head.multi)
    data = TrainingData(rows, {}, {}, prepared, spark, settings, multi)
    return weighed_by(data, ~rows.test)


def weighed_by(data: TrainingData, use: Flags) -> TrainingData:
    """The same rows with weights learnt from those of the mask."""
    sparse = [block for block in data.rows.features if block in SPARSE]
    weights = {block: rarity(data.rows.features[block][use]) for block in sparse}
    features = {block: weighed(data.rows.features[block], weights[block]) for block in sparse}
    if SENTENCES in data.rows.features:
        features[SENTENCES] = data.rows.features[SENTENCES]
    return replace(data, features=features, weights=weights)


@dataclass(frozen=True)
class Learnt:
    """A head as learnt from the training rows."""

    search: Search
    fitted: Fitted
    read: Calibrated
    found: Evaluated

    def refitted(self, data: TrainingData) -> Fitted:
        """The same combination, learnt from all rows."""
        head = self.found.head
        best = self.search.best
        return best.candidate.fit(data, head, data.rows.known[head], best.params, self.fitted)


def learn(
    data: TrainingData,
    head: Head,
    candidates: Sequence[Candidate],
    tell: Callable[[str], None],
    start: Start | None = None,
) -> Learnt:
    """The best combination for a head, learnt from the training rows, calibrated, and its answers to the rows held back.

    Raises ConfigError when it has fewer than two labels to learn, or nothing is held back.
    """
    rows = data.rows
    use, held = rows.to_learn(head.name), rows.held_back(head.name)
    _check(head, rows.truth[head.name][use], held, rows.fold[use])
    if start is None:
        return settled(data, head, search(data, head.name, candidates, tell))
    return settled(data, head, without_search(data, head.name, start.candidate, start.params), start.fitted)


def settled(data: TrainingData, head: Head, found: Search, start: Fitted | None = None) -> Learnt:
    """What a search found, learnt from the training rows, calibrated, and its answers to the rows held back."""
    rows, best = data.rows, found.best
    use, held = rows.to_learn(head.name), rows.held_back(head.name)
    fitted = best.candidate.fit(data, head.name, use, best.params, start)
    read = calibrate(rows, head, best)
    answers = evaluated(rows, head, fitted.logits(data, held), held, read.calibration)
    return Learnt(found, fitted, read, answers)


def _check(head: Head, truth: Flags, held: Flags, folds: Ints) -> None:
    learnable = int(truth.any(axis=0).sum())
    if learnable < 2:
        raise ConfigError(
            f"Head {head.name} has {learnable} label(s) with text to learn from, and needs two.",
            where=f"{len(truth)} usable rows",
            remedy="Check the label column, and that its labels are those of the taxonomy.",
        )
    if len(np.unique(folds)) < 2:
        raise ConfigError(
            f"The rows to learn head {head.name} from are all of one thread, or near-duplicates of each other.",
            where=f"{len(truth)} usable rows",
            remedy="Give rows of more threads.",
        )
    if not held.any():
        raise ConfigError(
            f"No row is held back to measure head {head.name}.",
            remedy="Give more rows, or a split column with `test`.",
        )


def _scores(data: TrainingData, head: Head, learnt: Learnt, *, baseline: bool) -> dict[str, Score]:
    rows, found = data.rows, learnt.found
    held = rows.held_back(head.name)
    if head.multi:
        return {OURS: score(rows.truth[head.name][held], found.after >= 0.5)}
    answers = rows.answers(head.name)
    ours = np.asarray(rows.labels[head.name], dtype=np.str_)[found.after.argmax(axis=1)]
    learnt_from = answers[rows.to_learn(head.name)]
    scores = {OURS: score(answers[held], ours), MAJORITY: majority(learnt_from, answers[held])}
    return {**scores, **(baseline_scores(data, head.name) if baseline else {})}


def _provenance(data: TrainingData, source: Source) -> Provenance:
    return Provenance(
        data=source.name,
        data_digest=data.rows.digest,
        rows=len(data.rows),
        seed=data.settings.labelling.seed,
        commit=code_commit(),
        lock_sha256=lock_digest(),
        licence=source.licence,
        parent=source.parent,
    )
