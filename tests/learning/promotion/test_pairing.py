"""What is compared of two models' answers: common heads, new heads, and nothing where no row is left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from triage.labelling.taxonomy import Costs, Head
from triage.learning.promotion.judging.answers import Answered
from triage.learning.promotion.judging.labelled import LabelledRows
from triage.learning.promotion.judging.pairing import AskedHead, alone, pair

CATEGORY, OWN = (Head(name=name, labels=("a", "b"), costs=Costs(wrong=1)) for name in ("category", "own"))
ASKED = [AskedHead(head, multi=False, declared=True) for head in (CATEGORY, OWN)]


def rows(labels: Sequence[str]) -> LabelledRows:
    """Rows with the same right label of both heads; empty: not known."""
    given = [(label,) if label else () for label in labels]
    texts = np.array(["und"] * len(labels), dtype=np.str_)
    return LabelledRows(np.arange(len(labels)), {"category": given, "own": given}, None, texts, {}, None)


def answered(count: int) -> Answered:
    no = np.zeros(count, dtype=np.bool_)
    return Answered([("a",)] * count, np.ones(count), no, no, no, no)


def test_a_head_that_only_the_challenger_has_is_new() -> None:
    one = answered(2)
    paired, _ = pair(ASKED, rows(["a", "b"]), {"category": one}, {"category": one, "own": one})
    assert paired is not None
    common = paired.common()
    assert common is not None
    assert ([head.head for head in common.heads], [head.head for head in paired.new]) == (["category"], ["own"])


@pytest.mark.parametrize("labels", [[], ["", ""], ["c"]], ids=["no row", "no label known", "no label of the taxonomy"])
def test_nothing_is_left_to_compare(labels: list[str]) -> None:
    sides = {"category": answered(len(labels)), "own": answered(len(labels))}
    assert pair(ASKED, rows(labels), sides, sides)[0] is None
    assert alone(ASKED, rows(labels), sides) == []
