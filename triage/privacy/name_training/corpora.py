"""The corpora that the weights may be made from: licence, attribution, and which part is held back for measuring."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.privacy.name_training.marked_text import MarkedText, from_tokens

HELD_BACK = 0.2
"""Share of a hand-annotated corpus without a development part that is measured with: its end."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file of JSON lines with tokens and BIO tags, below the folder of marked names.

    `weight` is how often its sentences are drawn beside those of other corpora: silver text, whose names are links of
    Wikipedia, counts less. `development` is the file that measures it; of a hand-annotated corpus without one the last
    fifth is held back for that.
    """

    path: str
    licence: str
    attribution: str
    weight: float
    development: str | None = None
    is_silver: bool = False

    @property
    def language(self) -> str:
        """ISO 639-1 code: the folder that the file lies in."""
        return self.path.partition("/")[0]

    @property
    def measured_on(self) -> str | None:
        """The file with the held-back part; None for silver text, which is not measured with."""
        return None if self.is_silver else self.development or self.path


def _silver(language: str, weight: float) -> Corpus:
    attribution = "WikiANN (Pan et al. 2017), links of Wikipedia"
    return Corpus(f"{language}/wikiann_train.jsonl.gz", "CC BY-SA", attribution, weight, is_silver=True)


CORPORA = (
    Corpus("de/germeval2014.jsonl.gz", "CC BY 4.0", "GermEval 2014 (Benikova, Biemann, Reznicek 2014)", 2.0),
    Corpus(
        "de/legal_ler_train.jsonl.gz", "CC BY 4.0", "Legal Entity Recognition (Leitner et al. 2020)", 0.15,
        "de/legal_ler_dev.jsonl.gz",
    ),
    _silver("de", 0.5),
    Corpus(
        "es/meddocan_train.jsonl.gz", "CC BY 4.0", "MEDDOCAN (Marimon et al. 2019)", 0.6, "es/meddocan_dev.jsonl.gz"
    ),
    _silver("es", 0.5),
    Corpus("nl/europeana_kb.jsonl.gz", "CC0", "Europeana Newspapers, KB (Neudecker 2016)", 0.7),
    _silver("nl", 0.7),
    Corpus("pl/kpwr_train.jsonl.gz", "CC BY 3.0", "KPWr (Broda et al. 2012), CLARIN-PL", 1.0),
    _silver("pl", 0.4),
    Corpus(
        "pt/bosque_train.jsonl.gz", "CC BY-SA 4.0", "Universal NER, Portuguese-Bosque (Mayhew et al. 2024)", 2.0,
        "pt/bosque_dev.jsonl.gz",
    ),
    Corpus(
        "da/ddt_train.jsonl.gz", "CC BY-SA 4.0", "Universal NER, Danish-DDT (Mayhew et al. 2024)", 2.0,
        "da/ddt_dev.jsonl.gz"
    ),
    Corpus("sv/klintan_train.jsonl.gz", "CC BY 4.0", "Swedish NER corpus (Klintberg 2017)", 1.5),
    Corpus(
        "sv/talbanken_train.jsonl.gz", "CC BY-SA 4.0", "Universal NER, Swedish-Talbanken (Mayhew et al. 2024)", 0.5,
        "sv/talbanken_dev.jsonl.gz",
    ),
)  # fmt: skip
"""A corpus whose licence forbids commercial use is not among them: it may be measured with, not trained on."""


def training_part(corpus: Corpus, folder: Path) -> list[MarkedText]:
    """The sentences to train on, in the order of the file. Raises OSError where the file is missing."""
    sentences = list(_sentences(corpus.path, folder))
    return sentences[: _bound(sentences)] if corpus.measured_on == corpus.path else sentences


def held_back_part(corpus: Corpus, folder: Path) -> list[MarkedText]:
    """The sentences that measure a corpus, none of them trained on. Raises OSError where the file is missing."""
    if corpus.measured_on is None:
        return []
    sentences = list(_sentences(corpus.measured_on, folder))
    return sentences[_bound(sentences) :] if corpus.measured_on == corpus.path else sentences


def _bound(sentences: Sequence[MarkedText]) -> int:
    return round(len(sentences) * (1 - HELD_BACK))


def _sentences(path: str, folder: Path) -> Iterator[MarkedText]:
    language = path.partition("/")[0]
    with gzip.open(folder / path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield from_tokens(row["tokens"], row["tags"], language)
