"""What the peers share: the mails of an mbox, their text, stock Presidio, and a linear model a head."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fast_mail_parser
import joblib
from inscriptis import get_text
from presidio_anonymizer import AnonymizerEngine
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from triage.config import load_settings
from triage.labelling.taxonomy import load_taxonomy
from triage.privacy.evaluation.stock import StockPresidio
from triage.samples.generator import generate
from triage.samples.gold import gold_row

_GOLD = 3_000


def messages(file: Path) -> Iterator[bytes]:
    """The messages of an mbox."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = 0
        while start < len(data):
            end = data.find(b"\nFrom ", start)
            end = len(data) if end < 0 else end + 1
            yield bytes(data[data.find(b"\n", start) + 1 : end])
            start = end


def subject_and_body(raw: bytes) -> tuple[str, str]:
    """By fast_mail_parser; an empty text for what it refuses."""
    try:
        mail = fast_mail_parser.parse_email(bytes(raw))
    except fast_mail_parser.ParseError:
        return "", ""
    plain = "\n".join(mail.text_plain)
    return mail.subject, plain or "\n".join(get_text(page) for page in mail.text_html)


class Anonymizer:
    """Stock Presidio: analysis, and replacement by the type."""

    def __init__(self) -> None:
        self._stock, self._engine = StockPresidio(), AnonymizerEngine()  # type: ignore[no-untyped-call]

    def anonymized(self, text: str) -> str:
        """Raises ValueError for texts over spaCy's limit."""
        return str(self._engine.anonymize(text, self._stock.analyze(text)).text)  # type: ignore[arg-type]


@cache
def loaded_anonymizer() -> Anonymizer:
    """One a process; Spark's workers find it by its module, which a script's own functions have not."""
    return Anonymizer()


@cache
def loaded_models(file: str) -> dict[str, Any]:
    """Head → model, read once a process."""
    loaded: dict[str, Any] = joblib.load(file)
    return loaded


def train_models(file: Path) -> None:
    """TF-IDF and logistic regression a head, from generated gold."""
    rows: list[dict[str, Any]] = [gold_row(mail) for mail in generate(_GOLD, seed=1) if mail.labels]
    heads = [head.name for head in load_taxonomy(load_settings()).heads]
    joblib.dump({name: _fitted([row for row in rows if name in row["labels"]], name) for name in heads}, file)


def _fitted(rows: list[dict[str, Any]], head: str) -> Pipeline:
    texts = [f"{row['subject']}\n{row['text']}" for row in rows]
    return _model().fit(texts, [row["labels"][head] for row in rows])


def _model() -> Pipeline:
    terms = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    return make_pipeline(terms, LogisticRegression(C=8.0, max_iter=300, class_weight="balanced"))
