"""Sizes and places of a draw."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.learning.corrections.lakes import NOW
from triage.config.learning.review import ReviewSettings
from triage.labelling.taxonomy import Costs, Head
from triage.learning.review.answers import Answer
from triage.learning.review.drawing.choice import Chosen, choose
from triage.learning.review.drawing.mails import DrawnMail, HeadLabel
from triage.learning.review.drawing.people import People
from triage.learning.review.drawing.rows import Draw, rows_of
from triage.learning.review.drawing.unsettled import by_mail, unsettled

HEADS = (
    Head(name="category", labels=("sales", "hr"), costs=Costs(wrong=3)),
    Head(name="kind", labels=("human", "bounce"), costs=Costs(wrong=1)),
)


def drawn(secret: str = "secret", **settings: object) -> Draw:
    return Draw("draw-1", NOW + timedelta(days=1), 1, ReviewSettings.model_validate(settings), secret)


def mail(number: int, scores: tuple[float, float], *, pressing: float = 0.0, differs: str = "") -> DrawnMail:
    labels = {
        head.name: HeadLabel(
            head.labels[0], score, dict(zip(head.labels, (score, 1 - score), strict=True)), "1", head.name == differs
        )
        for head, score in zip(HEADS, scores, strict=True)
    }
    return DrawnMail(f"{number:064x}", "billing", range(10 * number, 10 * number + 10), labels, pressing)


def chosen(*mails: DrawnMail, count: int, strategy: str = "margin", pressing: float = 2.0) -> list[Chosen]:
    settings = ReviewSettings.model_validate({"strategy": strategy, "pressing": pressing})
    return choose(mails, [], HEADS, settings, (0, count), np.random.default_rng(3))


@pytest.mark.parametrize("size", [0.0, 0.3, 2.0, 2.7])
def test_sizes_are_right_on_average_and_never_off_by_one_or_more(size: float) -> None:
    found = [drawn(str(n)).whole("audit", size) for n in range(4000)]
    assert all(abs(one - size) < 1 for one in found)
    assert np.mean(found) == pytest.approx(size, abs=0.03)  # four standard errors


def test_the_dearest_stand_first_and_audits_at_places_that_are_drawn() -> None:
    sure, doubtful = mail(1, (0.9, 0.9)), mail(2, (0.5, 0.9))
    audits = [Chosen(mail(number, (0.99, 0.99)), "audit", ("category",)) for number in range(10, 14)]
    given = [Chosen(sure, "uncertain", ("category",)), Chosen(doubtful, "uncertain", ("category",)), *audits]
    first_places = set()
    for number in range(40):
        rows = {row["mail_key"]: row["place"] for row in rows_of(given, HEADS, drawn(str(number)), {})}
        assert rows[doubtful.mail_key] < rows[sure.mail_key]
        assert sorted(rows.values()) == list(range(1, 7))
        first_places.add(next(key for key, place in rows.items() if place == 1))
    assert len(first_places) == 5  # each audit is first now and then, and the dearest, too


@pytest.mark.parametrize(("share", "answers"), [(0.0, {1}), (1.0, {2})])
def test_two_people_see_a_share_of_the_mails_but_no_gold_question_twice(share: float, answers: set[int]) -> None:
    given = [Chosen(mail(1, (0.5, 0.5)), "uncertain", ("category", "kind"))]
    rows = rows_of(given, HEADS, drawn(second_share=share), {})
    assert {row["answers"] for row in rows} == answers
    gold = rows_of([Chosen(mail(1, (0.5, 0.5)), "gold_question", ("category",))], HEADS, drawn(second_share=share), {})
    assert {row["answers"] for row in gold} == {1}


def test_nobody_is_asked_a_second_time_where_one_person_reviews_alone() -> None:
    one = Draw("draw-1", NOW, 1, ReviewSettings(second_share=1.0), "secret", frozenset({"billing"}))
    rows = rows_of([Chosen(mail(1, (0.5, 0.5)), "random", ("category", "kind"))], HEADS, one, {})
    assert [row["answers"] for row in rows] == [1, 1]


def test_an_unsettled_mail_waits_for_one_person_more_than_answered() -> None:
    given = Chosen(mail(1, (0.5, 0.5)), "unsettled", ("category", "kind"), {"category": 2, "kind": 1})
    rows = rows_of([given], HEADS, drawn(second_share=1.0), {})
    assert {row["head"]: row["answers"] for row in rows} == {"category": 3, "kind": 2}


ANSWERS = {
    (f"{1:064x}", "category"): (Answer("ann", "hr", NOW, "page"), Answer("bo", "sales", NOW, "file")),
    (f"{2:064x}", "category"): (Answer("ann", "hr", NOW, "page"), Answer("cy", "sales", NOW, "move")),
    (f"{2:064x}", "kind"): (Answer("bo", "human", NOW, "page"),),
}


@pytest.mark.parametrize(
    ("people", "asked"),
    [
        pytest.param({"ann": (), "bo": ()}, {2: {"category": 1, "kind": 1}}, id="both gave the first mail a label"),
        pytest.param({"ann": ()}, {2: {"kind": 1}}, id="one person alone"),
        pytest.param(
            {"ann": (), "cy": ()}, {1: {"category": 2}, 2: {"category": 1, "kind": 1}}, id="a third, who moved"
        ),
        pytest.param({"ann": (), "cy": ("sales",)}, {2: {"kind": 1}}, id="a third of another team"),
    ],
)
def test_mails_that_wait_for_another_person(people: dict[str, tuple[str, ...]], asked: dict[int, Any]) -> None:
    mails = [mail(number, (0.5, 0.5)) for number in (1, 2, 3)]
    waiting = by_mail(ANSWERS)
    found = unsettled(mails, waiting, ANSWERS, People(people), drawn())
    assert {int(one.mail.mail_key, 16): one.answered for one in found} == asked
    assert all(one.heads == tuple(one.answered) for one in found)


@pytest.mark.parametrize(
    ("one", "heads"),
    [
        pytest.param(mail(1, (0.6, 0.99)), ("category",), id="the head in doubt"),
        pytest.param(mail(1, (0.9, 0.5)), ("category", "kind"), id="a dear one with half the doubt, too"),
        pytest.param(mail(1, (0.6, 0.99), differs="kind"), ("category", "kind"), id="one over which models differ"),
    ],
)
def test_the_heads_that_are_asked_about(one: DrawnMail, heads: tuple[str, ...]) -> None:
    assert [own.heads for own in chosen(one, count=1)] == [heads]


def test_a_pressing_mail_goes_before_one_that_is_less_certain() -> None:
    plain, pressing = mail(1, (0.6, 0.99)), mail(2, (0.7, 0.99), pressing=1.0)
    assert [own.mail for own in chosen(plain, pressing, count=1)] == [pressing]
    assert [own.mail for own in chosen(plain, pressing, count=1, pressing=1.0)] == [plain]


def test_mails_over_which_models_differ_fill_at_most_half() -> None:
    differing = [mail(number, (0.99, 0.99), differs="kind") for number in range(10)]
    others = [mail(number, (0.5, 0.99)) for number in range(20, 30)]
    purposes = [own.purpose for own in chosen(*differing, *others, count=6)]
    assert purposes == ["disagreement"] * 3 + ["uncertain"] * 3


@pytest.mark.parametrize(
    ("differing", "others", "purposes"),
    [
        pytest.param(30, 30, {"random": 3, "disagreement": 3}, id="at most half"),
        pytest.param(1, 30, {"random", "disagreement"}, id="as many as there are"),
        pytest.param(30, 0, {"random": 3, "disagreement": 3}, id="nothing else"),
        pytest.param(2, 2, 4, id="fewer than wanted"),
    ],
)
def test_random_draws_take_disagreements_after_the_random_ones(differing: int, others: int, purposes: object) -> None:
    mails = [
        mail(number, (0.5, 0.5), differs="kind" if number < differing else "") for number in range(differing + others)
    ]
    found = chosen(*mails, count=6, strategy="random")
    assert len({one.mail.mail_key for one in found}) == len(found) == min(6, len(mails))
    counts = Counter(one.purpose for one in found)
    differ = {one.mail.mail_key for one in found if any(label.differs for label in one.mail.labels.values())}
    assert all(one.mail.mail_key in differ for one in found if one.purpose == "disagreement")
    if isinstance(purposes, dict):
        assert counts == purposes
    elif isinstance(purposes, set):
        assert len(differ) == 1
    else:
        assert counts.total() == purposes


def test_the_random_ones_have_disagreements_as_often_as_all_mails() -> None:
    mails = [mail(number, (0.5, 0.5), differs="kind" if number % 2 else "") for number in range(80)]
    settings = ReviewSettings(strategy="random")
    draws = [choose(mails, [], HEADS, settings, (0, 40), np.random.default_rng(seed)) for seed in range(25)]
    drawn_at_random = [one.mail for found in draws for one in found if one.purpose == "random"]
    share = np.mean([any(label.differs for label in one.labels.values()) for one in drawn_at_random])
    assert share == pytest.approx(0.5, abs=0.09)  # four standard errors of 500 mails


def test_random_draws_say_so() -> None:
    found = chosen(*(mail(number, (0.5, 0.5)) for number in range(5)), count=3, strategy="random")
    assert [own.purpose for own in found] == ["random"] * 3


def test_a_random_mail_is_asked_about_all_its_heads() -> None:
    """The gate compares models on it, so that no model's doubts may choose."""
    sure_of_kind = mail(1, (0.5, 0.99))
    asked = {strategy: chosen(sure_of_kind, count=1, strategy=strategy)[0].heads for strategy in ("random", "margin")}
    assert asked == {"random": ("category", "kind"), "margin": ("category",)}
