"""Makes a name model: trains, chooses how much recall is worth, measures, and writes weights with their card."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from triage.errors import ConfigError
from triage.privacy.name_models.stored import FORM, as_stored, write_model
from triage.privacy.name_training.corpora import CORPORA, Corpus, held_back_part, training_part
from triage.privacy.name_training.figures import Figures, figures
from triage.privacy.name_training.marked_text import MarkedText, joined
from triage.privacy.name_training.sampling import epoch_texts
from triage.privacy.name_training.training import Trainer, tagger
from triage.privacy.tagging.network import Floats

_SENTENCES_TOGETHER = 4
_TUNING_SENTENCES = 500
"""So many at the end of each hand-annotated training part choose the bias, and are not trained on."""
_BIASES = tuple(step / 2 for step in range(9))

Measured = dict[str, Figures]
"""Figures by the file that was measured with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is trained, and what recall may cost.

    `most_excess` is the share of letters outside of names that may be taken for persons: the bias towards persons is
    as great as that allows.
    """

    languages: tuple[str, ...]
    epochs: int
    texts: int
    seed: int
    most_excess: float


@dataclass(frozen=True, slots=True)
class _Text:
    training: dict[Corpus, list[MarkedText]]
    tuning: dict[str, list[MarkedText]]
    held_back: dict[str, list[MarkedText]]


def train_names(data: Path, out: Path, plan: Plan) -> Measured:
    """Trains on the corpora below `data` and writes a model into `out`; the figures of the parts held back.

    The same plan over the same files gives the same weights on the same machine. Raises ConfigError where a corpus is
    missing.
    """
    text = _read(data, plan.languages)
    draw = random.Random(plan.seed)  # noqa: S311 - drawn texts, no secrets
    trainer = Trainer(plan.languages, plan.seed)
    for number in range(plan.epochs):
        texts = epoch_texts(text.training, plan.languages, draw, plan.texts)
        for _ in track(trainer.epoch(texts), f"Epoch {number + 1} of {plan.epochs}", console=Console(stderr=True)):
            pass
    arrays = as_stored(trainer.weights())
    biases = {language: _bias(language, arrays, own, plan.most_excess) for language, own in text.tuning.items() if own}
    measured = {path: _figures(path, arrays, own, biases) for path, own in text.held_back.items()}
    write_model(out, arrays, _card(plan, text.training, biases, measured))
    return measured


def print_figures(measured: Measured) -> None:
    """Prints the figures of each corpus on standard output."""
    table = Table("corpus", "persons", "found", "other letters taken for names", "for persons")
    for path, each in measured.items():
        table.add_row(path, str(each.persons), f"{each.recall:.3f}", f"{each.excess:.1%}", f"{each.person_excess:.1%}")
    Console().print(table)


def _read(data: Path, languages: Sequence[str]) -> _Text:
    chosen = [corpus for corpus in CORPORA if corpus.language in languages]
    try:
        training = {corpus: training_part(corpus, data) for corpus in chosen}
        held_back = {corpus.measured_on: held_back_part(corpus, data) for corpus in chosen if corpus.measured_on}
    except OSError as error:
        raise ConfigError(
            f"A corpus cannot be read: {error.strerror}.",
            where=str(error.filename),
            remedy="Give --data the folder with the corpora that triage/privacy/name_training/corpora.py lists.",
        ) from None
    tuning: dict[str, list[MarkedText]] = {language: [] for language in languages}
    for corpus, sentences in training.items():
        if not corpus.is_silver:
            tuning[corpus.language] += sentences[-_TUNING_SENTENCES:]
            del sentences[-_TUNING_SENTENCES:]
    return _Text(training, tuning, held_back)


def _bias(language: str, arrays: Mapping[str, Floats], tuning: Sequence[MarkedText], most_excess: float) -> float:
    """The greatest bias that takes no more than `most_excess` of the other letters for persons."""
    chosen = 0.0
    for bias in _BIASES:
        if figures(tagger(language, arrays, bias), _texts(tuning)).person_excess > most_excess:
            break
        chosen = bias
    return chosen


def _figures(
    path: str, arrays: Mapping[str, Floats], held_back: Sequence[MarkedText], biases: Mapping[str, float]
) -> Figures:
    language = path.partition("/")[0]
    return figures(tagger(language, arrays, biases[language]), _texts(held_back))


def _texts(sentences: Sequence[MarkedText]) -> list[MarkedText]:
    starts = range(0, len(sentences), _SENTENCES_TOGETHER)
    return [joined(sentences[start : start + _SENTENCES_TOGETHER]) for start in starts]


def _card(
    plan: Plan, training: Mapping[Corpus, Sequence[MarkedText]], biases: Mapping[str, float], measured: Measured
) -> dict[str, Any]:
    used = [
        {"path": corpus.path, "licence": corpus.licence, "attribution": corpus.attribution, "sentences": len(own)}
        for corpus, own in training.items()
    ]
    return {
        "form": FORM, "languages": plan.languages, "seed": plan.seed, "epochs": plan.epochs, "texts": plan.texts,
        "recall_bias": biases, "corpora": used, "figures": {path: asdict(each) for path, each in measured.items()},
    }  # fmt: skip
