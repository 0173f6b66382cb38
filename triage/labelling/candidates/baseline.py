"""A baseline to compare with: TF-IDF of words and pairs with scikit-learn's logistic regression, on the same rows."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from triage.labelling.candidates.base import TrainingData
from triage.labelling.evaluation.metrics import Score, score

NAME = "TF-IDF + LogisticRegression"
MOST_ROWS = 30_000
"""Beyond this the baseline would cost more than the model that it is compared with, and is left out."""

_C = 8.0
_ITERATIONS = 300
_TOLERANCE = 1e-3


def baseline_scores(data: TrainingData, head: str) -> dict[str, Score]:
    """Scores on the held-out rows, by hashed counts; none where words were not counted or rows are too many."""
    rows = data.rows
    counts = [rows.features[block] for block in ("words", "pairs") if block in rows.features]
    if not counts or len(rows) > MOST_ROWS:
        return {}
    train, held_out = rows.training(head), rows.held_out(head)
    features: csr_matrix = hstack(counts, format="csr")
    weights = TfidfTransformer(sublinear_tf=True).fit(features[train])
    answers = rows.answers(head)
    model = LogisticRegression(C=_C, max_iter=_ITERATIONS, tol=_TOLERANCE)
    with threadpool_limits(limits=1):
        model.fit(weights.transform(features[train]), answers[train], sample_weight=rows.weight_of(head, train))
    return {NAME: score(answers[held_out], np.asarray(model.predict(weights.transform(features[held_out]))))}
