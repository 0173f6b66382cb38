"""What a model of everybody else's corrections says of each person's: probabilities for the scan of `doubts`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from triage.labelling.linear.solvers import fit_linear_model
from triage.learning.guards.caps import Cap, capped

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FOLDS = 3
"""People are dealt to so many folds and senders, too, the most active first: a fit for each pair of folds."""

_C = 8.0
_SHARE = 0.25
"""Share of a label's weight that a person may have in these fits, or one attacker would speak for the others."""


def others_say(
    base: csr_matrix,
    base_labels: Sequence[str],
    corrected: csr_matrix,
    given: Sequence[str],
    who: Sequence[str],
    senders: Sequence[str],
    near: Sequence[int],
    *,
    seed: int = 0,
) -> tuple[tuple[str, ...], Floats]:
    """Labels, and for each correction their probabilities, rows of `corrected` × labels, of one head.

    `base` are features of rows that are learnt from beside the corrections, with their labels; `who` made each
    correction, `senders` sent its mail (a name of its own where unknown) and `near` is the mail's group of
    near-duplicates. The fit that predicts a correction saw nothing of the people in its fold, nor of the senders in
    its fold, nor a near-duplicate: several accounts that work for one sender do not confirm each other. Logistic
    regression, by the project's solver. Without any other rows, the probabilities are equal.
    """
    labels = tuple(sorted({*base_labels, *given}))
    place = {label: number for number, label in enumerate(labels)}
    features = vstack([base, corrected], format="csr")
    truth = np.zeros((features.shape[0], len(labels)), dtype=np.bool_)
    truth[np.arange(len(truth)), [place[label] for label in (*base_labels, *given)]] = True
    found = np.full((len(given), len(labels)), 1 / len(labels))
    for held, learnt in _folds(who, senders, np.asarray(near, dtype=np.int64)):
        use = np.r_[np.ones(len(base_labels), dtype=np.bool_), learnt]
        if use.any():
            weight = np.r_[np.ones(len(base_labels)), _fair(truth[len(base_labels) :][learnt], _numbers(who)[learnt])]
            model = fit_linear_model(
                features[use], truth[use], loss="multinomial", c=_C, balance=0.0, seed=seed, weight=weight
            )
            found[held] = _softmax(model.logits(corrected[held]))
    return labels, found


def _numbers(names: Sequence[str]) -> Ints:
    return np.unique(np.asarray(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64)


def _folds(who: Sequence[str], senders: Sequence[str], near: Ints) -> Iterator[tuple[Flags, Flags]]:
    """Corrections to predict, and those to learn from, of each pair of folds that has any."""
    people, sources = _dealt(_numbers(who)), _dealt(_numbers(senders))
    for person, sender in product(range(FOLDS), repeat=2):
        held = (people == person) & (sources == sender)
        if held.any():
            yield held, (people != person) & (sources != sender) & ~np.isin(near, near[held])


def _dealt(numbers: Ints) -> Ints:
    """The fold of each row: of its number, dealt in turn from the most frequent to the least."""
    order = np.argsort(-np.bincount(numbers), kind="stable")
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = np.arange(len(order)) % FOLDS
    return fold[numbers]


def _fair(truth: npt.NDArray[np.bool_], people: Ints) -> Floats:
    """Weights of corrections under the cap of a person's share."""
    cap = Cap(people, _SHARE)
    return capped(np.ones(len(truth)), [cap], truth.argmax(axis=1).astype(np.int64), _SHARE, 0.0)


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
