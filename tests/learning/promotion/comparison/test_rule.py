"""The rule's errors over 20 seeds, on answers whose true difference is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.learning.promotion.simulation import LABELS, Pair
from triage.config.learning.promotion import PromotionSettings
from triage.learning.promotion.comparison.limits import Cost
from triage.learning.promotion.comparison.overall import confidence_at
from triage.learning.promotion.comparison.paired import Given, PairedHead, PairedRows
from triage.learning.promotion.comparison.rule import compare, passes

SETTINGS = PromotionSettings()
SEEDS = 20


def promoted(pair: Pair) -> int:
    """How often of 20 seeds the challenger passes."""
    return sum(passes(compare(pair.draw(seed), SETTINGS), SETTINGS)[0] for seed in range(SEEDS))


@pytest.mark.parametrize(
    ("pair", "least", "most"),
    [
        pytest.param(Pair(8_000, won=0.035, lost=0.025), 18, 20, id="one point better"),
        pytest.param(Pair(8_000, won=0.03, lost=0.03), 0, 2, id="equal"),
        pytest.param(Pair(8_000, won=0.025, lost=0.035), 0, 0, id="one point worse"),
        pytest.param(Pair(2_000, won=0.02, lost=0.6), 0, 0, id="labels that were shuffled"),
        pytest.param(
            Pair(8_000, won=0.06, lost=0.01, lost_german=0.12), 0, 0, id="better on average and worse in German"
        ),
        pytest.param(Pair(300, won=0.03, lost=0.03), 0, 2, id="equal, few rows"),
        pytest.param(Pair(300, won=0.15, lost=0.0), 20, 20, id="much better, few rows"),
    ],
)
def test_errors_over_twenty_seeds(pair: Pair, least: int, most: int) -> None:
    assert least <= promoted(pair) <= most


def test_the_same_model_is_not_promoted() -> None:
    head = Pair(1_000, won=0.0, lost=0.0).draw(1).heads[0]
    rows = PairedRows((replace(head, challenger=head.champion),))
    passed, why = passes(compare(rows, SETTINGS), SETTINGS)
    assert not passed
    assert len(why) == 1
    assert why[0].startswith("It is not better: ")
    assert why[0].endswith("gain +0.0 points [+0.0, +0.0] at 95 % confidence, 1000 rows.")


def test_the_slice_that_blocks_is_named_with_its_figures() -> None:
    rows = Pair(8_000, won=0.06, lost=0.01, lost_german=0.12).draw(3)
    _, why = passes(compare(rows, SETTINGS), SETTINGS)
    assert any(sentence.startswith("It is worse in category, language de: ") for sentence in why)
    assert not any("language en" in sentence for sentence in why)


def test_where_rows_are_too_few_the_number_needed_is_told() -> None:
    pair = Pair(500, won=0.035, lost=0.025)
    found = compare(pair.draw(0), SETTINGS).overall
    # Connor (1987) without the term of the gain: (z_0.975 + z_0.9)² · discordant / gain²; the sample has some of it
    discordant = (found.heads[0].only_champion_right + found.heads[0].only_challenger_right) / found.rows
    assert found.rows_needed == pytest.approx((1.95996 + 1.28155) ** 2 * discordant / 0.01**2, rel=0.15)
    _, why = passes(compare(pair.draw(0), SETTINGS), SETTINGS)
    assert "It cannot be known yet" in why[0]
    assert f"needs about {found.rows_needed:,} rows" in why[0]


def test_a_draw_of_whole_threads_widens_the_interval() -> None:
    rows = Pair(400, won=0.1, lost=0.02).draw(5)
    tenfold = PairedRows(tuple(repeated(head, 10) for head in rows.heads), groups=np.tile(np.arange(400), 10))
    alone = PairedRows(tenfold.heads)
    wide, narrow = (compare(one, SETTINGS).overall.gain for one in (tenfold, alone))
    assert wide.high - wide.low == pytest.approx((narrow.high - narrow.low) * 10**0.5, rel=0.1)


def repeated(head: PairedHead, times: int) -> PairedHead:
    """Each row that often."""
    rows = np.tile(np.arange(len(head.known)), times)
    champion, challenger = (
        Given(given.predicted[rows], given.score[rows], given.abstained[rows])
        for given in (head.champion, head.challenger)
    )
    return PairedHead(head.head, head.known[rows], head.truth[rows], champion, challenger)


def with_challenger(rows: PairedRows, **changes: object) -> PairedRows:
    head = rows.heads[0]
    return replace(rows, heads=(replace(head, challenger=replace(head.challenger, **changes)),))  # type: ignore[arg-type]


BETTER = Pair(2_000, won=0.12, lost=0.0).draw(0)


@pytest.mark.parametrize(
    ("rows", "costs", "reason"),
    [
        pytest.param(BETTER, {}, None, id="within all limits"),
        pytest.param(with_challenger(BETTER, score=np.full(2_000, 0.5)), {}, "calibration error", id="calibration"),
        pytest.param(
            with_challenger(BETTER, abstained=np.arange(2_000) % 5 == 0),
            {},
            "share of abstained mails of category",
            id="abstention",
        ),
        pytest.param(
            BETTER,
            {"champion": Cost(100.0, 10), "challenger": Cost(49.0, 10)},
            "Its speed is 49 mails/s, beyond the limit of 50 mails/s (champion 100 mails/s).",
            id="speed",
        ),
        pytest.param(BETTER, {"champion": Cost(100.0, 10), "challenger": Cost(51.0, 29)}, None, id="within costs"),
        pytest.param(
            BETTER, {"champion": Cost(None, 10), "challenger": Cost(1.0, 31)}, "Its size is 0.00 MB", id="size"
        ),
    ],
)
def test_limits_refuse_a_better_model(rows: PairedRows, costs: dict[str, Cost], reason: str | None) -> None:
    passed, why = passes(compare(rows, SETTINGS, **costs), SETTINGS)  # type: ignore[arg-type]
    assert passed == (reason is None)
    assert reason is None or reason in why[0]


def test_labels_that_the_champion_cannot_give_are_its_errors() -> None:
    truth = np.array(["wiki", "mail"] * 100)
    old = Given(LABELS[np.arange(200) % 4], np.full(200, 0.6), np.zeros(200, dtype=np.bool_))
    new = Given(np.where(np.arange(200) % 10 == 0, "mail", truth), np.full(200, 0.95), np.zeros(200, dtype=np.bool_))
    rows = PairedRows((PairedHead("topic", np.ones(200, dtype=np.bool_), truth, old, new),))
    found = compare(rows, SETTINGS)
    assert found.overall.champion == 0
    assert passes(found, SETTINGS)[0]


def test_several_labels_a_mail_and_several_heads() -> None:
    random = np.random.default_rng(0)
    truth = random.random((600, 3)) < 0.4
    flips = random.random((600, 3)) < 0.3
    flags = PairedHead(
        "topics",
        np.arange(600) < 300,
        truth,
        Given(truth ^ flips, np.ones(600), np.zeros(600, dtype=np.bool_)),
        Given(truth, np.ones(600), np.zeros(600, dtype=np.bool_)),
        ("a", "b", "c"),
    )
    single = Pair(600, won=0.0, lost=0.0).draw(0).heads[0]
    single = replace(single, challenger=single.champion)
    found = compare(PairedRows((flags, single)), SETTINGS)
    assert [head.rows for head in found.overall.heads] == [300, 600]
    assert found.overall.heads[0].challenger_macro_f1 == 1
    assert found.overall.gain.value == pytest.approx((1 - found.overall.heads[0].champion_macro_f1) / 2)
    assert passes(found, SETTINGS)[0]


def with_new_head(pair: Pair, right: float) -> PairedRows:
    """Rows with a head that the champion does not have, of which the challenger's answers are right in that share."""
    rows = pair.draw(0)
    head = rows.heads[0]
    truth = np.array(["yes", "no"])[np.random.default_rng(1).integers(0, 2, pair.rows)]
    wrong = np.arange(pair.rows) >= right * pair.rows
    given = Given(np.where(wrong, np.where(truth == "yes", "no", "yes"), truth), head.challenger.score, ~head.known)
    silent = Given(np.full(pair.rows, ""), np.zeros(pair.rows), head.known)
    return replace(rows, heads=(head, PairedHead("own", head.known, truth, silent, given, new=True)))


@pytest.mark.parametrize(
    ("pair", "right", "passed", "reason"),
    [
        pytest.param(
            Pair(8_000, won=0.03, lost=0.03), 0.6, True, "not shown to be worse in those that the champion", id="equal"
        ),
        pytest.param(Pair(8_000, won=0.02, lost=0.0375), 0.6, False, "is worse in those", id="1.75 points worse"),
        pytest.param(Pair(300, won=0.02, lost=0.05), 0.6, False, "is worse in those", id="worse, in few rows"),
        pytest.param(
            Pair(8_000, won=0.03, lost=0.03), 0.5, False, "is no better than chance", id="a guessing new head"
        ),
        pytest.param(Pair(8_000, won=0.06, lost=0.01), 0.5, False, "is no better than chance", id="and better"),
    ],
)
def test_a_new_head_hides_no_loss(pair: Pair, right: float, passed: bool, reason: str) -> None:
    found = compare(with_new_head(pair, right), SETTINGS)
    assert [head.head for head in found.overall.heads] == ["category"]
    assert {one.head for one in found.slices} == {one.head for one in found.limits} == {"category"}
    decided, why = passes(found, SETTINGS)
    assert decided == passed
    assert any(reason in sentence for sentence in why)


def test_all_looks_together_err_no_more_than_one() -> None:
    risks = [1 - confidence_at(look, SETTINGS) for look in range(1, 2_000)]
    assert sum(risks) == pytest.approx(1 - SETTINGS.confidence, rel=0.001)
    assert sum(risks) < 1 - SETTINGS.confidence


@pytest.mark.parametrize(
    ("look", "expected"),
    [(None, 0.95), (1, 0.975), (2, 1 - 0.05 / 6), (3, 1 - 0.05 / 12)],
)
def test_each_look_at_the_same_rows_asks_for_more_confidence(look: int | None, expected: float) -> None:
    found = compare(Pair(300, won=0.05, lost=0.03).draw(0), SETTINGS, look=look)
    assert found.overall.confidence == pytest.approx(expected)
    assert f"at {100 * expected:.4g} % confidence" in passes(found, SETTINGS)[1][0]
