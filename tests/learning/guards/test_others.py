"""What a model of everybody else's corrections says."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from triage.learning.guards.others import Ints, others_say


def texts(labels: Ints, seed: int = 0) -> csr_matrix:
    """Rows of length 1 near the centre of their label."""
    drawn = np.random.default_rng(seed)
    rows = 4 * np.eye(3, 20)[labels] + drawn.normal(size=(len(labels), 20))
    return csr_matrix(rows / np.linalg.norm(rows, axis=1, keepdims=True))


NAMES = np.array(["hr", "legal", "sales"])
BASE = np.arange(90) % 3
TRUE = np.arange(60) % 3
SENDERS = [f"s{number // 2 % 10}" for number in range(60)]
PEOPLE = [f"p{number // 3 % 6}" for number in range(60)]


def said(given: Ints, near: list[int] | None = None) -> list[str]:
    labels, found = others_say(
        texts(BASE, 1),
        NAMES[BASE].tolist(),
        texts(TRUE),
        NAMES[given].tolist(),
        PEOPLE,
        SENDERS,
        near or list(range(60)),
    )
    np.testing.assert_allclose(found.sum(axis=1), 1)
    return [labels[place] for place in found.argmax(axis=1)]


def test_it_says_the_truth_of_who_flips_all() -> None:
    hostile = np.array(PEOPLE) == "p2"
    given = np.where(hostile, (TRUE + 1) % 3, TRUE)
    right = np.array(said(given)) == NAMES[TRUE]
    assert right[hostile].mean() > 0.9
    assert right.mean() > 0.9


def test_a_persons_own_corrections_and_near_duplicates_do_not_speak_for_themselves() -> None:
    given = np.full(60, 2)
    alone = csr_matrix((60, 20))
    labels, found = others_say(alone[:0], [], texts(TRUE), NAMES[given].tolist(), ["p"] * 60, SENDERS, list(range(60)))
    assert labels == ("sales",)
    assert found.tolist() == [[1.0]] * 60
    both = ["p", "q"] * 30
    _, found = others_say(alone[:0], [], texts(TRUE), NAMES[TRUE].tolist(), both, SENDERS, [0] * 60)
    np.testing.assert_allclose(found, 1 / 3)


def test_accounts_that_work_for_one_sender_do_not_confirm_each_other() -> None:
    senders = ["wanted" if number < 12 else f"s{number}" for number in range(60)]
    given = np.where(np.array(senders) == "wanted", 2, TRUE)
    marked = texts(TRUE).tolil()
    marked[:12, 19] = 3.0
    labels, found = others_say(
        texts(BASE, 1),
        NAMES[BASE].tolist(),
        csr_matrix(marked),
        NAMES[given].tolist(),
        PEOPLE,
        senders,
        list(range(60)),
    )
    said = np.array([labels[place] for place in found.argmax(axis=1)])
    assert (said == NAMES[TRUE])[:12].mean() > 0.7
