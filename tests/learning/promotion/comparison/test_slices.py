"""Which slices block, and how often an equal slice does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.promotion.simulation import Pair
from triage.config.learning.promotion import PromotionSettings
from triage.learning.promotion.comparison.paired import PairedRows
from triage.learning.promotion.comparison.slices import holm, slice_figures

SETTINGS = PromotionSettings()
STRICT = PromotionSettings(slice_rows=50, slice_margin=0.0)
"""With no margin, so that chance alone decides."""


@pytest.mark.parametrize(
    ("p", "corrected"),
    [
        pytest.param([0.01, 0.04, 0.03], [0.03, 0.06, 0.06], id="the example of R's p.adjust"),
        pytest.param([0.5], [0.5], id="one"),
        pytest.param([0.9, 0.8], [1.0, 1.0], id="at most 1"),
        pytest.param([], [], id="none"),
    ],
)
def test_holm(p: list[float], corrected: list[float]) -> None:
    assert holm(np.array(p)).tolist() == pytest.approx(corrected)


def test_forty_equal_slices_block_as_seldom_as_stated() -> None:
    blocked = 0
    for seed in range(100):
        rows = Pair(4_000, won=0.05, lost=0.05).draw(seed)
        queues = np.random.default_rng(seed).integers(0, 40, 4_000).astype(np.str_)
        blocked += any(one.worse for one in slice_figures(PairedRows(rows.heads, {"queue": queues}), STRICT))
    assert blocked <= 9  # 5 are stated; more than 9 of 100 would come by chance in 3 of 100 tests


@pytest.mark.parametrize(
    ("rows", "blocks"),
    [
        pytest.param(2_000, True, id="enough rows"),
        pytest.param(150, False, id="fewer rows than a slice needs"),
    ],
)
def test_a_worse_slice_needs_rows(rows: int, blocks: bool) -> None:
    found = slice_figures(Pair(rows, won=0.05, lost=0.0, lost_german=0.3).draw(2), SETTINGS)
    assert any(one.worse and one.slice == "de" for one in found) == blocks


def test_a_label_that_is_lost_blocks() -> None:
    rows = Pair(2_000, won=0.19, lost=0.0).draw(0)
    head = rows.heads[0]
    lost = (head.truth == "legal") & (np.arange(2_000) % 3 == 0)
    given = replace(head.challenger, predicted=np.where(lost, "hr", head.challenger.predicted))
    found = slice_figures(PairedRows((replace(head, challenger=given),), rows.slices), SETTINGS)
    worse = {(one.kind, one.slice) for one in found if one.worse}
    assert worse == {("label", "legal")}
