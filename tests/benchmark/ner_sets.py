"""The hand-annotated names of `../shared/data/ner` as mail-like gold, and the part of it that no training may see.

The files hold one sentence a line: {"tokens": [...], "tags": BIO of PER, LOC, ORG}. Measured are

- the development file of a corpus that has one,
- else the last fifth of the file,
- all of a file whose licence forbids training for release (CoNLL 2002, KIND).

Only persons, places and organizations are marked. A text of news or law holds little personal data besides, so that
over-redaction counts the letters outside these spans: nationalities, works and products that are hidden count as too
much, and dates never count. Clinical reports hold numbers and addresses that are not marked; there it is not counted.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.config import PROJECT
from triage.privacy.name_training.corpora import HELD_BACK
from triage.privacy.name_training.marked_text import from_tokens, joined

DATA = PROJECT.parent / "shared" / "data"
_ENTITIES = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
_BLOCKS = (3, 5, 8, 4, 6, 7)
"""Sentences a row, in turn: neighbours stay together as they would in a mail."""
_LINE = 70


@dataclass(frozen=True, slots=True)
class NerFile:
    """A file below `ner/`, the share of its sentences that is held back (its end), and what is marked in it."""

    language: str
    path: str
    share: float
    complete: bool = True


FILES: dict[str, NerFile] = {
    "ner_de_germeval2014": NerFile("de", "de/germeval2014.jsonl.gz", HELD_BACK),
    "ner_de_legal": NerFile("de", "de/legal_ler_dev.jsonl.gz", 1),
    "ner_es_conll2002": NerFile("es", "es/conll2002_train.jsonl.gz", 1),
    "ner_es_meddocan": NerFile("es", "es/meddocan_dev.jsonl.gz", 1, complete=False),
    "ner_it_kind": NerFile("it", "it/kind_wikinews_train.jsonl.gz", 1),
    "ner_nl_conll2002": NerFile("nl", "nl/conll2002_train.jsonl.gz", 1),
    "ner_nl_europeana": NerFile("nl", "nl/europeana_kb.jsonl.gz", HELD_BACK),
    "ner_pl_cen": NerFile("pl", "pl/cen_train.jsonl.gz", HELD_BACK),
    "ner_pl_kpwr": NerFile("pl", "pl/kpwr_train.jsonl.gz", HELD_BACK),
    "ner_pt_bosque": NerFile("pt", "pt/bosque_dev.jsonl.gz", 1),
    "ner_da_ddt": NerFile("da", "da/ddt_dev.jsonl.gz", 1),
    "ner_sv_klintan": NerFile("sv", "sv/klintan_train.jsonl.gz", HELD_BACK),
    "ner_sv_talbanken": NerFile("sv", "sv/talbanken_dev.jsonl.gz", 1),
    "ner_ru_pud": NerFile("ru", "ru/pud.jsonl.gz", 1),
}
"""What is measured, by the set's name. Silver sets (links of Wikipedia) are not among them: train with them."""


def held_back(language: str, data: Path = DATA) -> list[dict[str, Any]]:
    """The sentences of a language ({"tokens", "tags"}) that are measured with, so never trained on.

    A corpus may repeat a sentence in its training part: leave out by tokens, not by place.
    """
    return [
        sentence
        for file in FILES.values()
        if file.language == language
        for sentence in _held_back_of(file, data)
    ]  # fmt: skip


def rows(name: str, data: Path) -> Iterator[dict[str, Any]]:
    """A set's held-back part as gold rows: some neighbouring sentences each, every other row in lines as mail has."""
    file = FILES[name]
    sentences = _held_back_of(file, data)
    start = number = 0
    while start < len(sentences):
        stop = start + _BLOCKS[number % len(_BLOCKS)]
        text, spans = _paragraph(sentences[start:stop], file.language)
        text = _in_lines(text) if number % 2 else text
        yield {"id": f"{name}-{number}", "text": text, "spans": spans, "headers": None, "language": file.language}
        start, number = stop, number + 1


def _held_back_of(file: NerFile, data: Path) -> list[dict[str, Any]]:
    with gzip.open(data / "ner" / file.path, "rt", encoding="utf-8") as lines:
        sentences = [json.loads(line) for line in lines]
    return sentences[round(len(sentences) * (1 - file.share)) :]


def _paragraph(sentences: list[dict[str, Any]], language: str) -> tuple[str, list[list[Any]]]:
    whole = joined([from_tokens(one["tokens"], one["tags"], language) for one in sentences])
    return whole.text, [[start, end, _ENTITIES[kind]] for start, end, kind in whole.names]


def _in_lines(text: str) -> str:
    """The text in lines of some 70 characters. A blank becomes a line end, so that all places stay."""
    letters, line_start, blank = list(text), 0, None
    for place, letter in enumerate(letters):
        if place - line_start > _LINE and blank is not None:
            letters[blank], line_start, blank = "\n", blank + 1, None
        blank = place if letter == " " else blank
    return "".join(letters)
