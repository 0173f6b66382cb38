"""Who sees which mail, and what becomes of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.learning.page.builders import ADA, AT, BOB, CAT, Clock, item, key_of
from tests.learning.page.conftest import LEASE
from triage.learning.page.desk.desk import Desk
from triage.learning.page.desk.given import given_answers
from triage.learning.page.desk.journal import Answer, Journal
from triage.learning.review.blind import is_blind


def taken(desk: Desk, *people: object) -> list[str | None]:
    return [found.item_id if (found := desk.next(who)) else None for who in people]  # type: ignore[arg-type]


def test_each_mail_goes_to_one_person_in_the_order_of_the_queue(desk: Desk) -> None:
    desk.load([item(2), item(1), item(3)], [])
    assert taken(desk, ADA, BOB, ADA, CAT, BOB) == ["item-1", "item-2", "item-1", "item-3", "item-2"]


def test_a_mail_that_wants_two_answers_goes_to_two_people_and_no_third(desk: Desk) -> None:
    desk.load([item(1, answers=2)], [])
    assert taken(desk, ADA, BOB, CAT) == ["item-1", "item-1", None]
    assert desk.answer(ADA, "item-1", "sales") == "saved"
    assert taken(desk, ADA, CAT) == [None, None]
    assert desk.answer(BOB, "item-1", "billing") == "saved"
    assert taken(desk, ADA, BOB, CAT) == [None, None, None]


def test_items_of_one_mail_follow_each_other_for_the_same_person(desk: Desk) -> None:
    priority = replace(item(9), item_id="item-1b", mail_key=key_of(1), head="priority", labels=("low", "high"))
    desk.load([item(1), item(2), priority], [])
    assert taken(desk, ADA, BOB) == ["item-1", "item-2"]
    desk.answer(ADA, "item-1", "sales")
    assert taken(desk, ADA, CAT) == ["item-1b", None]


def test_a_claim_ends_with_its_lease(desk: Desk, clock: Clock) -> None:
    desk.load([item(1)], [])
    assert taken(desk, ADA, BOB) == ["item-1", None]
    clock.at += timedelta(seconds=LEASE + 1)
    assert taken(desk, BOB, ADA) == ["item-1", None]
    assert desk.answer(ADA, "item-1", "sales") == "taken"
    assert desk.answer(BOB, "item-1", "hr") == "saved"


def test_a_late_answer_counts_where_nobody_has_the_mail_meanwhile(desk: Desk, clock: Clock) -> None:
    desk.load([item(1)], [])
    desk.next(ADA)
    clock.at += timedelta(seconds=LEASE + 1)
    assert desk.answer(ADA, "item-1", "sales") == "saved"


@pytest.mark.parametrize(
    ("item_id", "label", "outcome"),
    [
        pytest.param("item-1", "sales", "saved", id="a label"),
        pytest.param("item-1", "spam", "unknown", id="no label of the head"),
        pytest.param("item-7", "sales", "unknown", id="no such item"),
        pytest.param("", "", "unknown", id="empty"),
    ],
)
def test_only_a_label_of_an_item_is_saved(desk: Desk, item_id: str, label: str, outcome: str) -> None:
    desk.load([item(1)], [])
    assert desk.answer(ADA, item_id, label) == outcome
    assert [one.label for _, one in desk.journal.pending()] == (["sales"] if outcome == "saved" else [])


def test_an_answer_given_twice_is_saved_once(desk: Desk) -> None:
    desk.load([item(1)], [])
    assert [desk.answer(ADA, "item-1", "sales") for _ in range(3)] == ["saved", "repeated", "repeated"]
    assert len(desk.journal.pending()) == 1


def test_another_answer_takes_the_first_one_back(desk: Desk) -> None:
    desk.load([item(1)], [])
    desk.answer(ADA, "item-1", "sales")
    desk.answer(ADA, "item-1", "hr")
    first, undo, second = (one for _, one in desk.journal.pending())
    assert (first.label, undo.undoes, second.label, second.undoes) == ("sales", first.correction_id, "hr", None)
    assert [one.label for one in desk.history(ADA)] == ["hr"]


def test_undo_takes_back_the_last_answer_and_opens_its_item_again(desk: Desk) -> None:
    desk.load([item(1), item(2)], [])
    for number in (1, 2):
        desk.answer(ADA, f"item-{number}", "sales")
    last = desk.last(ADA)
    assert last is not None
    assert desk.undo(BOB, last.correction_id) is None
    found = desk.undo(ADA, last.correction_id)
    assert found is not None
    assert found.item_id == "item-2"
    assert taken(desk, BOB, ADA) == [None, "item-2"]
    assert desk.undo(ADA, last.correction_id) is None  # pressed again where the first answer was lost on its way
    assert [one.item_id for one in desk.history(ADA)] == ["item-1"]


def test_a_skipped_item_goes_to_others_and_comes_back_when_asked_for(desk: Desk) -> None:
    desk.load([item(1)], [])
    desk.next(ADA)
    desk.skip(ADA, "item-1")
    assert taken(desk, ADA, BOB) == [None, "item-1"]
    desk.skip(BOB, "item-1")
    desk.unskip(ADA)
    assert taken(desk, BOB, ADA) == [None, "item-1"]


def test_people_see_their_teams_and_languages_only(desk: Desk) -> None:
    desk.load([item(1, team="hr"), item(2, language="de"), item(3)], [])
    picky = replace(ADA, teams=frozenset({"billing"}), languages=frozenset({"en"}))
    assert taken(desk, picky) == ["item-3"]
    assert desk.item(picky, "item-1") is None
    assert desk.answer(picky, "item-2", "sales") == "unknown"
    assert desk.counts(picky) == (0, 1, 0)


def test_what_was_answered_before_is_not_asked_again(desk: Desk) -> None:
    def given(number: int, undoes: str | None = None) -> Answer:
        one = item(number)
        name = f"correction-{number}{'-undo' if undoes else ''}"
        about = (one.mail_key, one.head, "sales", None, "3", AT, BOB.token)
        return Answer(name, one.item_id, *about, "Bob", None, "page", undoes)

    desk.load([item(1), item(2), item(3)], [given(1), given(2), given(2, undoes="correction-2")])
    assert taken(desk, ADA) == ["item-2"]
    assert desk.counts(ADA) == (1, 3, 0)


def test_a_new_desk_over_the_journal_goes_on_where_the_old_one_was(desk: Desk, journal: Journal, clock: Clock) -> None:
    items = [item(1), item(2), item(3), item(4)]
    desk.load(items, [])
    desk.answer(ADA, "item-1", "sales")
    assert taken(desk, BOB) == ["item-2"]
    desk.skip(CAT, "item-3")
    again = Desk(journal, LEASE, clock)
    again.load(items, [])
    assert taken(again, ADA, CAT, BOB) == ["item-3", "item-4", "item-2"]
    assert [one.label for one in again.history(ADA)] == ["sales"]


@pytest.mark.parametrize(
    ("purpose", "asked"), [("unsettled", [None, None, "item-1"]), ("uncertain", ["item-1", None, None])]
)
def test_an_unsettled_item_is_shown_to_who_has_not_answered_it(
    journal: Journal, clock: Clock, purpose: str, asked: list[str | None]
) -> None:
    # Ada and Bob answered before the draw; of another item that counts for nothing
    one = item(1, purpose=purpose, answers=3 if purpose == "unsettled" else 1)
    about = {"mail_key": one.mail_key, "head": one.head, "label": "hr", "source": "page", "undoes": None}
    days_before = {"corrected_at": one.drawn_at - timedelta(days=2)}
    before = [{**about, **days_before, "correction_id": who.token, "corrected_by": who.token} for who in (ADA, BOB)]
    desk = Desk(journal, LEASE, clock)
    desk.load([one], given_answers([one], before))
    assert taken(desk, ADA, BOB, CAT) == asked


@pytest.mark.parametrize("purpose", ["audit", "gold_question", "unsettled"])
def test_what_measures_or_decides_is_always_blind(purpose: str) -> None:
    assert all(is_blind(f"item-{number}", purpose, 0.0) for number in range(100))


def test_a_share_of_all_other_items_is_blind_too() -> None:
    blind = sum(is_blind(f"item-{number}", "uncertain", 0.15) for number in range(10_000))
    assert 0.13 < blind / 10_000 < 0.17
