"""Sizes and places of a draw."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.learning.corrections.lakes import NOW
from triage.config.learning.review import ReviewSettings
from triage.labelling.taxonomy import Costs, Head
from triage.learning.review.drawing.choice import Chosen, choose
from triage.learning.review.drawing.mails import DrawnMail, HeadLabel
from triage.learning.review.drawing.rows import Draw, rows_of

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


def test_random_draws_say_so() -> None:
    found = chosen(*(mail(number, (0.5, 0.5)) for number in range(5)), count=3, strategy="random")
    assert [own.purpose for own in found] == ["random"] * 3


def test_a_random_mail_is_asked_about_all_its_heads() -> None:
    """The gate compares models on it, so that no model's doubts may choose."""
    sure_of_kind = mail(1, (0.5, 0.99))
    asked = {strategy: chosen(sure_of_kind, count=1, strategy=strategy)[0].heads for strategy in ("random", "margin")}
    assert asked == {"random": ("category", "kind"), "margin": ("category",)}
