"""The honest challenger: scikit-learn's TF-IDF and logistic regression on the same split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pyspark.sql import DataFrame
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from triage.config import Settings
from triage.labelling.features import TEXT
from triage.labelling.metrics import Score, score

NAME = "TF-IDF + LogisticRegression"
MOST_ROWS = 30_000
"""Beyond this the baseline would take the driver's memory for text, and is left out."""


def baseline_scores(
    prepared: DataFrame, heads: Mapping[str, Sequence[str]], settings: Settings
) -> dict[str, dict[str, Score]]:
    """Scores a head on the `test` rows; empty for more than `MOST_ROWS` rows. Text must be free of personal data."""
    usable = prepared.where("NOT empty")
    if usable.count() > MOST_ROWS:
        return {}
    rows = usable.orderBy("row").select("labels", "split", TEXT).collect()
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    is_test = np.array([row.split == "test" for row in rows])
    texts = np.array([row[TEXT] for row in rows], dtype=object)
    learnt, held = vectorizer.fit_transform(texts[~is_test]), vectorizer.transform(texts[is_test])
    found = {}
    for name, known in heads.items():
        labels = np.array([row.labels.get(name) or "" for row in rows])
        use = np.isin(labels, list(known)) if known else labels != ""
        model = LogisticRegression(C=settings.labelling.inverse_regularization, max_iter=300, tol=1e-3)
        with threadpool_limits(limits=1):
            model.fit(learnt[use[~is_test]], labels[use & ~is_test])
        predicted = model.predict(held[use[is_test]])
        found[name] = {NAME: score(labels[use & is_test], predicted)}
    return found
