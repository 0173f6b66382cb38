"""Which items are open, and what they show."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.learning.corrections.lakes import MAILS, NOW, made_lake
from tests.learning.review.lakes import ANN, BEN, correction, item
from triage.config.learning.review import ReviewSettings
from triage.lake.store import Store
from triage.lake.tables import CORRECTIONS, REVIEW_QUEUE
from triage.learning.review.answers import Answer
from triage.learning.review.items import Item, open_items
from triage.learning.review.near import Corrected, corrected_mails, nearest
from triage.privacy.pseudonyms.keys import keys_from_secret

TODAY = NOW + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Store:
    return made_lake(tmp_path / "lake", keys_from_secret(bytes.fromhex("5a" * 32)))


def opened(lake: Store, *rows: dict[str, Any], team: str | None = None) -> tuple[Item, ...]:
    lake.add(REVIEW_QUEUE, list(rows))
    return open_items(lake, team, ReviewSettings(open_days=14), TODAY)


def test_an_item_shows_the_mail_its_labels_and_why(lake: Store) -> None:
    [found] = opened(lake, item())
    assert (found.mail_key, found.head, found.suggested, found.score) == (MAILS[0], "category", "billing", 0.75)
    assert found.alternatives == (("billing", 0.75),)
    assert found.decided == "billing"
    assert found.terms == ("invoice", "sum")
    assert (found.subject, found.language, found.received_at) == ("=Invoice 0", "en", NOW.replace(minute=0))
    assert found.body.startswith("Please see <PERSON_")
    assert (found.answers, found.answered_by, found.near) == (1, frozenset(), ())


@pytest.mark.parametrize(
    ("corrections", "is_open"),
    [
        pytest.param([], True, id="nobody"),
        pytest.param([correction(1)], False, id="answered"),
        pytest.param([correction(1), correction(2, undoes="1")], True, id="taken back"),
        pytest.param([correction(1, corrected_at=NOW - timedelta(minutes=1))], True, id="before the draw"),
        pytest.param([correction(1, source="move")], True, id="moved, which nobody was asked"),
        pytest.param([correction(1, head="kind", label="bounce")], True, id="another head"),
        pytest.param([correction(1, mail_key=MAILS[1])], True, id="another mail"),
    ],
)
def test_an_item_is_open_until_it_is_answered(lake: Store, corrections: list[dict[str, Any]], is_open: bool) -> None:
    if corrections:
        lake.add(CORRECTIONS, corrections)
    assert bool(opened(lake, item())) == is_open


@pytest.mark.parametrize(
    ("people", "is_open"),
    [([ANN], True), ([ANN, ANN], True), ([ANN, BEN], False)],
    ids=["one", "one twice", "two"],
)
def test_an_item_for_two_waits_for_the_second_person(lake: Store, people: list[str], is_open: bool) -> None:
    lake.add(CORRECTIONS, [correction(n, corrected_by=who) for n, who in enumerate(people, 1)])
    found = opened(lake, item(answers=2))
    assert [one.answered_by for one in found] == ([frozenset(people)] if is_open else [])


@pytest.mark.parametrize(
    ("people", "open_to"),
    [([ANN, BEN], [{ANN, BEN}]), ([ANN, BEN, "<REVIEWER_cy>"], [])],
    ids=["those before the draw", "another person"],
)
def test_an_unsettled_item_waits_for_another_person(lake: Store, people: list[str], open_to: list[set[str]]) -> None:
    # the first two answered long before the draw
    given = [
        correction(n, corrected_by=who, corrected_at=NOW + timedelta(days=n - 3)) for n, who in enumerate(people, 1)
    ]
    lake.add(CORRECTIONS, given)
    found = opened(lake, item(purpose="unsettled", answers=3))
    assert [one.answered_by for one in found] == open_to


def test_old_items_and_those_of_mails_that_are_gone_are_not_open(lake: Store) -> None:
    gone = item(item_id="2", mail_key="0" * 64)
    old = item(item_id="3", drawn_at=TODAY - timedelta(days=14))
    assert [one.item_id for one in opened(lake, item(), gone, old)] == ["1"]


def test_items_stand_in_the_order_of_their_places_by_team(lake: Store) -> None:
    rows = [item(item_id="1", place=2), item(item_id="2", place=1, mail_key=MAILS[1])]
    other = item(item_id="3", team="sales", mail_key=MAILS[2])
    assert [one.item_id for one in opened(lake, *rows, other)] == ["2", "1", "3"]
    assert [one.item_id for one in open_items(lake, "sales", ReviewSettings(), TODAY)] == ["3"]


def test_near_mails_are_those_with_like_words_and_not_the_mail_itself() -> None:
    corrected = [
        Corrected("a", "first", "billing", [1, 2, 3, 4]),
        Corrected("b", "second", "sales", [1, 2, 8, 9]),
        Corrected("c", "third", "hr", [21, 22, 23, 24]),
        Corrected("d", "itself", "legal", [1, 2, 3, 4, 5]),
    ]
    [found] = nearest([("d", [1, 2, 3, 4, 5])], corrected, 3)
    assert [(one.mail_key, one.label) for one in found] == [("a", "billing"), ("b", "sales")]
    assert 1 > found[0].similarity > found[1].similarity > 0


@pytest.mark.parametrize(("mails", "corrected"), [(0, 1), (1, 0)])
def test_without_mails_or_corrections_none_is_near(mails: int, corrected: int) -> None:
    given = [Corrected("a", "", "billing", [1])] * corrected
    assert nearest([("b", [1])] * mails, given, 3) == [()] * mails


def test_a_corrected_mail_without_words_is_near_to_none(lake: Store) -> None:
    answers = {(MAILS[0], "category"): (Answer(ANN, "sales", NOW, "page"),)}
    assert corrected_mails(lake, answers) == {}  # the mails of this lake have no hashes of words
