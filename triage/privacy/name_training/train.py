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
from triage.privacy.name_models.stored import write_model
from triage.privacy.name_training.corpora import CORPORA, Corpus, held_back_part, training_part
from triage.privacy.name_training.figures import Figures, figures
from triage.privacy.name_training.marked_text import MarkedText, joined
from triage.privacy.name_training.sampling import epoch_texts
from triage.privacy.name_training.training import Trainer
from triage.privacy.tagging.name_network import FORM
from triage.privacy.tagging.network import Floats

_SENTENCES_TOGETHER = 4

Measured = dict[str, Figures]
"""Figures by the file that was measured with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is trained: passes, texts a pass, and what is added to the scores that begin a person."""

    languages: tuple[str, ...]
    epochs: int
    texts: int
    seed: int
    recall_bias: float


def train_names(data: Path, out: Path, plan: Plan) -> Measured:
    """Trains on the corpora below `data` and writes a model into `out`; the figures of the parts held back.

    The same plan over the same files gives the same weights on the same machine. Raises ConfigError where a corpus is
    missing.
    """
    sentences, held_back = _read(data, plan.languages)
    draw = random.Random(plan.seed)  # noqa: S311 - drawn texts, no secrets
    trainer = Trainer(plan.languages, plan.seed)
    for number in range(plan.epochs):
        texts = epoch_texts(sentences, plan.languages, draw, plan.texts)
        for _ in track(trainer.epoch(texts), f"Epoch {number + 1} of {plan.epochs}", console=Console(stderr=True)):
            pass
    arrays = _halved(trainer.weights(plan.recall_bias))
    measured = _measured(trainer, arrays, held_back)
    write_model(out, arrays, _card(plan, sentences, measured))
    return measured


def print_figures(measured: Measured) -> None:
    """Prints the figures of each corpus on standard output."""
    table = Table("corpus", "persons", "found", "other letters taken for names")
    for path, each in measured.items():
        table.add_row(path, str(each.persons), f"{each.recall:.3f}", f"{each.excess:.1%}")
    Console().print(table)


def _read(data: Path, languages: Sequence[str]) -> tuple[dict[Corpus, list[MarkedText]], dict[str, list[MarkedText]]]:
    chosen = [corpus for corpus in CORPORA if corpus.language in languages]
    try:
        held_back = {corpus.measured_on: held_back_part(corpus, data) for corpus in chosen if corpus.measured_on}
        return {corpus: training_part(corpus, data) for corpus in chosen}, held_back
    except OSError as error:
        raise ConfigError(
            f"A corpus cannot be read: {error.strerror}.",
            where=str(error.filename),
            remedy="Give --data the folder with the corpora that triage/privacy/name_training/corpora.py lists.",
        ) from None


def _halved(arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """The weights as they are stored, so that what is measured is what will be loaded."""
    return {name: array.astype("float16").astype("float32") for name, array in arrays.items()}


def _measured(trainer: Trainer, arrays: Mapping[str, Floats], held_back: Mapping[str, list[MarkedText]]) -> Measured:
    measured = {}
    for path, sentences in held_back.items():
        starts = range(0, len(sentences), _SENTENCES_TOGETHER)
        texts = [joined(sentences[start : start + _SENTENCES_TOGETHER]) for start in starts]
        measured[path] = figures(trainer.tagger(path.partition("/")[0], arrays), texts)
    return measured


def _card(plan: Plan, sentences: Mapping[Corpus, Sequence[MarkedText]], measured: Measured) -> dict[str, Any]:
    used = [
        {"path": corpus.path, "licence": corpus.licence, "attribution": corpus.attribution, "sentences": len(own)}
        for corpus, own in sentences.items()
    ]
    return {
        "form": FORM, "languages": plan.languages, "seed": plan.seed, "epochs": plan.epochs, "texts": plan.texts,
        "recall_bias": plan.recall_bias, "corpora": used,
        "figures": {path: asdict(each) for path, each in measured.items()},
    }  # fmt: skip
