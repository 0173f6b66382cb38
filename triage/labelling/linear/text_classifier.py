"""A linear text classifier of scikit-learn: counting, weighting, fit, and its stored form.

Words and pairs of the marked text, and characters of the plain one, each hashed, weighted and brought to length 1;
one weight vector a label over both. Stored by skops, which reads types that it knows and never runs what a file says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from triage.errors import ModelError
from triage.labelling.linear.solvers import LinearModel, fit_linear_model

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

GRAM_CHARS = 2_000
"""Characters of a text whose grams are counted; they take most of the time."""

MIN_ROWS = 2
"""Document frequency below which a term is left out."""

FIELDS = {"words": "model_text", "grams": "plain_text"}
"""Kind of term → the column that it is drawn from."""

_TRUSTED: list[str] = []
"""Types that a stored model may hold beyond those of numpy, SciPy and scikit-learn that skops trusts by itself."""


@dataclass(frozen=True)
class TermFeatures:
    """A kind of term: its vectorizer, which columns of the counts take part, and their TF-IDF weights."""

    vectorizer: HashingVectorizer
    columns: Ints
    tfidf: TfidfTransformer

    def features(self, counts: csr_matrix) -> csr_matrix:
        """Rows of length 1."""
        return csr_matrix(self.tfidf.transform(counts[:, self.columns]))


@dataclass(frozen=True)
class TextClassifier:
    """Kinds of terms, and the linear model over their features side by side."""

    terms: Mapping[str, TermFeatures]
    model: LinearModel

    def logits(self, counts: Mapping[str, csr_matrix]) -> Floats:
        """Rows × labels, from the counts by kind."""
        parts = [terms.features(counts[kind]) for kind, terms in self.terms.items()]
        return self.model.logits(hstack(parts, format="csr"))

    def logits_of(self, texts: Mapping[str, Sequence[str | None]]) -> Floats:
        """The same from the texts by column of `FIELDS`."""
        return self.logits(
            {kind: count_terms(terms.vectorizer, texts[FIELDS[kind]]) for kind, terms in self.terms.items()}
        )


def vectorizer_of(kind: str, hash_bits: int) -> HashingVectorizer:
    """Counts of words and pairs of them, or of three and four characters within words."""
    form = (
        {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)[\w=]{2,}"}
        if kind == "words"
        else {"analyzer": "char_wb", "ngram_range": (3, 4)}
    )
    return HashingVectorizer(n_features=2**hash_bits, norm=None, alternate_sign=False, **form)


def count_terms(vectorizer: HashingVectorizer, texts: Sequence[str | None]) -> csr_matrix:
    """Texts × places."""
    most = GRAM_CHARS if vectorizer.analyzer == "char_wb" else None
    return csr_matrix(vectorizer.transform([(text or "")[:most] for text in texts]))


def fit_text_classifier(
    hash_bits: int,
    counts: Mapping[str, csr_matrix],
    truth: Flags,
    *,
    loss: str,
    c: float,
    balance: float,
    seed: int,
    weight: Floats | None = None,
) -> TextClassifier:
    """A classifier fitted on counts by kind.

    Loss, c, balance and weight as in `fit_linear_model`, whose solvers are scikit-learn's.
    """
    terms = {kind: _terms(vectorizer_of(kind, hash_bits), counts[kind]) for kind in FIELDS}
    features = hstack([own.features(counts[kind]) for kind, own in terms.items()], format="csr")
    model = fit_linear_model(features, truth, loss=loss, c=c, balance=balance, seed=seed, weight=weight)
    return TextClassifier(terms, model)


def _terms(vectorizer: HashingVectorizer, counts: csr_matrix) -> TermFeatures:
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero(frequency >= MIN_ROWS)
    return TermFeatures(vectorizer, columns, TfidfTransformer(sublinear_tf=True).fit(counts[:, columns]))


def dump_classifier(classifier: TextClassifier) -> bytes:
    """The classifier as skops writes it (no pickle). The keys are those of models that are registered already."""
    terms = {
        kind: {"counting": own.vectorizer, "columns": own.columns, "weighing": own.tfidf}
        for kind, own in classifier.terms.items()
    }
    content = {"terms": terms, "weights": classifier.model.weights, "bias": classifier.model.bias}
    return bytes(skops.io.dumps(content))


def load_classifier(data: bytes) -> TextClassifier:
    """The classifier in `data`. Raises ModelError when it holds a type that is not trusted, or is no classifier."""
    try:
        content = skops.io.loads(data, trusted=_TRUSTED)
        terms = {
            kind: TermFeatures(own["counting"], own["columns"], own["weighing"])
            for kind, own in content["terms"].items()
        }
        return TextClassifier(terms, LinearModel(content["weights"], content["bias"]))
    except Exception as fault:  # noqa: BLE001 - a file may hold anything, and skops raises what it likes
        raise ModelError(
            f"The scikit-learn part of the model cannot be read ({type(fault).__name__}).",
            remedy="Use the packages that wrote it, or train a new version with jobs/train.py.",
        ) from None
